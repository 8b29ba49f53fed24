"""The vectors of ``tests/golden/decisions/hit_policies.yaml``, and the table of docs/dmn.md that counts them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bpmn import feel
from bpmn.decisions import load
from tests.builders import dmn

ROOT = Path(__file__).parents[4]
VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (ROOT / "tests/golden/decisions/hit_policies.yaml").read_text(encoding="utf-8")
)
OUTPUTS = {"ladder": ('"low"', '"mid"', '"high"'), "twins": ('"a"', '"a"', '"b"'), "points": ("1", "2", "4")}
CASES = [(policy, vector) for policy, vectors in VECTORS.items() for vector in vectors]


@pytest.mark.parametrize(("policy", "vector"), CASES)
def test_vector(policy: str, vector: dict[str, Any]) -> None:
    """The table gives the result and names the rules that the standard says."""
    name, _, aggregation = policy.partition("COLLECT ")
    rules = [
        f">= {end} -> {output}" for end, output in zip((10, 20, 30), OUTPUTS[vector["table"]], strict=True)
    ]
    allowed = '"high","mid","low","none"' if vector["table"] == "ladder" else ""
    logic = dmn.table(
        rules,
        policy=name or "COLLECT",
        aggregation=aggregation,
        allowed=allowed,
        default=vector.get("default", ""),
    )

    outcome = load(dmn.definitions(dmn.decision(logic))).evaluate("d", {"x": vector["x"]})

    assert feel.to_json(outcome.values["d"]) == vector["result"]
    assert list(outcome.matched["d"]) == vector["rules"]


def test_the_documented_numbers_are_those_of_the_vectors() -> None:
    """docs/dmn.md says how many own vectors each hit policy has."""
    text = (ROOT / "docs/dmn.md").read_text(encoding="utf-8")

    told = dict(re.findall(r"^\| ([A-Z ]+?) \|.*\| (\d+) \|$", text, re.MULTILINE))

    assert told == {policy: str(len(vectors)) for policy, vectors in VECTORS.items()}
