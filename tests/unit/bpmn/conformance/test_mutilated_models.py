"""Whatever is done to a model, it is refused in words or it runs to an outcome: no crash, no hang."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from drawing import draw
from lxml import etree
from player import BEGIN, ZONE

from bpmn import feel, parser
from bpmn import trace as tracing
from bpmn.errors import DeploymentInvalid
from bpmn.trace.inputs import Inputs, TraceInputInvalid

MODELS = [
    draw(story["model"])
    for file in sorted(Path(__file__).parent.glob("*.yaml"))
    for story in yaml.safe_load(file.read_text(encoding="utf-8"))
]
TEXTS = ("", "1", "x", "=a.b", "${", "PT1S", "R3/PT1H", "[1,2]", "true")
FLAGS = ("default", "isInterrupting", "cancelActivity", "triggeredByEvent", "instantiate", "parallelMultiple")


def mutilated(chance: random.Random) -> bytes:
    """Return a model of which one to three elements were removed, doubled, moved or rewritten."""
    root = etree.fromstring(chance.choice(MODELS))
    for _ in range(chance.randint(1, 3)):
        _hurt(chance, [one for one in root.iter() if one is not root])
    return etree.tostring(root)


def _hurt(chance: random.Random, elements: list[etree._Element]) -> None:
    if not elements:
        return
    one, other = chance.choice(elements), chance.choice(elements)
    ids = ["nobody", *(str(each.get("id")) for each in elements if each.get("id"))]
    match chance.randint(0, 5):
        case 0:
            one.getparent().remove(one)
        case 1:
            one.text = chance.choice(TEXTS)
        case 2:
            one.set(chance.choice(FLAGS), chance.choice([*ids, "true", "false"]))
        case 3 if other.get("sourceRef"):
            other.set(chance.choice(("sourceRef", "targetRef")), chance.choice(ids))
        case 4 if one.get("attachedToRef"):
            one.set("attachedToRef", chance.choice(ids))
        case _:
            one.tag, other.tag = other.tag, one.tag


@pytest.mark.parametrize("seed", range(40))
def test_mutilated_model_is_refused_or_runs_to_an_outcome(seed: int) -> None:
    """
    Ten hurt models a seed; a finding or an outcome for each, and nothing else is raised.
    """
    chance = random.Random(seed)
    environment = feel.Environment(now=BEGIN, zone=ZONE)
    for _ in range(10):
        try:
            definition = parser.parse({"m.bpmn": mutilated(chance)})
            result = tracing.trace(definition, Inputs(), environment=environment, until=timedelta(days=1))
        except (DeploymentInvalid, TraceInputInvalid):
            continue

        assert result.outcome in ("completed", "terminated", "waiting", "incident")
