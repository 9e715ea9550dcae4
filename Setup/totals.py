"""Reads the figures of a test run from the file Swift Testing leaves behind.

    python3 totals.py REPORT

Prints why tests were skipped, then one last line: passed, failed, skipped.
"""

import sys
from collections import Counter
from xml.etree import ElementTree


def main():
    figures, reasons = Counter(), Counter()
    for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            figures["failed"] += 1
        elif skipped is not None:
            figures["skipped"] += 1
            reasons[(skipped.text or "no reason given").strip()] += 1
        else:
            figures["passed"] += 1
    for reason, count in reasons.most_common():
        print(f"  skipped  {count} of Swift's tests: {reason}")
    print(figures["passed"], figures["failed"], figures["skipped"])


main()
