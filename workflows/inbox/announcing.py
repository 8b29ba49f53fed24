"""Put notices into inboxes and queue them for other channels; a link and a title without names, nothing more."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.model import UserTask
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork


def put(
    uow: UnitOfWork,
    recipients: Iterable[str],
    *,
    kind: str,
    subject: str,
    body: str = "",
    link: str | None = None,
    instance_id: str | None = None,
) -> int:
    """
    Put a notice into each inbox; returns how many. Channels beside the inbox get it through ``delivery``.

    Whoever must not know of the case (回避, a seal without a grant) gets none, whatever rule chose them.
    """
    told = dict.fromkeys(recipients)
    kept_out = uow.instances.kept_out(instance_id, told) if instance_id else frozenset()
    ids = {person_id: new_id() for person_id in told if person_id not in kept_out}
    notices = [
        {
            "id": notice_id,
            "person_id": person_id,
            "kind": kind,
            "subject": subject[:200],
            "body": body[:2000],
            "link": link,
            "instance_id": instance_id,
            "created_at": uow.now,
        }
        for person_id, notice_id in ids.items()
    ]
    channels = uow.installation.settings.notice_channels
    deliveries = [
        {"id": new_id(), "notice_id": notice_id, "state": "ready", "run_at": uow.now}
        for notice_id in ids.values()
        if channels
    ]
    uow.notices.add(notices, deliveries)
    return len(notices)


def new_task(uow: UnitOfWork, task: UserTask, instance: InstanceRow) -> None:
    """Tell the assignee of a new task."""
    if task.assignee_id is not None:
        put(
            uow,
            [task.assignee_id],
            kind="task",
            subject=f"新任务：{task.name}",
            body=instance.title,
            link=f"/tasks/{task.id}",
            instance_id=instance.id,
        )
