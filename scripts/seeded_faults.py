"""Print how many of the seeded faults the checks find, which they miss, and how many false alarms they raise."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.builders.faults import CORPUS, Workshop


def main() -> int:
    """Check every fault of the corpus and the packs without faults."""
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop.copied(Path(folder))
        found = {fault["fault"]: bool(workshop.hits(fault)) for fault in CORPUS}
        alarms = list(workshop.alarms())
    for name in (name for name, hit in found.items() if not hit):
        print(f"missed  {name}")
    for one in alarms:
        print(f"alarm   {one.file}  {one.code}  {one.element_id}")
    count = Counter(found.values())
    print(
        f"{len(found)} seeded faults: {count[True]} found, {count[False]} missed, {len(alarms)} false alarms"
    )
    return 0 if all(found.values()) and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
