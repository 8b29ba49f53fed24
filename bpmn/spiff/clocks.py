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

    Raises:
        ExpressionFailed: the expression has no result.
        TimerInvalid: the result is no instant.
    """
    source = visit.node.extensions.get("deadlineFrom", "").strip().removeprefix("=")
    if source:
        value = language.require(visit.workflow, source, variables.visible(visit), visit)
        visit.internal_data["since"] = timing.aware(value, visit.workflow.environment).isoformat()
