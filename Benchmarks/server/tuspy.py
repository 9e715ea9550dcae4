"""The plain client `tuspy` uploads a file, is cut off in the middle, and goes on."""

import hashlib
import os

from served import Served, figure, picture

LENGTH, PIECE = 10 << 20, 1 << 20


def run(arguments):
    try:
        from tusclient import client
    except ImportError:
        print("skipped: tuspy is not there (pip install tuspy)")
        return
    server = Served(arguments.executable, arguments.scratch, "--jobs", "1")
    try:
        event, leave = server.set_up()
        path = arguments.scratch + "/photo.jpg"
        content = picture(arguments.photo, LENGTH, 7)
        with open(path, "wb") as file:
            file.write(content)
        place = f"http://127.0.0.1:{server.port}{event}/uploads"
        ours = client.TusClient(place, headers={"Authorization": leave["Authorization"]})
        first = ours.uploader(path, chunk_size=PIECE, metadata={"filename": "photo.jpg"})
        first.upload(stop_at=4 * PIECE)
        # The machine in between goes away, and the client with it.
        server.kill()
        server.start()
        second = ours.uploader(path, chunk_size=PIECE, url=first.url)
        resumed = second.offset
        second.upload()
        folder = f"{server.folder}/data/events/{event.rsplit('/', 1)[1]}/originals"
        names = os.listdir(folder)
        is_whole = names == [hashlib.sha256(content).hexdigest()] and \
            hashlib.sha256(open(folder + "/" + names[0], "rb").read()).hexdigest() == names[0]
        print(f"tuspy went on at {resumed} of {LENGTH} after a kill of the server; "
              f"the original is {'whole' if is_whole else 'NOT whole'}")
        figure("server.tuspy.whole", int(is_whole and resumed == 4 * PIECE), "uploads")
    finally:
        server.stop()
