"""Models in the style of other tools run as their own tool would run them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from bpmn import feel, neighbours, parser
from bpmn.feel.environment import SHANGHAI
from bpmn.trace import as_json, trace
from bpmn.trace.inputs import read

FOLDER = Path(__file__).parents[2] / "golden" / "models"
MODELS = sorted(one.name for one in FOLDER.iterdir() if one.suffix in (".bpmn", ".xml"))


@pytest.mark.parametrize("name", MODELS)
def test_model_of_another_tool_takes_its_path(name: str) -> None:
    """
    The story beside the model leads where it says, without any extension of ours.
    """
    story = yaml.safe_load((FOLDER / f"{name.split('.')[0]}.yaml").read_text(encoding="utf-8"))
    definition = parser.parse(neighbours.gather(FOLDER / name))
    environment = feel.Environment(now=datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))

    result = as_json(trace(definition, read(story["inputs"]), environment=environment))

    for key, expected in story["expected"].items():
        got = {name: result[key].get(name) for name in expected} if key == "variables" else result[key]
        assert got == expected, result
