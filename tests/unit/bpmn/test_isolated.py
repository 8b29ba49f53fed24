"""Uploads are read in a child that can be killed."""

from __future__ import annotations

import pytest
from models import file, line

from bpmn.errors import DeploymentInvalid
from bpmn.isolated import Bounds, parse_isolated

MODEL = {"m.bpmn": file(line('<userTask id="u"/>'))}


def test_sound_model_comes_back_as_a_definition() -> None:
    """
    Within the limits the child changes nothing about the result.
    """
    assert parse_isolated(MODEL).key == "P"


def test_refused_model_keeps_its_findings() -> None:
    """
    What the check says is said, child or not.
    """
    with pytest.raises(DeploymentInvalid) as caught:
        parse_isolated({"m.bpmn": file(line('<callActivity id="c"/>'))})

    assert "missing-call" in {one.code for one in caught.value.findings}


def test_child_that_takes_too_long_is_killed() -> None:
    """
    The wall-time limit ends the child with one sentence.
    """
    with pytest.raises(DeploymentInvalid) as caught:
        parse_isolated(MODEL, bounds=Bounds(seconds=0.01))

    assert caught.value.findings[0].code == "reading-too-slow"


def test_child_that_takes_too_much_memory_is_refused() -> None:
    """
    The memory limit holds for the child alone.
    """
    text = "<documentation>" + "x" * 7_000_000 + "</documentation>"
    large = {"m.bpmn": file(line(f'<userTask id="u">{text}</userTask>'))}

    with pytest.raises(DeploymentInvalid) as caught:
        parse_isolated(large, bounds=Bounds(memory=48 * 1024 * 1024))

    assert caught.value.findings[0].code == "reading-failed"


def test_files_that_are_too_large_together_never_reach_the_child() -> None:
    """
    The sum of all files has a limit of its own.
    """
    with pytest.raises(DeploymentInvalid) as caught:
        parse_isolated(MODEL, bounds=Bounds(total=10))

    assert caught.value.findings[0].code == "files-too-large"
