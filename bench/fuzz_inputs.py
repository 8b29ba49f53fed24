"""
Fuzz what strangers hand in, for as long as wished: ``python bench/fuzz_inputs.py --seconds 300``.

Shipped models, tables, forms, papers, settings, scenarios and small pictures, PDFs and archives are cut, spliced and
flipped and given to whatever reads them. Prints for each kind: duration, cases, how many were taken and refused, crashes
(anything but a sentence) and hangs (over five seconds of processor time). Exit code 1 where there is a crash or a hang.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bpmn import decisions, parser, toml  # noqa: E402
from bpmn.errors import JingfaError  # noqa: E402
from forms import lint as form_lint  # noqa: E402
from forms.documents import paper as papers  # noqa: E402
from forms.errors import SubmissionInvalid  # noqa: E402
from forms.model import Form  # noqa: E402
from forms.rendering import render  # noqa: E402
from forms.validation import validate  # noqa: E402
from workflows.scenarios import model as scenarios  # noqa: E402

SLOW_SECONDS = 5.0
LIBRARY = ROOT / "bpmn" / "library"
#: What a file that cannot be read may raise at whoever reads it.
REFUSED = (JingfaError, yaml.YAMLError, toml.TOMLDecodeError, UnicodeDecodeError, json.JSONDecodeError)


def uploads() -> ModuleType:
    """Return the samples and the door that the unit tests use."""
    path = ROOT / "tests" / "unit" / "test_hostile_uploads.py"
    spec = importlib.util.spec_from_file_location("hostile_uploads", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mutated(dice: Random, content: bytes, other: bytes) -> bytes:
    """Return bytes with a few places flipped, cut, doubled, filled or spliced with another file's."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(changed) or 1), dice.randint(1, 60)
        kind = dice.randrange(6)
        if kind == 0 and changed:
            changed[at % len(changed)] = dice.randrange(256)
        elif kind == 1:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = changed[at : at + length] * dice.randint(1, 50)
        elif kind == 3:
            start = dice.randrange(len(other) or 1)
            changed[at:at] = other[start : start + length * 5]
        elif kind == 4:
            changed[at:at] = dice.choice(HOSTILE)
        else:
            changed[at : at + length] = dice.randbytes(length)
    return bytes(changed)


HOSTILE = (
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"\0", b"\xff\xfe", b"]]>", b"<" * 300, b"[" * 300, b"{" * 300, b'"' * 3,
    b"-1", b"9" * 400, b"1e999", b"null", b"\xed\xa0\x80", b"P99999999999Y", b"R999999999/PT1S", b"${7*7}", b"{{7*7}}",
)  # fmt: skip


def read_model(content: bytes) -> None:
    """Read a diagram."""
    parser.parse({"x.bpmn": content})


def read_table(content: bytes) -> None:
    """Read a decision model, and evaluate what it decides."""
    found = decisions.load(content)
    for decision in found.decisions:
        found.evaluate(decision.id, {})


def read_form(content: bytes) -> None:
    """Check a form, show it, and send it what it does not ask for."""
    try:
        schema = json.loads(content)
    except RecursionError:
        return  # every reader of ours names it beside ValueError
    list(form_lint.lint(schema))
    form = Form.parse(schema)
    render(form, values={"x": [1], "parties": [{"name": "\u202e"}]})
    try:
        validate(form, {"parties": "x", "x": {"y": [None]}})
    except SubmissionInvalid:
        return


def read_paper(content: bytes) -> None:
    """Check a template."""
    papers.lint(content)


def read_settings(content: bytes) -> None:
    """Read settings."""
    toml.loads(content)


def read_scenario(content: bytes) -> None:
    """Read a scenario."""
    scenarios.of(scenarios.loads(content), "x")


KINDS: dict[str, tuple[str, Callable[[bytes], None]]] = {
    "model": ("*/*.bpmn", read_model),
    "table": ("*/decisions/*.dmn", read_table),
    "form": ("*/forms/*.json", read_form),
    "paper": ("*/documents/*.toml", read_paper),
    "settings": ("*/pack.toml", read_settings),
    "scenario": ("*/scenarios/*.yaml", read_scenario),
}


def fuzz(name: str, samples: list[bytes], read: Callable[[bytes], object], seconds: float, seed: int) -> bool:
    """Hand in mutations until the time is over; tells whether nothing crashed or hung."""
    dice, outcomes, started = Random(f"{name}{seed}"), Counter[str](), time.monotonic()
    while time.monotonic() - started < seconds:
        candidate, begun = mutated(dice, dice.choice(samples), dice.choice(samples)), time.process_time()
        try:
            outcomes["refused" if read(candidate) == "refused" else "taken"] += 1
        except REFUSED:
            outcomes["refused"] += 1
        except Exception:  # noqa: BLE001 - finding these is what a fuzzer is for
            outcomes["crashes"] += 1
            print(f"crash in {name}: {candidate[:3000]!r}\n{traceback.format_exc()}", file=sys.stderr)
        if time.process_time() - begun > SLOW_SECONDS:
            outcomes["hangs"] += 1
            Path(f"hang-{name}-{outcomes['hangs']}").write_bytes(candidate)
            print(f"hang in {name}: {time.process_time() - begun:.1f} s", file=sys.stderr)
    cases = outcomes["refused"] + outcomes["taken"] + outcomes["crashes"]
    print(
        f"{name}: duration {time.monotonic() - started:.0f} s, cases {cases}, taken {outcomes['taken']}, "
        f"refused {outcomes['refused']}, crashes {outcomes['crashes']}, hangs {outcomes['hangs']}",
        flush=True,
    )
    return not outcomes["crashes"] and not outcomes["hangs"]


def main() -> int:
    """Fuzz each kind for an equal part of the time."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seconds", type=float, default=60)
    reader.add_argument("--seed", type=int, default=0)
    args = reader.parse_args()
    door = uploads()
    share, fine = args.seconds / (len(KINDS) + 1), []
    for name, (pattern, read) in KINDS.items():
        samples = [file.read_bytes() for file in sorted(LIBRARY.glob(pattern))]
        fine.append(fuzz(name, samples, read, share, args.seed))
    fine.append(fuzz("upload", list(door.SAMPLES.values()), door.taken, share, args.seed))
    return 0 if all(fine) else 1


if __name__ == "__main__":
    raise SystemExit(main())
