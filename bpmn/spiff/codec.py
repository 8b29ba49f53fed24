"""
The serialised instance: live visits as rows, values in FEEL's lossless form, specs left out.

A row is ``[number, number of the parent or 0, state, node, engine's facts, local variables, pending result]``. The
numbers make the activity ids, so these are the same after every save and load.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from SpiffWorkflow.util.task import TaskState

from bpmn import feel
from bpmn.definition import ProcessDefinition
from bpmn.errors import StateUnreadable
from bpmn.model import InstanceState, Json, Value
from bpmn.spiff import factory
from bpmn.spiff.kernel import Instance, Visit
from bpmn.spiff.recording import Recorder

FORMAT = 1


class Kept(bytes):
    """
    The state of an instance that stays in memory between its steps, for traces: empty bytes that carry it.

    The next step changes it: a state that has been used may not be used again.
    """

    instance: Instance

    @classmethod
    def of(cls, instance: Instance) -> Kept:
        """Return *instance* as its own state."""
        kept = cls()
        kept.instance = instance
        return kept

    def resume(self, environment: feel.Environment) -> Instance:
        """Return the instance, ready for a step at the environment's instant."""
        self.instance.environment = environment
        self.instance.recorder = Recorder(environment.now)
        return self.instance


def dump(instance: Instance) -> bytes:
    """Serialise an instance, unless it is kept in memory."""
    if instance.is_kept:
        return Kept.of(instance)
    return orjson.dumps(
        {
            "format": FORMAT,
            "seed": instance.seed,
            "counter": instance.counter,
            "business_key": instance.business_key,
            "status": instance.status.value,
            "visits": [_row(visit) for visit in instance.tasks.values()],
            **_unfinished(instance),
        }
    )


def _unfinished(instance: Instance) -> dict[str, Json]:
    """Return what a step left undone when its budget was spent; nothing in the ordinary case."""
    queue = [visit.number for visit in instance.queue if visit.is_alive]
    has_new_data = instance.has_new_data and bool(instance.conditional)
    return {"queue": queue, "has_new_data": has_new_data} if queue or has_new_data else {}


def _row(visit: Visit) -> list[Json]:
    parent = visit.parent.number if visit.parent is not None else 0
    facts = {name: value for name, value in visit.internal_data.items() if value is not None}
    row = [
        visit.number,
        parent,
        visit.state,
        visit.task_spec.name,
        facts,
        _encode(visit.data),
        _encode(visit.result),
    ]
    return row if visit.result else row[:-1]


def _encode(values: Mapping[str, Value]) -> dict[str, Json]:
    return {name: feel.encode(value) for name, value in values.items()}


def _decode(values: Mapping[str, Json]) -> dict[str, Value]:
    return {name: feel.decode(value) for name, value in values.items()}


def load(definition: ProcessDefinition, state: bytes, environment: feel.Environment) -> Instance:
    """
    Restore an instance of *definition* from its serialised form.

    Raises:
        StateUnreadable: it is none; somebody or something changed it in the database.
    """
    if isinstance(state, Kept):
        return state.resume(environment)
    try:
        return _restored(definition, orjson.loads(state), environment)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as fault:
        raise StateUnreadable from fault


def _restored(
    definition: ProcessDefinition, stored: Mapping[str, Any], environment: feel.Environment
) -> Instance:
    instance = Instance(factory.specs_of(definition), definition, environment, stored["seed"])
    instance.business_key = stored["business_key"]
    instance.status = InstanceState(stored["status"])
    by_number: dict[int, Visit] = {}
    for row in stored["visits"]:
        by_number[row[0]] = _visit(instance, by_number.get(row[1]), row)
    instance.counter = stored["counter"]
    instance.task_tree = next(iter(instance.tasks.values()))
    _reconnect(instance, by_number)
    instance.queue.extend(by_number[number] for number in stored.get("queue", ()))
    instance.has_new_data = stored.get("has_new_data", False)
    return instance


def _visit(instance: Instance, parent: Visit | None, row: list[Any]) -> Visit:
    number, _, state, name, facts, data, *result = row
    visit = Visit(instance, instance.spec.task_specs[name], parent, number)
    visit._state = state
    visit.internal_data = dict(facts)
    visit.data = _decode(data)
    visit.result = _decode(result[0]) if result else {}
    return visit


def _reconnect(instance: Instance, by_number: Mapping[int, Visit]) -> None:
    """Rebuild what is derived from the visits: tokens at joins, waiting conditions."""
    for number in sorted(by_number):
        visit = by_number[number]
        if visit.has_state(TaskState.WAITING) and not visit.has_incident:
            _reconnect_waiting(instance, visit)


def _reconnect_waiting(instance: Instance, visit: Visit) -> None:
    if visit.node.type in ("parallelGateway", "inclusiveGateway") and visit.parent is not None:
        instance.joins.setdefault((visit.parent.id, visit.task_spec.name), []).append(visit)
    elif visit.node.trigger.kind == "conditional":
        instance.conditional[visit.id] = visit
