"""JSON and a 200 KB rendition against nginx's own: requests per second of processor time, in turn."""

import glob
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

from served import TICKS, Served, cpu_seconds, figure

LENGTH = 204_800


def run(arguments):
    wrk, nginx = shutil.which("wrk"), shutil.which("nginx") or "/usr/sbin/nginx"
    if not wrk or not os.path.exists(nginx):
        print("skipped: wrk or nginx is not there (apt-get install wrk nginx-light)")
        return
    script = (arguments.shared or "") + "/tools/peers/peer_nginx.sh"
    if not os.path.exists(script):
        print("skipped: ../shared with peer_nginx.sh is not there")
        return
    # The limits for one address and one session would answer wrk instead of what is measured: they are counted, far above it.
    settings = {"LIKENESS_REQUESTS_PER_ADDRESS": "1000000", "LIKENESS_REQUESTS_PER_TOKEN": "1000000"}
    server = Served(arguments.executable, arguments.scratch + "/speed", "--jobs", "1", settings=settings)
    peer = None
    try:
        event, leave = server.set_up()
        with open(arguments.photo, "rb") as file:
            photo = server.upload(event, leave, file.read(), "a.jpg")
        server.wait_for(event, 1, 120)
        about = server.told("GET", f"{event}/photos/{photo}")["photo"]
        rendition = f"{event}/photos/{photo}/renditions/{about['hash']}/preview"
        grow_preview(server.folder, about["hash"])
        peer, worker = start_nginx(script, arguments)
        contests = {
            # The session, and one row that an index finds; and one with two rows and more to say.
            "json": ("/small.json", f"{event}/contents/{about['hash']}"),
            "photo": ("/small.json", f"{event}/photos/{photo}"),
            "file": ("/file-200k.bin", rendition),
        }
        for name, (theirs, ours) in contests.items():
            contest(name, theirs, ours, worker, arguments, server)
    finally:
        server.stop()
        if peer:
            # It has a session of its own, with nginx and the shell around it.
            os.killpg(peer.pid, signal.SIGTERM)
            peer.wait()


def grow_preview(folder, photo):
    """The preview gets the length that nginx's file has: JPEG's readers stop at its end."""
    path, = glob.glob(f"{folder}/data/events/*/renditions/{photo}-preview.jpg")
    with open(path, "ab") as file:
        file.write(os.urandom(max(0, LENGTH - file.tell())))
        file.truncate(LENGTH)


def start_nginx(script, arguments):
    port = 18089
    folder = arguments.scratch + "/nginx"
    os.makedirs(folder, exist_ok=True)
    peer = subprocess.Popen(
        ["bash", script, folder, str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"HOLD": "1200"}, start_new_session=True)
    for line in peer.stdout:
        if "worker pid" in line:
            return peer, (int(line.split("worker pid")[1].split(",")[0]), port)
    raise SystemExit("nginx did not start")


def contest(name, theirs, ours, worker, arguments, server):
    header = "Cookie: " + server.cookie
    rates, peers, ratios = [], [], []
    for number in range(arguments.rounds):
        wait_for_quiet()
        peer = measured(worker[0], f"http://127.0.0.1:{worker[1]}{theirs}", header, arguments)
        own = measured(server.process.pid, f"http://127.0.0.1:{server.port}{ours}", header, arguments)
        peers.append(peer[1])
        rates.append(own[1])
        ratios.append(own[1] / peer[1])
        print(f"{name} round {number + 1}: nginx {peer[0]:.0f} requests/s, {peer[1]:.0f} per CPU-second; "
              f"Likeness {own[0]:.0f} and {own[1]:.0f}: {ratios[-1]:.2f}", flush=True)
    print(f"{name}: median {statistics.median(rates):.0f} per CPU-second against "
          f"{statistics.median(peers):.0f}: {statistics.median(ratios):.2f}")
    figure(f"server.{name}.againstNginx", statistics.median(ratios), "of nginx")
    figure(f"server.{name}.rate", statistics.median(rates), "requests per CPU-second")


def wait_for_quiet():
    """Until nobody else uses more than a tenth of a core for a second, or for PEER_WAIT seconds."""
    def busy():
        with open("/proc/stat") as stat:
            fields = [int(field) for field in stat.readline().split()[1:]]
        return (sum(fields[:3]) + sum(fields[5:8])) / TICKS
    end = time.monotonic() + float(os.environ.get("PEER_WAIT", 20))
    while time.monotonic() < end:
        before = busy()
        time.sleep(1)
        if busy() - before < 0.1:
            return
    print("the machine was never quiet: others work beside this round")


def measured(process, url, header, arguments):
    """Requests a second, and per second of the server's processor time."""
    before, start = cpu_seconds(process), time.monotonic()
    words = subprocess.run(
        ["wrk", "-t1", "-c32", f"-d{arguments.seconds}s", "-H", header, url], capture_output=True, text=True,
        check=True).stdout
    spent, passed = cpu_seconds(process) - before, time.monotonic() - start
    if "Non-2xx" in words or "Socket errors" in words:
        raise SystemExit("wrk was answered with errors: " + words)
    count = int(next(line for line in words.splitlines() if "requests in" in line).split()[0])
    return count / passed, count / max(spent, 1e-9)
