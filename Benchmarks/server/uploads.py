"""A thousand idle connections and fifty uploads of 50 MB at once: memory, faults, and how long a small request takes."""

import asyncio
import multiprocessing
import socket
import time

import tus
from served import Served, figure, picture, quantile

IDLE, UPLOADS, LENGTH, SECONDS = 1000, 50, 50 << 20, 300


def run(arguments):
    server = Served(arguments.executable, arguments.scratch, "--jobs", "1")
    try:
        event, leave = server.set_up()
        with open(arguments.photo, "rb") as file:
            server.upload(event, leave, file.read(), "a.jpg")
        server.wait_for(event, 1, 120)
        base = picture(arguments.photo, LENGTH - 20, 1)
        small = multiprocessing.Queue()
        done = multiprocessing.Event()
        asker = multiprocessing.Process(target=keep_asking, args=(server.port, event, server.cookie, small, done))
        asker.start()
        try:
            asyncio.run(asyncio.wait_for(all_at_once(server, event, leave, base), SECONDS))
        finally:
            done.set()
            times = small.get(timeout=30)
            asker.join()
        p99 = quantile(times, .99) * 1000
        print(f"{len(times)} small requests meanwhile: p50 {quantile(times, .5) * 1000:.1f} ms, "
              f"p99 {p99:.1f} ms, worst {max(times) * 1000:.0f} ms")
        figure("server.uploads.smallP99", p99, "ms")
    finally:
        server.stop()


async def all_at_once(server, event, leave, base):
    before = server.resident_megabytes()
    idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(IDLE)]
    for reader, writer in idle:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(len(b'{"status":"up"}'))
    peak, faults, start = [before], [], time.monotonic()
    watch = asyncio.create_task(watching(server, peak))
    results = await asyncio.gather(
        *(upload(server, event, leave, base, number) for number in range(UPLOADS)), return_exceptions=True)
    passed = time.monotonic() - start
    watch.cancel()
    faults = [result for result in results if result != "new"]
    alive = 0
    for _, writer in idle:
        alive += not writer.transport.is_closing()
        writer.transport.abort()
    for fault in faults[:5]:
        print(f"  fault: {fault!r}")
    growth = max(peak) - before
    print(f"{UPLOADS} uploads of {LENGTH >> 20} MB in {passed:.0f} s ({UPLOADS * LENGTH / 1e6 / passed:.0f} MB/s), "
          f"{len(faults)} faults; {alive} of {IDLE} idle connections stayed open; memory {before:.0f} MB, "
          f"{growth:.0f} MB more at the peak")
    figure("server.uploads.faults", len(faults), "uploads")
    figure("server.uploads.memory", growth, "MB")


async def watching(server, peak):
    while True:
        peak.append(server.resident_megabytes())
        await asyncio.sleep(0.1)


async def upload(server, event, leave, base, number):
    """The same bytes with an end of its own."""
    pieces = [base, f"{number:020}".encode()]
    place = await tus.begin(server.port, event, leave, LENGTH, f"{number}.jpg")
    answer = await tus.send(server.port, place, leave, pieces, 0)
    return answer.headers.get("likeness-result", f"{answer.status} {answer.content[:200]}")


def keep_asking(port, event, cookie, small, done):
    """A small request again and again, in a process of its own, so that sending does not delay measuring."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = f"GET {event} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
    times = []
    while not done.is_set():
        start = time.monotonic()
        connection.sendall(request)
        answer = b""
        while not answer.endswith(b"}"):
            piece = connection.recv(65536)
            assert piece, "the server closed the connection of small requests"
            answer += piece
        assert answer.startswith(b"HTTP/1.1 200"), answer
        times.append(time.monotonic() - start)
        time.sleep(0.02)
    small.put(times)
