"""What the panel of the diagram editor reads and writes: conditions in rows and FEEL, times in numbers and ISO 8601."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

STUDIO = Path(__file__).parents[3] / "api" / "web" / "src" / "studio" / "diagram"


def run(module: str, expression: str) -> Any:
    """Return what an expression over a module of ours gives in Node."""
    source = f"import * as m from '{(STUDIO / module).as_uri()}'; console.log(JSON.stringify({expression}));"
    command = ["node", "--input-type=module", "-e", source]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.parametrize(
    "text",
    [
        '=dispatch.channel = "110"',
        '=a >= 3 and b != "甲 and 乙" and c = true',
        "=a = null or b < -1.5",
        '=(acceptance.accepted = "受理" and risk.level = "红") = true',
    ],
)
def test_a_plain_condition_survives_its_rows(text: str) -> None:
    """Read into rows and written back, it is the same text."""
    assert run("conditions.js", f"m.write(m.read({json.dumps(text)}))") == text


@pytest.mark.parametrize(
    "text",
    [
        "=count(parties) > 2",
        "=a = 1 and b = 2 or c = 3",
        "=some p in parties satisfies p.minor",
        "=1 +",
        "=not(a)",
    ],
)
def test_more_than_comparisons_stays_a_formula(text: str) -> None:
    """Nothing is read into rows that rows could not give back."""
    assert run("conditions.js", f"m.read({json.dumps(text)})") is None


def test_what_is_typed_is_never_code() -> None:
    """A quote in a value stays inside the text; a number that is none becomes 0."""
    typed = '" or true or "'

    assert run("conditions.js", f"m.literal({json.dumps(typed)}, 'string')") == json.dumps(typed)
    assert run("conditions.js", "m.literal('1 or true', 'number')") == "0"


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("timeDuration", "PT36H", {"way": "after", "number": 36, "unit": "hours"}),
        ("timeDate", '=deadline("D-106")', {"way": "catalogue", "code": "D-106"}),
        ("timeDate", "=add working days(now(), 3)", {"way": "working", "number": 3}),
        ("timeCycle", "R3/P1W", {"way": "every", "times": 3, "number": 1, "unit": "weeks"}),
        ("timeCycle", "R/PT15M", {"way": "every", "times": None, "number": 15, "unit": "minutes"}),
        ("timeDate", "=case.due", {"way": "formula", "text": "=case.due"}),
    ],
)
def test_a_time_is_said_in_numbers_and_written_back_alike(kind: str, text: str, said: dict[str, Any]) -> None:
    """No text of the standard reaches the person, and none is lost."""
    read = f"m.timer({{ {kind}: {json.dumps(text)} }})"

    assert run("periods.js", read) == said
    assert run("periods.js", f"m.timed({read})") == [kind, text]


def test_a_moment_keeps_its_zone() -> None:
    """What another tool wrote with its own offset is not rewritten by looking at it."""
    text = "2026-09-18T15:20:00+08:00"

    assert run("periods.js", f"m.timed(m.timer({{ timeDate: '{text}' }}))") == ["timeDate", text]
