"""From when the deadlines of a visit count."""

from __future__ import annotations

from bpmn.spiff import language, timing, variables
from bpmn.spiff.kernel import Visit


def mark(visit: Visit) -> None:
    """Note when the visit began."""
    visit.internal_data["since"] = visit.workflow.now.isoformat()


def start(visit: Visit) -> None:
    """
    Let the visit's deadlines count from the instant that ``jf:deadlineFrom`` names, if it does.

    A whole process may have nothing to be late for (a week without a working day): without an instant it has no clock.

    Raises:
        ExpressionFailed: the expression of an activity or event has no result.
        TimerInvalid: the result is no instant.
    """
    source = visit.node.extensions.get("deadlineFrom", "").strip().removeprefix("=")
    if source:
        seen = variables.visible(visit)
        if visit.node.type == "process" and language.evaluate(visit.workflow, source, seen, visit) is None:
            del visit.internal_data["since"]
            return
        value = language.require(visit.workflow, source, seen, visit)
        visit.internal_data["since"] = timing.aware(value, visit.workflow.environment).isoformat()
