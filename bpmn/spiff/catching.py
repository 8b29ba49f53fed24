"""Begin to wait for a message, signal, instant or condition; what is waited for stands in ``internal_data``."""

from __future__ import annotations

from datetime import datetime

from bpmn.lowering import Trigger
from bpmn.model import Value
from bpmn.spiff import language, timing, variables
from bpmn.spiff.kernel import Visit

WAITED = (
    "message",
    "signal",
    "timer",
    "conditional",
)  #: kinds for which a visit waits; errors are looked up when thrown


def wait(visit: Visit) -> None:
    """Arm the trigger of a visit."""
    match visit.node.trigger.kind:
        case "timer":
            _set_timer(visit)
        case "message":
            visit.internal_data["key"] = correlation_key(visit)
        case "conditional":
            # Evaluated before the next step, together with all others: arming never moves a token.
            visit.workflow.conditional[visit.id] = visit
            visit.workflow.has_new_data = True
        case _:
            pass


def has_started_process(visit: Visit) -> bool:
    """Whether this receive task or event was the trigger of its process: no flow has brought its token."""
    return visit.node.is_instantiating and "flow" not in visit.internal_data


def correlation_key(visit: Visit, trigger: Trigger | None = None) -> str | None:
    """Return the key of a message event: its expression's value as text, else the business key."""
    expression = (trigger or visit.node.trigger).correlation_key
    if expression is None:
        return visit.workflow.business_key
    value = language.require(visit.workflow, expression, variables.visible(visit), visit)
    return str(value)


def _set_timer(visit: Visit) -> None:
    text = visit.node.trigger.expression
    value = _timer_value(visit, text)
    schedule = timing.schedule(visit.node.trigger, value, visit.workflow.environment)
    visit.internal_data.update(due=schedule.due.isoformat(), period=schedule.period, left=schedule.left)
    code = timing.deadline_code(text) or _share(visit, text)
    if code is not None:
        visit.internal_data["deadline"] = code


def _share(visit: Visit, text: str) -> str | None:
    """Return the D-number and percent, as ``D-110@50``, of a timer at a share of a deadline."""
    found = timing.deadline_share(text)
    if found is None:
        return None
    code = language.evaluate(visit.workflow, found[0], variables.visible(visit), visit)
    return f"{code}@{found[1]}" if isinstance(code, str) else None


def _timer_value(visit: Visit, text: str) -> Value:
    if timing.is_literal(text):
        return text
    return language.require(visit.workflow, text, variables.visible(visit), visit)


def due_at(visit: Visit) -> datetime:
    """Return the instant for which a timer waits."""
    return datetime.fromisoformat(visit.internal_data["due"])


def repeat(visit: Visit) -> bool:
    """Move a cycle on to its next instant; False when it has none."""
    period, left = visit.internal_data.get("period"), visit.internal_data["left"]
    if period is None or left == 1:
        return False
    due, left = timing.following(due_at(visit), period, left, visit.workflow.now)
    visit.internal_data.update(due=due.isoformat(), left=left)
    return bool(left)


def evaluate_conditions(visit: Visit) -> bool:
    """Return whether the condition of a waiting visit has *become* true."""
    trigger = visit.node.trigger
    is_true = language.is_true(visit.workflow, trigger.expression, variables.visible(visit), visit)
    was_true = visit.internal_data.get("was", False)
    visit.internal_data["was"] = is_true
    return is_true and not was_true
