"""Uploads by tus over plain connections, from any address of this machine, cut off at will."""

import asyncio
import base64


class Answer:
    def __init__(self, head):
        lines = head.decode("latin1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            if ":" in line:
                name, value = line.split(":", 1)
                self.headers[name.lower()] = value.strip()


async def ask(port, method, path, headers, body=(), cut_after=None, address=None):
    """One request over a connection of its own; the body in pieces. Cut off after so many bytes, where told."""
    local = (address, 0) if address else None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=local)
    try:
        length = sum(len(piece) for piece in body)
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        sent = 0
        for piece in body:
            for start in range(0, len(piece), 256 << 10):
                part = piece[start:start + (256 << 10)]
                if cut_after is not None and sent + len(part) > cut_after:
                    writer.write(part[:cut_after - sent])
                    await writer.drain()
                    writer.transport.abort()
                    raise ConnectionError("cut off on purpose")
                writer.write(part)
                await writer.drain()
                sent += len(part)
        answer = Answer(await reader.readuntil(b"\r\n\r\n"))
        left = int(answer.headers.get("content-length", 0)) if method != "HEAD" else 0
        answer.content = await reader.readexactly(left)
        return answer
    except asyncio.IncompleteReadError as error:
        raise ConnectionError("the server is gone") from error
    finally:
        writer.transport.abort()


def rest(pieces, offset):
    """What is left of the pieces behind an offset, without copying."""
    left = []
    for piece in pieces:
        if offset < len(piece):
            left.append(memoryview(piece)[offset:])
        offset = max(0, offset - len(piece))
    return left


async def begin(port, event, leave, length, name, **how):
    about = base64.b64encode(name.encode()).decode()
    answer = await ask(port, "POST", event + "/uploads", leave | {
        "Upload-Length": length, "Upload-Metadata": "filename " + about}, **how)
    if answer.status != 201:
        raise RuntimeError(f"{name}: {answer.status} {answer.content!r}")
    return answer.headers["location"]


async def offset(port, place, leave, **how):
    answer = await ask(port, "HEAD", place, leave, **how)
    if answer.status != 200:
        raise RuntimeError(f"{place}: {answer.status}")
    return int(answer.headers["upload-offset"]), answer


async def send(port, place, leave, pieces, at, cut_after=None, **how):
    return await ask(port, "PATCH", place, leave | {
        "Upload-Offset": at, "Content-Type": "application/offset+octet-stream"},
        rest(pieces, at), cut_after, **how)
