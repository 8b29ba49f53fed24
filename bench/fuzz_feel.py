"""
Fuzz FEEL for as long as wished: ``python bench/fuzz_feel.py --seconds 600``.

Prints duration, cases, crashes (anything but a value or a ``FeelSyntaxError``) and hangs (over two seconds of processor time).
Exit code 1 where there is a crash or a hang.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
import traceback
import warnings
from pathlib import Path
from random import Random
from types import ModuleType

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hypothesis import strategies as st  # noqa: E402

from bpmn import feel  # noqa: E402

SLOW_SECONDS = 2.0


def generated() -> ModuleType:
    """Return the strategies that the unit tests use."""
    path = ROOT / "tests" / "unit" / "bpmn" / "feel" / "generated.py"
    spec = importlib.util.spec_from_file_location("feel_generated", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mutated(text: str, random: Random) -> str:
    """Return a text with a few signs dropped, doubled or swapped."""
    signs = list(text)
    for _ in range(random.randrange(4)):
        if signs:
            place = random.randrange(len(signs))
            signs[place : place + 1] = random.choice(
                ([], [signs[place]] * 2, [random.choice('()[]{},.:"@?-* ')])
            )
    return "".join(signs)


def once(text: str, context: dict[str, object]) -> None:
    """Evaluate a text as expression and as unary test; syntax errors are fine."""
    for call in (lambda: feel.trace(text, context), lambda: feel.unary_test(text, context.get("a"), context)):
        try:
            call()
        except feel.FeelSyntaxError:
            continue


def main() -> int:
    """Run until the time is over; report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # .example() is meant for interactive use; here it only feeds the corpus
    module, random = generated(), Random(args.seed)
    corpus = st.tuples(module.wellformed | module.garbage, module.contexts)
    pool = [corpus.example() for _ in range(300)]
    started, cases, crashes, hangs = time.monotonic(), 0, 0, 0
    while time.monotonic() - started < args.seconds:
        text, context = random.choice(pool)
        other, _ = random.choice(pool)
        joined = random.choice(
            (text, f"({text}) + ({other})", f"[{text}][{other}]", f"{{r: {text}, s: {other}}}")
        )
        candidate, begun = mutated(joined, random), time.process_time()  # a busy machine is no hang
        try:
            once(candidate, context)
        except Exception:  # noqa: BLE001 - finding these is what a fuzzer is for
            crashes += 1
            print(f"crash: {candidate!r} on {context!r}\n{traceback.format_exc()}", file=sys.stderr)
        if time.process_time() - begun > SLOW_SECONDS:
            hangs += 1
            print(f"hang: {candidate!r} on {context!r}", file=sys.stderr)
        cases += 1
    print(f"duration {time.monotonic() - started:.0f} s, cases {cases}, crashes {crashes}, hangs {hangs}")
    return 1 if crashes or hangs else 0


if __name__ == "__main__":
    raise SystemExit(main())
