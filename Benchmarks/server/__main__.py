"""One part of the measurements of the server: python3 Benchmarks/server PART --executable … --scratch …"""

import argparse
import importlib
import os
import shutil
import signal
import sys

parser = argparse.ArgumentParser()
parser.add_argument("part", choices=["speed", "listeners", "uploads", "photos", "tuspy"])
parser.add_argument("--executable", required=True)
parser.add_argument("--scratch", required=True)
parser.add_argument("--photo", required=True, help="a JPEG with a face")
parser.add_argument("--shared")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seconds", type=int, default=5)
parser.add_argument("--photos", type=int, default=500)
arguments = parser.parse_args()
arguments.scratch = os.path.abspath(arguments.scratch) + "/" + arguments.part
shutil.rmtree(arguments.scratch, ignore_errors=True)
os.makedirs(arguments.scratch)
# A parent's worker thread may have held signals back, and children take that over.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
# Whoever ends this ends what it has started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
try:
    importlib.import_module(arguments.part).run(arguments)
finally:
    shutil.rmtree(arguments.scratch, ignore_errors=True)
