"""The page that says where each step of a procedure is names elements that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "processes" / "steps.md"
ROW = re.compile(r"^\| (?P<step>[^|]+) \| (?P<where>[^|]+) \|$")
ROWS = [
    (found["step"], found["where"])
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if (found := ROW.match(line)) and ":" in found["where"]
]


def ids(pack: str) -> set[str]:
    """Ids of everything in the diagrams of a pack."""
    models = (ROOT / "bpmn" / "library" / pack).glob("*.bpmn")
    return {
        name for model in models for name in re.findall(r'\bid="([^"]+)"', model.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize(("step", "where"), ROWS, ids=[step[:30] for step, _ in ROWS])
def test_the_elements_of_a_step_exist(step: str, where: str) -> None:
    """Each element stands in a diagram of the pack that is named before it."""
    for part in where.split(" · "):
        pack, _, elements = part.partition(": ")
        assert set(elements.split()) <= ids(pack)


def test_every_procedure_has_its_steps() -> None:
    """No pack of the library but the dispute (its own page of data) is left out."""
    packs = {file.parent.name for file in (ROOT / "bpmn" / "library").glob("*/pack.toml")} - {
        "dispute-referral"
    }
    named = {part.partition(":")[0] for _, where in ROWS for part in where.split(" · ")}

    assert named == packs
