"""``docs/feel.md`` tells the truth about what is tested."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from bpmn.feel.library.catalogue import BUILTINS

_spec = importlib.util.spec_from_file_location("feel_conformance", Path(__file__).with_name("conformance.py"))
assert _spec and _spec.loader
conformance = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(conformance)

ALIASES = {"and", "or"}  # FEEL 1.1 names of all() and any(); keywords today, so they cannot be called


def test_every_builtin_has_vectors():
    """
    No built-in function is without at least three own vectors.
    """
    counted = [vector.topic for vector in conformance.vectors.load("functions.yaml")]

    assert [name for name in BUILTINS if counted.count(name) < 3 and name not in ALIASES] == []


def test_conformance_table_is_current():
    """
    The table in the documentation is the one that the vectors give; mend it by running ``conformance.py``.
    """
    assert conformance.table() in conformance.DOCUMENT.read_text("utf-8")
