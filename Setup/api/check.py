"""Asks a running server for everything its document describes, by schemathesis: nothing it says may be undocumented, no
request may end in a fault of ours, and every operation must be reached.

usage: check.py SCHEMATHESIS ADDRESS CODE FOLDER
"""

import base64
import http.cookiejar
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request

schemathesis, address, code, folder = sys.argv[1:]
here = pathlib.Path(__file__).resolve().parent
folder = pathlib.Path(folder)
jar = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
proof = None


def ask(method, path, body=None, headers=None):
    """An answer's JSON, or its headers where it has no body."""
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    request = urllib.request.Request(address + path, data=data, method=method, headers=headers or {})
    if proof:
        request.add_header("X-Likeness-Proof", proof)
    with opener.open(request, timeout=60) as reply:
        text = reply.read()
        return json.loads(text) if text else dict(reply.headers)


def main():
    global proof
    owner = {"organisation": "Studio", "name": "ada@example.org", "password": "correct horse battery", "code": code}
    proof = ask("POST", "/api/v1/setup", owner)["proof"]
    document = ask("GET", "/api/v1/openapi.json")
    scopes = document["components"]["schemas"]["Token"]["properties"]["scopes"]["items"]["enum"]
    token = ask("POST", "/api/v1/tokens", {"name": "check", "scopes": scopes})
    spare = ask("POST", "/api/v1/tokens", {"name": "spare", "scopes": scopes})["token"]["id"]
    event = ask("POST", "/api/v1/events", {"name": "Party"})["id"]
    root = f"/api/v1/events/{event}"
    photographer = ask("POST", f"{root}/photographers", {"name": "Ada"})["id"]
    link = ask("POST", f"{root}/upload-links", {"photographer": photographer})["link"]["id"]
    album = ask("POST", f"{root}/albums", {"name": "Vows"})["id"]
    guest = ask("POST", f"{root}/guests", {"guests": [{"name": "Bob"}]})["items"][0]["id"]
    user = ask("POST", "/api/v1/users", {"name": "bob@example.org", "role": "viewer"})["user"]["id"]
    tus = {
        "Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream",
        "Upload-Metadata": "photographer " + base64.b64encode(photographer.encode()).decode(),
    }
    photo = ask("POST", f"{root}/uploads", b"no picture", tus | {"Upload-Length": "10"})
    upload = ask("POST", f"{root}/uploads", b"half", tus | {"Upload-Length": "8"})["Location"].split("/")[-1]
    made = {
        "event": event, "photographer": photographer, "link": link, "album": album, "guest": guest, "user": user,
        "photo": photo["Likeness-Photo"], "upload": upload, "token": spare,
    }
    configuration = folder / "schemathesis.toml"
    other = ask("POST", "/api/v1/events", {"name": "Other"})["id"]
    filled = (here / "schemathesis.toml").read_text().replace("TOKEN", token["secret"]).replace("OTHER", other)
    session = next(cookie.value for cookie in jar if cookie.name == "likeness")
    filled = filled.replace("SESSION", session).replace("THE-PROOF", proof)
    # One that may be ended.
    welcome = ask("POST", "/api/v1/session", {name: owner[name] for name in ("name", "password")})
    short = next(cookie.value for cookie in jar if cookie.name == "likeness")
    filled = filled.replace("SHORT", short).replace("ITS-PROOF", welcome["proof"])
    lines = "\n".join(f'"path.{name}" = "{value}"' for name, value in made.items())
    configuration.write_text(filled.replace("PARAMETERS", lines))
    # Where it keeps what it remembers of a run is left behind with the folder.
    run = subprocess.run(
        [schemathesis, "--config-file", str(configuration), "run", f"{address}/api/v1/openapi.json", "--no-color"],
        capture_output=True, text=True, cwd=folder, timeout=900, env=os.environ | {"PYTHONPATH": str(here)})
    print(run.stdout[-12000:], run.stderr[-2000:])
    reached = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", run.stdout)
    if not reached:
        sys.exit("schemathesis did not say what it reached")
    selected, known, tested = map(int, reached.groups())
    # The live stream never ends, so it is listened to here.
    leave = {"Authorization": f"Bearer {token['secret']}"}
    listen = urllib.request.Request(f"{address}{root}/stream", headers=leave)
    with urllib.request.urlopen(listen, timeout=60) as stream:
        hello = stream.readline().decode()
    if hello != "event: hello\n":
        sys.exit(f"the live stream began with {hello!r}")
    print(f"{tested + 1} of {known} operations were reached")
    if selected + 1 != known or tested != selected:
        sys.exit("not every operation was reached")
    sys.exit(run.returncode)


main()
