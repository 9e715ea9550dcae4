"""The release build of Likeness, served on a folder of its own, and what is asked of it over HTTP."""

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """A server on a port of its own. Its data stays when it is killed, so that it can be started again."""

    def __init__(self, executable, folder, *options, settings={}):
        self.executable, self.folder, self.options, self.settings = executable, folder, options, settings
        os.makedirs(folder, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.code = self.cookie = self.proof = None
        self.start()

    def start(self):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LIKENESS_")}
        environment["LIKENESS_DATA"] = self.folder + "/data"
        environment |= self.settings
        self.words = open(self.folder + "/words.txt", "ab")
        self.process = subprocess.Popen(
            [self.executable, "serve", "--port", str(self.port), *self.options],
            stdout=subprocess.PIPE, stderr=self.words, env=environment)
        while True:
            line = self.process.stdout.readline().decode()
            if not line:
                raise SystemExit("the server did not start: " + open(self.folder + "/words.txt").read()[-600:])
            if len(line.strip()) == 43:
                self.code = line.strip()
            if "Likeness serves" in line:
                return

    def kill(self):
        self.end(signal.SIGKILL)

    def stop(self):
        self.end(signal.SIGTERM)

    def end(self, signal_number):
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.words.close()

    # Asking

    def ask(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = dict(headers)
        if self.cookie and "Authorization" not in headers:
            headers |= {"Cookie": self.cookie, "X-Likeness-Proof": self.proof}
        if isinstance(body, dict):
            body = json.dumps(body)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return answer, content

    def told(self, method, path, body=None):
        content = self.ask(method, path, body)[1]
        return json.loads(content) if content else None

    def set_up(self):
        """The first owner, an event, and a photographer's link to it."""
        answer, content = self.ask("POST", "/api/v1/setup", {
            "organisation": "Bench", "name": "a@b.c", "password": "correct horse battery", "code": self.code})
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        self.proof = json.loads(content)["proof"]
        return self.event("bench")

    def event(self, name):
        event = "/api/v1/events/" + self.told("POST", "/api/v1/events", {"name": name})["id"]
        photographer = self.told("POST", event + "/photographers", {"name": "Ada"})["id"]
        token = self.told("POST", event + "/upload-links", {"photographer": photographer})["token"]
        return event, {"Authorization": "Bearer " + token, "Tus-Resumable": "1.0.0"}

    def upload(self, event, leave, content, name):
        """A whole file in one request. Tells its photo."""
        about = base64.b64encode(name.encode()).decode()
        answer, _ = self.ask("POST", event + "/uploads", content, leave | {
            "Upload-Length": str(len(content)), "Upload-Metadata": "filename " + about,
            "Content-Type": "application/offset+octet-stream"})
        return answer.getheader("Likeness-Photo")

    def wait_for(self, event, count, seconds):
        """Waits until so many photos are done. Tells how they stand."""
        end = time.monotonic() + seconds
        while True:
            photos = self.told("GET", event)["photos"]
            if photos["byState"].get("indexed", 0) >= count or time.monotonic() > end:
                return photos
            time.sleep(0.2)

    # What it uses

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


def cpu_seconds(process):
    """Of one process with all its threads, without its children."""
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def figure(name, value, unit):
    """For the budgets: the bench reads these lines."""
    print(f"FIGURE {name} {value:.6g} {unit}", flush=True)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def picture(seed_file, size, number):
    """A JPEG of exactly that size with content of its own: comments of noise behind its first two bytes."""
    import random
    with open(seed_file, "rb") as file:
        plain = file.read()
    noise = random.Random(number)
    pieces, left = [], size - len(plain)
    while left > 0:
        count = min(left, 65535 + 2)
        if 0 < left - count < 4:
            count -= 4
        pieces.append(b"\xff\xfe" + (count - 2).to_bytes(2, "big") + noise.randbytes(count - 4))
        left -= count
    return plain[:2] + b"".join(pieces) + plain[2:]
