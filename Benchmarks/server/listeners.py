"""Eight hundred listeners of one event at ten changes a second: what they cost, and how soon they hear."""

import asyncio
import json
import time

from served import Served, figure, quantile

LISTENERS, RATE, SECONDS = 800, 10, 20


def run(arguments):
    server = Served(arguments.executable, arguments.scratch, "--jobs", "1")
    try:
        event, leave = server.set_up()
        with open(arguments.photo, "rb") as file:
            photo = server.upload(event, leave, file.read(), "a.jpg")
        server.wait_for(event, 1, 120)
        asyncio.run(listen(server, event, photo))
    finally:
        server.stop()


class Listener(asyncio.Protocol):
    """Notes when each change arrived. Numbers of changes count up by one."""

    def __init__(self, request, heard):
        self.request, self.heard, self.rest, self.hello = request, heard, b"", False

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data):
        now = time.monotonic()
        self.rest += data
        *lines, self.rest = self.rest.split(b"\n")
        for line in lines:
            if line.startswith(b"event: hello"):
                self.hello = True
            elif line.startswith(b"id: ") and self.hello:
                self.heard.append((int(line[4:]), now))


async def listen(server, event, photo):
    request = (f"GET {event}/stream HTTP/1.1\r\nHost: localhost\r\nCookie: {server.cookie}\r\n\r\n").encode()
    loop, all_heard, listeners = asyncio.get_running_loop(), [], []
    for _ in range(LISTENERS):
        heard = []
        all_heard.append(heard)
        _, listener = await loop.create_connection(
            lambda: Listener(request, heard), "127.0.0.1", server.port)
        listeners.append(listener)
    while not all(one.hello for one in listeners):
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    first = max(number for heard in all_heard for number, _ in heard)
    before, begin = server.cpu_seconds(), time.monotonic()
    changed, number = {}, first
    sender = await Sender.open(server)
    for step in range(SECONDS * RATE):
        await asyncio.sleep(max(0, begin + step / RATE - time.monotonic()))
        number += 1
        # The moment is taken before the change is asked for: its own time counts.
        changed[number] = time.monotonic()
        await sender.change(event, photo, isHidden=step % 2 == 0)
    passed = time.monotonic() - begin
    spent = server.cpu_seconds() - before
    await asyncio.sleep(1)
    for listener in listeners:
        listener.transport.close()
    delays = [at - changed[n] for heard in all_heard for n, at in heard if n in changed]
    wanted = LISTENERS * SECONDS * RATE
    share = spent / passed
    print(f"{LISTENERS} listeners, {SECONDS * RATE / passed:.1f} changes a second for {passed:.0f} s: "
          f"{share:.3f} of a core, {len(delays)} of {wanted} deliveries, "
          f"p50 {quantile(delays, .5) * 1000:.0f} ms, p95 {quantile(delays, .95) * 1000:.0f} ms, "
          f"worst {max(delays) * 1000:.0f} ms; memory {server.resident_megabytes():.0f} MB")
    figure("server.listeners.cpu", share, "of a core")
    figure("server.listeners.delivered", len(delays) / wanted, "of all changes")
    figure("server.listeners.p95", quantile(delays, .95) * 1000, "ms")


class Sender:
    """Changes the photo, over one connection."""

    @classmethod
    async def open(cls, server):
        sender = cls()
        sender.server = server
        sender.reader, sender.writer = await asyncio.open_connection("127.0.0.1", server.port)
        return sender

    async def change(self, event, photo, isHidden):
        body = json.dumps({"photos": [photo], "isHidden": isHidden}).encode()
        self.writer.write((
            f"PATCH {event}/photos HTTP/1.1\r\nHost: localhost\r\nCookie: {self.server.cookie}\r\n"
            f"X-Likeness-Proof: {self.server.proof}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 204"):
            raise SystemExit(f"a change was refused: {head!r}")
