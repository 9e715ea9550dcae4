"""Photos of 10 MB from three clients at once: connections are cut, clients move to other addresses, and the server is killed
three times. Every byte has to arrive once, and photos are worked on while the rest still arrives."""

import asyncio
import collections
import hashlib
import os
import random
import time

import tus
from served import Served, figure, picture

LENGTH, CLIENTS, KILLS = 10 << 20, 3, 3


def run(arguments):
    server = Served(arguments.executable, arguments.scratch)
    try:
        event, leave = server.set_up()
        first_seconds = first_photo(server, event, leave, arguments.photo)
        event, leave = server.event("crowd")
        party = Party(server, event, leave, arguments)
        asyncio.run(party.run())
        party.report()
        figure("server.photos.firstIndexed", first_seconds, "s")
    finally:
        server.stop()


def first_photo(server, event, leave, path):
    """From the end of its upload, on a server that has only just started."""
    server.stop()
    server.start()
    begun = time.monotonic()
    server.upload(event, leave, picture(path, LENGTH, -1), "first.jpg")
    uploaded = time.monotonic()
    photos = server.wait_for(event, 1, 60)
    seconds = time.monotonic() - uploaded
    if photos["byState"].get("indexed", 0) != 1:
        raise SystemExit(f"the first photo was not indexed: {photos}")
    print(f"first photo: uploaded in {uploaded - begun:.1f} s, indexed {seconds:.1f} s later, "
          f"right after the server's start", flush=True)
    return seconds


class Party:
    def __init__(self, server, event, leave, arguments):
        self.server, self.event, self.leave = server, event, leave
        self.path, self.count = arguments.photo, arguments.photos
        self.hashes = {}
        self.results = collections.Counter()
        self.cuts = self.kills = self.returns = self.done = self.indexed_meanwhile = 0
        self.addresses = set()
        self.up = asyncio.Event()

    async def run(self):
        self.up.set()
        self.start = time.monotonic()
        waiting = collections.deque(range(self.count))
        killing = asyncio.create_task(self.kill_now_and_then())
        await asyncio.gather(*(self.client(number, waiting) for number in range(CLIENTS)))
        self.arrived = time.monotonic() - self.start
        await killing
        photos = await asyncio.to_thread(self.server.told, "GET", self.event)
        self.indexed_meanwhile = photos["photos"]["byState"].get("indexed", 0)

    async def client(self, number, waiting):
        chance = random.Random(number)
        while waiting:
            photo = waiting.popleft()
            content = await asyncio.to_thread(picture, self.path, LENGTH, photo)
            self.hashes[photo] = hashlib.sha256(content).hexdigest()
            await self.upload(photo, content, chance)

    async def upload(self, photo, content, chance):
        """Until it is whole: after each break from another address, where the server says that it is."""
        place = None
        while True:
            address = f"127.0.0.{chance.randint(2, 250)}"
            self.addresses.add(address)
            await self.up.wait()
            port = self.server.port
            try:
                if place is None:
                    place = await tus.begin(
                        port, self.event, self.leave, len(content), f"IMG_{photo:04}.jpg", address=address)
                at, answer = await tus.offset(port, place, self.leave, address=address)
                if "likeness-result" not in answer.headers:
                    cut = chance.randint(1, len(content) - 1) if chance.random() < 0.3 else None
                    answer = await tus.send(
                        port, place, self.leave, [content], at, cut, address=address)
                if answer.status not in (200, 204):
                    # Still in somebody's hand, or not where we thought: asked again.
                    if answer.status not in (409, 423, 503):
                        raise RuntimeError(f"{photo}: {answer.status} {answer.content!r}")
                    await asyncio.sleep(0.1)
                    continue
                self.results[answer.headers["likeness-result"]] += 1
                self.done += 1
                return
            except (ConnectionError, OSError) as error:
                self.cuts += "on purpose" in str(error)
                self.returns += 1
                await asyncio.sleep(0.05)

    async def kill_now_and_then(self):
        for number in range(KILLS):
            while self.done < self.count * (number + 1) // (KILLS + 1):
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.05)
            self.up.clear()
            await asyncio.to_thread(self.server.kill)
            await asyncio.to_thread(self.server.start)
            self.kills += 1
            self.up.set()

    def report(self):
        server = self.server
        limit = 120 + self.count
        photos = server.wait_for(self.event, self.count, limit)
        whole = time.monotonic() - self.start
        indexed, total = photos["byState"].get("indexed", 0), photos["total"]
        wanted = collections.Counter(self.hashes.values())
        kept, wrong = self.originals()
        megabytes = self.count * LENGTH / 1e6
        print(f"{self.count} photos of {LENGTH >> 20} MB by {CLIENTS} clients from {len(self.addresses)} addresses: "
              f"arrived in {self.arrived:.0f} s ({megabytes / self.arrived:.0f} MB/s) through {self.cuts} cuts, "
              f"{self.kills} kills and {self.returns} returns")
        print(f"answers: {dict(self.results)}; {self.indexed_meanwhile} were indexed when the last had arrived, "
              f"{indexed} of {total} after {whole:.0f} s")
        missing = len(wanted - kept)
        surplus = sum((kept - wanted).values()) + wrong + total - self.count
        print(f"originals: {sum(kept.values())} files, {missing} missing, {surplus} too many or of other content")
        figure("server.photos.missing", missing, "photos")
        figure("server.photos.surplus", surplus, "photos")
        figure("server.photos.indexed", indexed / self.count, "of all")
        # Thirty have arrived before a server that was killed three times has its networks ready.
        if self.count > 100:
            figure("server.photos.indexedMeanwhile", self.indexed_meanwhile / self.count, "of all")

    def originals(self):
        """What lies there by its own hash, and how many files are not what their name says."""
        folder = f"{self.server.folder}/data/events/{self.event.rsplit('/', 1)[1]}/originals"
        kept, wrong = collections.Counter(), 0
        for name in os.listdir(folder):
            with open(folder + "/" + name, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            kept[digest] += 1
            wrong += digest != name
        return kept, wrong
