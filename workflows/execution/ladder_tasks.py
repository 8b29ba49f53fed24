"""
Tasks that escalation ladders make (``task:`` actions): they stand in no diagram, the instance does not wait for them.

Their activity id is ``ladder:<deadline>:<word>``. They close with their deadline, but for the reason and remedy of a
statutory breach, without which no case is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bpmn.errors import Conflict
from bpmn.model import Value
from tasks import rules
from tasks.model import Actor, UserTask, UserTaskState
from workflows import values
from workflows.inbox import announcing
from workflows.store.ids import new_id
from workflows.store.rows import DeadlineRow, InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

MARK = "ladder:"
REMEDY = "reason-and-remedy"
HEADS = ("R04", "R06")


class BreachNotExplained(Conflict):
    """本案有法定期限逾期，还没有写明原因和补救措施，不能结案。请先办理“说明逾期原因和补救措施”任务。"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What one ``task:`` word of the ladders makes."""

    title: str
    form: str
    for_heads: bool = False  #: heads of the units alone, instead of whoever has the work and the heads


KINDS: Mapping[str, Kind] = {
    "reassign": Kind(title="重新派单", form="ladder-note", for_heads=True),
    REMEDY: Kind(title="说明逾期原因和补救措施", form="ladder-remedy"),
    "prepare": Kind(title="提前准备", form="ladder-note"),
    "guidance": Kind(title="最后一日：指引当事人", form="ladder-note"),
}


def is_one(activity_id: str) -> bool:
    """Tell whether a task was made by a ladder."""
    return activity_id.startswith(MARK)


def outlives(activity_id: str, open_deadlines: Iterable[str]) -> bool:
    """Tell whether a ladder's task stays open: its deadline still runs, or a breach is not yet explained."""
    _, deadline_id, word = activity_id.split(":", 2)
    return word == REMEDY or deadline_id in set(open_deadlines)


def make(
    uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow, words: Iterable[str], rule_name: str
) -> None:
    """Make the tasks of a rung, each once for its deadline; ``reassign`` also gives the late tasks back to their pools."""
    known = {task.activity_id for task in uow.user_tasks.of_instance(instance.id, open_only=False)}
    late = late_tasks(uow, deadline)
    for word in words:
        kind, activity_id = KINDS.get(word), f"{MARK}{deadline.id}:{word}"
        if kind is None or activity_id in known:
            continue
        if word == "reassign":
            _give_back(uow, instance, late)
        task = _task(uow, instance, deadline, kind, activity_id, late, rule_name)
        uow.user_tasks.add(task, rules.pools_of(task))


def late_tasks(uow: UnitOfWork, deadline: DeadlineRow) -> tuple[UserTask, ...]:
    """Return the open tasks of the late activity; of the whole case where the deadline spans many."""
    tasks = [t for t in uow.user_tasks.of_instance(deadline.instance_id) if not is_one(t.activity_id)]
    near = [task for task in tasks if task.activity_id == deadline.activity_id]
    return tuple(near or tasks)


def _task(
    uow: UnitOfWork,
    instance: InstanceRow,
    deadline: DeadlineRow,
    kind: Kind,
    activity_id: str,
    late: tuple[UserTask, ...],
    rule_name: str,
) -> UserTask:
    owners = () if kind.for_heads else tuple(role for task in late for role in task.roles)
    return UserTask(
        id=new_id(),
        instance_id=instance.id,
        activity_id=activity_id,
        element_id=kind.form,
        name=f"{kind.title}（{deadline.element_name or rule_name} {deadline.code}）",
        roles=tuple(dict.fromkeys((*owners, *HEADS))),
        case_units=frozenset(uow.instances.units(instance.id).values()),
        form_key=kind.form,
        priority=90,
        created_at=uow.now,
        due_at=max(uow.now, deadline.due_at),
        title=instance.title,
        extensions={"ladder": deadline.code, "deadline_id": deadline.id},
    )


def _give_back(uow: UnitOfWork, instance: InstanceRow, late: tuple[UserTask, ...]) -> None:
    """Put late tasks back into their pools and tell everybody there; drafts are kept."""
    units = frozenset(uow.instances.units(instance.id).values())
    for task in late:
        if task.assignee_id is None or not task.roles:
            continue
        free = replace(task, state=UserTaskState.CREATED, assignee_id=None, owner_id=None, case_units=units)
        uow.user_tasks.assign(task.id, state=free.state, assignee_id=None, owner_id=None)
        uow.user_tasks.put_candidates(free, rules.pools_of(free))
        pool = [person.id for person in uow.people.holding(rules.pools_of(free))]
        announcing.put(
            uow,
            pool,
            kind="reassign",
            subject=f"超时重新派单：{task.name}",
            body=instance.title,
            link=f"/tasks/{task.id}",
            instance_id=instance.id,
        )


def complete(
    uow: UnitOfWork, actor: Actor, task: UserTask, before: InstanceRow, content: Mapping[str, Value]
) -> InstanceRow:
    """Close the task, keep what was written in the case's history, and let held jobs run."""
    uow.user_tasks.close(task.id, state=UserTaskState.COMPLETED, by=actor.person_id, at=uow.now)
    uow.user_tasks.drop_drafts(task.id)
    uow.instances.add_participant(before.id, actor.person_id, "assignee", uow.now)
    after = replace(before, revision=before.revision + 1, history_length=before.history_length + 1)
    uow.instances.save(after)
    uow.history.add([_line(uow, actor, task, after, content)])
    told = {"revision": after.revision, "user_task_id": task.id, "element_id": task.element_id}
    audit.record(uow, actor, "complete", instance_id=after.id, detail=told)
    uow.jobs.run_at_once(after.id, uow.now)
    uow.waits.wake()
    return after


def _line(
    uow: UnitOfWork, actor: Actor, task: UserTask, after: InstanceRow, content: Mapping[str, Value]
) -> Mapping[str, object]:
    written = {name: values.to_json(value) for name, value in content.items()}
    return {
        "instance_id": after.id,
        "seq": after.history_length,
        "kind": "ladder",
        "element_id": task.element_id,
        "element_name": task.name,
        "element_type": "userTask",
        "activity_id": task.activity_id,
        "at": uow.now,
        "by_id": actor.person_id,
        "sources": [],
        "detail": {"code": task.extensions.get("ladder"), "written": written},
    }


def has_open_breach(uow: UnitOfWork, instance_id: str) -> bool:
    """Tell whether a statutory breach of the case still lacks its reason and remedy."""
    tasks = uow.user_tasks.of_instance(instance_id)
    return any(is_one(t.activity_id) and t.activity_id.endswith(f":{REMEDY}") for t in tasks)


def ensure_explained(uow: UnitOfWork, instance_id: str) -> None:
    """
    Refuse to close a case with an unexplained breach.

    Raises:
        BreachNotExplained: the reason and remedy are still to be written.
    """
    if has_open_breach(uow, instance_id):
        raise BreachNotExplained
