"""
Search a plain database dump for what must not be in one: ``pg_dump … | python scripts/search_dump.py``.

Prints how many identity numbers (18 digits with a right check digit) and mobile numbers stand in clear in which table, also
inside binary values. Exit code 1 where there is any. Needs nothing of the product.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable

IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![0-9A-Za-z])"
)
MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z.])")
HEX = re.compile(r"\\\\x((?:[0-9a-f]{2})+)")
COPY = re.compile(r"COPY (?:\w+\.)?(\w+) ")
#: Files of packs hold made-up samples of policy staff and no case data.
PACKS = ("file_content", "draft_file")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity(number: str) -> bool:
    """Tell whether the last sign is the check digit of the others (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[17] == "10X98765432"[total % 11]


def plain(line: str) -> str:
    """Return a line with its binary values (``\\x…``) as the text that they hold."""
    return HEX.sub(lambda found: bytes.fromhex(found[1]).decode("utf-8", "replace"), line)


def hits(lines: Iterable[str]) -> dict[str, list[str]]:
    """Return table -> the numbers that stand in it."""
    table, found = "", defaultdict[str, list[str]](list)
    for line in lines:
        named = COPY.match(line)
        table = named[1] if named else table
        clear = plain(line)
        numbers = [n for n in IDENTITY.findall(clear) if is_identity(n)] + MOBILE.findall(clear)
        if numbers:
            found[table] += numbers
    return found


def main() -> int:
    """Read the dump from standard input."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    found = hits(sys.stdin)
    samples = sum(len(found.pop(name, [])) for name in PACKS)
    for table, numbers in sorted(found.items()):
        print(f"{table}: {len(numbers)}, such as {numbers[0][:3]}…{numbers[0][-2:]}")
    print(f"numbers in clear: {sum(map(len, found.values()))}; in the samples of packs: {samples}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
