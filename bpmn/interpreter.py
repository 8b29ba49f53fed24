"""
Run process instances: ``(definition, state, input, environment) -> Advance``, and nothing else.

Every function is pure given its arguments and the environment's clock, except that :func:`start` draws the seed of
the instance's activity ids. No function reads a clock, a database or a network.

All functions that take ``state`` raise ``InstanceEnded`` when the instance is over, and those that take
``activity_id`` raise ``ActivityNotWaiting`` when that visit does not wait for this kind of input. What fails inside
the model never raises: it is an ``Incident`` in ``Advance.incidents`` and the work before it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bpmn import feel
from bpmn.definition import ProcessDefinition
from bpmn.model import Advance, ConditionWait, Value, Variables, WaitState
from bpmn.spiff import engine


def start(
    definition: ProcessDefinition,
    *,
    process_id: str | None = None,
    start_event: str | None = None,
    variables: Mapping[str, Value] | None = None,
    environment: feel.Environment,
    business_key: str | None = None,
    is_kept: bool = False,
) -> Advance:
    """
    Start an instance and run it to its first wait states.

    Args:
        definition: What to run.

        process_id: Process of the definition; the definition's key when None.

        start_event: Id of the start event that was triggered; the none start event (or, if there is none, the first start event) when None.

        variables: Initial variables, FEEL values.

        environment: Clock and functions for every expression of this step.

        business_key: Default correlation key of the instance's message subscriptions.

        is_kept: For one run in memory: ``state`` holds the instance itself and is used up by the next step; its waits
            tell no variables.
    """
    return engine.start(
        definition, process_id, start_event, variables or {}, environment, business_key, is_kept
    )


def complete(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    variables: Mapping[str, Value] | None = None,
    *,
    environment: feel.Environment,
) -> Advance:
    """Complete a user task or a job; *variables* are merged deeply (lists are replaced) unless the task maps its outputs."""
    return engine.complete(definition, state, activity_id, variables or {}, environment)


def throw_error(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    code: str,
    *,
    message: str = "",
    variables: Mapping[str, Value] | None = None,
    kind: Literal["error", "escalation"] = "error",
    environment: feel.Environment,
) -> Advance:
    """
    Throw a BPMN error (or escalation) out of a waiting user task or job, as its handler asked.

    An error follows the nearest catching boundary event or event subprocess; an uncaught one ends the instance. An
    escalation that does not interrupt the task leaves it waiting.
    """
    return engine.throw_error(
        definition, state, activity_id, code, message, variables or {}, kind, environment
    )


def trigger_timer(
    definition: ProcessDefinition, state: bytes, activity_id: str, *, environment: feel.Environment
) -> Advance:
    """Fire a timer now; repetitions that were missed until ``environment.now`` coalesce into this one."""
    return engine.trigger_timer(definition, state, activity_id, environment)


def deliver(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    payload: Mapping[str, Value] | None = None,
    *,
    environment: feel.Environment,
) -> Advance:
    """Hand a message or signal to one ``EventWait``; the payload becomes variables."""
    return engine.deliver(definition, state, activity_id, payload or {}, environment)


def raise_signal(
    definition: ProcessDefinition,
    state: bytes,
    signal_name: str,
    payload: Mapping[str, Value] | None = None,
    *,
    environment: feel.Environment,
) -> Advance:
    """Broadcast a signal to every wait of this instance that listens for it; none listening changes nothing."""
    return engine.raise_signal(definition, state, signal_name, payload or {}, environment)


def retime(
    definition: ProcessDefinition,
    state: bytes,
    activity_id: str,
    due_at: datetime,
    *,
    environment: feel.Environment,
) -> Advance:
    """Move a waiting timer to another aware instant (its deadline's ledger moved)."""
    return engine.retime(definition, state, activity_id, due_at, environment)


def set_variables(
    definition: ProcessDefinition,
    state: bytes,
    variables: Mapping[str, Value],
    *,
    environment: feel.Environment,
) -> Advance:
    """Set variables of the top process from outside (an operator's repair); conditional events see the change."""
    return engine.set_variables(definition, state, variables, environment)


def retry(
    definition: ProcessDefinition, state: bytes, activity_id: str, *, environment: feel.Environment
) -> Advance:
    """Try again what an incident stopped at *activity_id*."""
    return engine.retry(definition, state, activity_id, environment)


def terminate(
    definition: ProcessDefinition, state: bytes, *, reason: str = "", environment: feel.Environment
) -> Advance:
    """End the instance at once; everything open is cancelled."""
    return engine.terminate(definition, state, reason, environment)


def waits(definition: ProcessDefinition, state: bytes) -> tuple[WaitState, ...]:
    """Return what the instance waits for, in the order in which the waits began."""
    return engine.waits(definition, state)


def known(definition: ProcessDefinition, state: bytes) -> Variables:
    """Return the variables that everything that waits can see, those of called processes included; the latest wait wins."""
    return engine.known(definition, state)


def conditions(definition: ProcessDefinition, state: bytes) -> tuple[ConditionWait, ...]:
    """Return the conditions that the instance waits for; they happen by themselves when data make them true."""
    return engine.conditions(definition, state)
