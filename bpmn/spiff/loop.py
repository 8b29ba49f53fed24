"""The engine loop: one visit at a time, in the order in which they became ready, within a budget of steps."""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from bpmn.errors import ExecutionFailed, StalledInstance, StepBudgetExceeded
from bpmn.model import InstanceState
from bpmn.spiff import catching, joins, waiting
from bpmn.spiff.kernel import Instance, Visit

STEP_BUDGET = 25_000  #: visits that one input may run before the engine takes it for an endless loop
CHECKS_A_STEP = 10  #: conditions or joining tokens looked at that cost as much as one visit


def run(instance: Instance) -> None:
    """Run until the instance waits, ends, or stops with an incident."""
    spent = 0
    while spent < STEP_BUDGET:
        spent += 1 + settle(instance)
        visit = _next(instance)
        if visit is None:
            _check_for_stall(instance)
            return
        visit.run()
    settle(instance)
    _stop(instance)


def settle(instance: Instance) -> int:
    """Let scopes, conditions and inclusive joins see what has changed; return what that cost, in steps."""
    instance.close_scopes()
    if instance.status is not InstanceState.ACTIVE:
        return 0
    cost = 0
    if instance.has_new_data and instance.conditional:
        cost += len(instance.conditional) // CHECKS_A_STEP
        _evaluate_conditions(instance)
    if instance.joins:
        cost += sum(map(len, instance.joins.values())) // CHECKS_A_STEP
        joins.settle_inclusive(instance)
    return cost


def _evaluate_conditions(instance: Instance) -> None:
    instance.has_new_data = False
    for visit in list(instance.conditional.values()):
        if not visit.is_alive:
            instance.conditional.pop(visit.id, None)
        elif not visit.has_incident and _has_become_true(visit):
            if not visit.task_spec.is_listener:
                instance.conditional.pop(visit.id, None)
            instance.fire(visit, {})


def _has_become_true(visit: Visit) -> bool:
    try:
        return catching.evaluate_conditions(visit)
    except ExecutionFailed as failure:
        visit.workflow.fail(visit, failure)
        return False


def _next(instance: Instance) -> Visit | None:
    """Take the next visit to run; one that an incident stopped comes back when it is tried again."""
    while instance.queue:
        visit = instance.queue.popleft()
        if visit.is_alive and visit.has_state(TaskState.READY) and not visit.has_incident:
            return visit
    return None


def _stop(instance: Instance) -> None:
    """Put the budget's incident on the visit that would have been next."""
    visit = _next(instance)
    if visit is None:
        _check_for_stall(instance)
        return
    name = visit.node.name or visit.node.origin
    message = f"流程连续自动执行超过 {STEP_BUDGET} 步，停在“{name}”。请检查这里的循环有没有退出条件。"
    instance.fail(visit, StepBudgetExceeded(message, element_id=visit.node.origin))


def _check_for_stall(instance: Instance) -> None:
    if instance.status is not InstanceState.ACTIVE or waiting.is_waiting(instance):
        return
    visit = joins.stuck(instance) or instance.task_tree
    name = visit.node.name or visit.node.origin
    message = f"流程停在“{name}”：没有任何待办或事件能让它继续。请检查汇聚网关的各条来路。"
    failure = StalledInstance(message, element_id=visit.node.origin)
    was_stopped = visit.internal_data.pop("incident", None)
    instance.fail(visit, failure)
    # A stalled join is no failed visit: a repaired instance may still send it the missing token.
    visit.internal_data.pop("incident")
    if was_stopped is not None:
        visit.internal_data["incident"] = was_stopped
