"""What BPMN 2.0 says must happen, one story each: a model, what people and clocks do, and where it leads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from player import differences, play

STORIES = [
    pytest.param(story, id=f"{file.stem}-{place}")
    for file in sorted(Path(__file__).parent.glob("*.yaml"))
    for place, story in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")), start=1)
]


@pytest.mark.parametrize("story", STORIES)
def test_model_runs_as_the_standard_says(story: dict[str, Any]) -> None:
    """
    Each story names the sentence of the standard that it keeps.
    """
    assert not differences(story), story["says"]


@pytest.mark.parametrize("story", STORIES)
def test_instance_kept_in_memory_runs_as_one_restored_at_every_step(story: dict[str, Any]) -> None:
    """
    A trace keeps its instances in memory; the server serialises them after every step: both walk alike.
    """
    assert play(story) == play(story, keeps=False)
