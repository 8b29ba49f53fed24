"""The vectors that the browser's evaluator is held to hold here first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpmn import feel

SHARED = json.loads((Path(__file__).parents[3] / "golden" / "feel" / "browser.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", SHARED["vectors"], ids=lambda vector: vector["expression"])
def test_shared_vector_holds_on_the_server(vector):
    """
    An expression of the form profile has the same value on the server as in the browser.
    """
    context = feel.from_json(SHARED["context"])

    value = feel.evaluate(vector["expression"], context)

    assert feel.to_json(value) == vector["value"]


@pytest.mark.parametrize("vector", SHARED["vectors"], ids=lambda vector: vector["expression"])
def test_tree_of_shared_vector_is_plain_json(vector):
    """
    The syntax tree travels to the browser as JSON without loss.
    """
    known = SHARED["context"].keys()

    tree = feel.compile(vector["expression"], names=known).tree

    assert json.loads(json.dumps(tree)) == tree
