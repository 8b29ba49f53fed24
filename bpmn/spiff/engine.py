"""The verbs of :mod:`bpmn.interpreter`, each: restore, do one thing, run, serialise."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from bpmn import feel
from bpmn.definition import ProcessDefinition
from bpmn.errors import ActivityNotWaiting, InstanceEnded, Invalid
from bpmn.model import Advance, ConditionWait, InstanceState, Value, WaitState
from bpmn.spiff import codec, factory, loop, throwing, variables, waiting
from bpmn.spiff.kernel import Instance, Visit


def start(
    definition: ProcessDefinition,
    process_id: str | None,
    start_event: str | None,
    initial: Mapping[str, Value],
    environment: feel.Environment,
    business_key: str | None,
    is_kept: bool = False,
) -> Advance:
    """See :func:`bpmn.interpreter.start`."""
    specs = factory.specs_of(definition)
    process = process_id or _process_of(definition, start_event)
    if process not in specs.program.processes:
        raise Invalid(f"部署的文件里没有流程“{process}”。请核对流程编号。")
    if start_event is not None and start_event not in specs.program.nodes[process].children:
        raise Invalid(f"流程“{process}”里没有启动事件“{start_event}”。请核对启动事件编号。")
    instance = Instance(specs, definition, environment, secrets.randbits(63))
    instance.business_key, instance.is_kept = business_key, is_kept
    notes = {"start": start_event} if start_event else {}
    instance.task_tree = instance.enter(process, None, variables=dict(initial), notes=notes)
    return _advance(instance)


def _process_of(definition: ProcessDefinition, start_event: str | None) -> str:
    specs = factory.specs_of(definition)
    if start_event is not None and start_event in specs.program.nodes:
        return str(specs.program.nodes[start_event].parent)
    return definition.key if definition.key in specs.program.processes else specs.program.processes[0]


def complete(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    values: Mapping[str, Value],
    environment: feel.Environment,
) -> Advance:
    """See :func:`bpmn.interpreter.complete`."""
    instance = _load(definition, state, environment)
    instance.fire(_task(instance, activity_id), values)
    return _advance(instance)


def throw_error(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    code: str,
    message: str,
    values: Mapping[str, Value],
    kind: str,
    environment: feel.Environment,
) -> Advance:
    """See :func:`bpmn.interpreter.throw_error`."""
    instance = _load(definition, state, environment)
    visit = _task(instance, activity_id)
    detail = {"kind": kind, "code": code, **({"message": message} if message else {})}
    instance.record("thrown", visit, detail)
    thrown = throwing.Throw(
        kind=kind, code=code, payload=values, element_id=visit.node.origin, message=message
    )
    throwing.throw(visit, thrown)
    return _advance(instance)


def trigger_timer(
    definition: ProcessDefinition, state: bytes, activity_id: str, environment: feel.Environment
) -> Advance:
    """See :func:`bpmn.interpreter.trigger_timer`."""
    instance = _load(definition, state, environment)
    instance.fire(_waiting(instance, activity_id, "timer"), {})
    return _advance(instance)


def deliver(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    payload: Mapping[str, Value],
    environment: feel.Environment,
) -> Advance:
    """See :func:`bpmn.interpreter.deliver`."""
    instance = _load(definition, state, environment)
    instance.fire(_waiting(instance, activity_id, "message", "signal"), payload)
    return _advance(instance)


def raise_signal(
    definition: ProcessDefinition,
    state: bytes,
    name: str,
    payload: Mapping[str, Value],
    environment: feel.Environment,
) -> Advance:
    """See :func:`bpmn.interpreter.raise_signal`."""
    instance = _load(definition, state, environment)
    throwing.broadcast(instance, name, payload)
    return _advance(instance)


def retime(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    due_at: datetime,
    environment: feel.Environment,
) -> Advance:
    """See :func:`bpmn.interpreter.retime`."""
    instance = _load(definition, state, environment)
    _waiting(instance, activity_id, "timer").internal_data["due"] = due_at.isoformat()
    return _advance(instance)


def set_variables(
    definition: ProcessDefinition, state: bytes, values: Mapping[str, Value], environment: feel.Environment
) -> Advance:
    """See :func:`bpmn.interpreter.set_variables`."""
    instance = _load(definition, state, environment)
    for name, value in values.items():
        variables.assign(instance.task_tree, (name,), value)
    return _advance(instance)


def retry(
    definition: ProcessDefinition, state: bytes, activity_id: str, environment: feel.Environment
) -> Advance:
    """See :func:`bpmn.interpreter.retry`."""
    instance = _load(definition, state, environment)
    visit = instance.tasks.get(activity_id)
    if visit is None:
        raise ActivityNotWaiting()
    if visit.internal_data.pop("incident", None) is not None:
        _try_again(instance, visit)
    return _advance(instance)


def _try_again(instance: Instance, visit: Visit) -> None:
    if visit.has_state(TaskState.WAITING | TaskState.FUTURE):
        for child in visit.children:
            instance.cancel(child, quietly=True)
        visit.task_spec._update(visit)
    else:
        visit._set_state(TaskState.READY)
        instance.queue.append(visit)


def terminate(
    definition: ProcessDefinition, state: bytes, reason: str, environment: feel.Environment
) -> Advance:
    """See :func:`bpmn.interpreter.terminate`."""
    instance = _load(definition, state, environment)
    instance.end(InstanceState.TERMINATED)
    instance.record("cancelled", instance.task_tree, {"reason": reason})
    return _advance(instance)


def waits(definition: ProcessDefinition, state: bytes) -> tuple[WaitState, ...]:
    """See :func:`bpmn.interpreter.waits`."""
    instance = codec.load(definition, state, feel.Environment())
    return waiting.waits(instance) if instance.status is InstanceState.ACTIVE else ()


def known(definition: ProcessDefinition, state: bytes) -> dict[str, Value]:
    """See :func:`bpmn.interpreter.known`."""
    instance = codec.load(definition, state, feel.Environment())
    return waiting.known(instance) if instance.status is InstanceState.ACTIVE else {}


def conditions(definition: ProcessDefinition, state: bytes) -> tuple[ConditionWait, ...]:
    """See :func:`bpmn.interpreter.conditions`."""
    instance = codec.load(definition, state, feel.Environment())
    return waiting.conditions(instance) if instance.status is InstanceState.ACTIVE else ()


def _load(definition: ProcessDefinition, state: bytes, environment: feel.Environment) -> Instance:
    instance = codec.load(definition, state, environment)
    if instance.status is not InstanceState.ACTIVE:
        raise InstanceEnded()
    return instance


def _task(instance: Instance, activity_id: str) -> Visit:
    """Return a visit that waits for a person or a handler."""
    visit = instance.tasks.get(activity_id)
    if visit is None or not waiting.is_task(visit):
        raise ActivityNotWaiting()
    return visit


def _waiting(instance: Instance, activity_id: str, *kinds: str) -> Visit:
    """Return a visit that waits for an event of one of these kinds."""
    visit = instance.tasks.get(activity_id)
    if visit is None or not any(throwing.is_waiting_for(visit, kind) for kind in kinds):
        raise ActivityNotWaiting()
    return visit


def _advance(instance: Instance) -> Advance:
    loop.run(instance)
    is_active = instance.status is InstanceState.ACTIVE
    if not is_active:
        _drop_the_rest(instance)
    return Advance(
        state=codec.dump(instance),
        status=instance.status,
        waits=waiting.waits(instance) if is_active else (),
        history=tuple(instance.recorder.history),
        thrown=tuple(instance.recorder.thrown),
        incidents=tuple(instance.recorder.incidents),
        variables=dict(instance.task_tree.data),
        ended_at=tuple(instance.recorder.ended_at),
    )


def _drop_the_rest(instance: Instance) -> None:
    for child in instance.task_tree.children:
        instance.cancel(child, quietly=True)
