"""``python -m bench [names] [--comparators PYTHON]``: one table per benchmark; exit code 1 where a goal was missed."""

from __future__ import annotations

import argparse
import subprocess
import sys
import warnings
from pathlib import Path

NAMES = ("feel", "dmn", "engine_growth", "step", "growth", "inbox", "timers", "burst", "clicks", "pages")
COMPARATORS = Path(".venv-bench/bin/python")


def main() -> int:
    """Run each benchmark in a process of its own, so that none warms or burdens another."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all by default")
    parser.add_argument(
        "--comparators",
        metavar="PYTHON",
        default=str(COMPARATORS),
        help="interpreter with requirements/bench.in",
    )
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    missed = [name for name in given.names or NAMES if not _run(name, given.comparators)]
    print(f"\n{'every goal reached' if not missed else 'goals missed in: ' + ', '.join(missed)}")
    return 1 if missed else 0


def _run(name: str, comparators: str) -> bool:
    print(f"\n== {name} ==", flush=True)
    command = [sys.executable, "-W", "ignore", "-m", f"bench.{name}"]
    if name == "feel" and Path(comparators).exists():
        command += ["--comparators", comparators]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
