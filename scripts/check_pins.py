"""Refuse a tree whose locked files name a registry host or whose web packages are not pinned exactly."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXACT = re.compile(r"\d+\.\d+\.\d+([-+].*)?")


def addresses() -> list[str]:
    """Return the locked files that record where a package was downloaded from."""
    locked = [*ROOT.glob("requirements/*.txt"), ROOT / "api/web/package-lock.json"]
    pattern = re.compile(r'--(extra-)?index-url|--find-links|"resolved": *"http')
    return [
        str(path.relative_to(ROOT)) for path in locked if path.exists() and pattern.search(path.read_text())
    ]


def loose_pins() -> list[str]:
    """Return the web packages whose version is a range or a tag."""
    package = json.loads((ROOT / "api/web/package.json").read_text())
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    return [f"{name} {version}" for name, version in wanted.items() if not EXACT.fullmatch(version)]


def main() -> int:
    """Print every offence; 1 when there is one."""
    offences = [f"download address in {path}" for path in addresses()]
    offences += [f"not an exact pin: {pin}" for pin in loose_pins()]
    print("\n".join(offences) or "pins: exact, no addresses")
    return bool(offences)


if __name__ == "__main__":
    sys.exit(main())
