"""
Other people's models: their trees are rewritten in place into our canonical dialect.

The steps are a written-out list; each leaves what it does not know to the next. What was understood, what is not
taken over and what cannot be is in the findings.
"""

from __future__ import annotations

from bpmn.dialects import (
    activiti,
    camunda,
    camunda_calls,
    expressions,
    global_tasks,
    ids,
    resources,
    vendors,
    zeebe,
)
from bpmn.dialects.notes import Notes
from bpmn.model import Finding
from bpmn.xml import Element

_STEPS = (
    global_tasks.translate,
    ids.translate,
    zeebe.translate,
    activiti.translate,
    camunda.translate,
    resources.translate,
    expressions.translate_language,
    expressions.translate,
    vendors.translate,
)


def translate(root: Element, *, file: str = "") -> tuple[Finding, ...]:
    """Rewrite *root* in place and return what there is to say about it; errors refuse the model."""
    notes = Notes(file=file)
    speaks_family = camunda.is_used(root)
    for step in _STEPS:
        step(root, notes)
    camunda_calls.close_calls(root, by_default=speaks_family)
    return tuple(notes.findings)
