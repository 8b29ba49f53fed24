"""Business-rule tasks whose decision travels with the definition."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from threading import Lock
from typing import Any

from bpmn import feel
from bpmn.definition import ProcessDefinition
from bpmn.errors import JingfaError
from bpmn.model import Json, Value
from bpmn.spiff import variables
from bpmn.spiff.failures import DecisionFailed
from bpmn.spiff.kernel import Visit

_models: dict[str, dict[str, Any]] = {}
_lock = Lock()
_KEPT = 256


def has_decision(definition: ProcessDefinition, decision: str) -> bool:
    """Whether the definition carries a decision of this id or name."""
    return bool(decision and definition.decisions) and decision in _decisions(definition)


def _decisions(definition: ProcessDefinition) -> dict[str, Any]:
    """Map id and name of every decision to its loaded model (cached by digest)."""
    with _lock:
        if definition.digest not in _models:
            if len(_models) >= _KEPT:
                _models.pop(next(iter(_models)))
            _models[definition.digest] = _load(definition.decisions)
        return _models[definition.digest]


def _load(files: Mapping[str, bytes]) -> dict[str, Any]:
    # Imported late: most definitions carry no decision.
    decisions = importlib.import_module("bpmn.decisions")
    found: dict[str, Any] = {}
    for name, xml in files.items():
        model = decisions.load(xml, imports={other: data for other, data in files.items() if other != name})
        for decision in model.decisions:
            found.update({decision.id: model, decision.name: model})
    return found


def decide(visit: Visit, decision: str) -> dict[str, Value]:
    """
    Evaluate a decision over the visible variables and record which rules matched.

    Returns:
        The task's result: ``{jf:result: value}``; without that attribute the value's own entries, or the value
        under the decision's name.

    Raises:
        DecisionFailed: the model cannot be evaluated at all (business data never raises).
    """
    model = _decisions(visit.workflow.definition)[decision]
    known = variables.visible(visit)
    try:
        outcome = model.evaluate(decision, known, environment=visit.workflow.environment)
    except JingfaError as problem:
        raise DecisionFailed(problem.message, element_id=visit.node.origin) from problem
    asked = next((d for d in model.decisions if decision in (d.id, d.name)), None)
    name = asked.name if asked and asked.id == decision else decision
    value = outcome.values.get(name, outcome.values.get(decision))
    read = {i.name: feel.encode(known[i.name]) for i in (asked.inputs if asked else ()) if i.name in known}
    visit.workflow.record("decided", visit, {**_explanation(decision, value, outcome), "inputs": read})
    return _named(visit.node.extensions.get("result", ""), name, value)


def _named(result: str, decision: str, value: Value) -> dict[str, Value]:
    if result:
        return {result: value}
    return dict(value) if isinstance(value, dict) else {decision: value}


def _explanation(decision: str, value: Value, outcome: Any) -> dict[str, Json]:
    return {
        "decision": decision,
        "result": feel.to_json(value),
        "matched": {name: list(rules) for name, rules in outcome.matched.items()},
        "annotations": {
            name: [{"rule": rule, "texts": list(texts)} for rule, texts in notes]
            for name, notes in outcome.annotations.items()
        },
        "reasons": list(outcome.reasons),
    }
