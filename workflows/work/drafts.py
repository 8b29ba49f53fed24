"""Use cases of drafts: what was typed is kept, unchecked, for each person and task."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from bpmn.errors import Invalid
from bpmn.model import Json
from tasks import rules
from tasks.model import Actor
from workflows import cases
from workflows.store.unit_of_work import UnitOfWork

LARGEST = 1024 * 1024  #: bytes of JSON


class SubmissionTooLarge(Invalid):
    """填写的内容超过 1 MB，无法保存。请缩短文字，照片请用附件上传。"""


def ensure_size(submission: Mapping[str, Json]) -> None:
    """Refuse more than 1 MiB."""
    if len(orjson.dumps(submission)) > LARGEST:
        raise SubmissionTooLarge


def save_draft(uow: UnitOfWork, actor: Actor, user_task_id: str, submission: Mapping[str, Json]) -> None:
    """
    Keep what was typed, unchecked, for this person and task; the last save wins. At most 1 MiB.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
        UserTaskClosed: the task is over.
        SubmissionTooLarge: more than 1 MiB.
    """
    ensure_size(submission)
    task, _ = cases.task_for(uow, actor, user_task_id)
    rules.ensure_open(task)
    uow.user_tasks.save_draft(user_task_id, actor.person_id, submission, uow.now)


def discard_draft(uow: UnitOfWork, actor: Actor, user_task_id: str) -> None:
    """Forget the draft."""
    uow.user_tasks.drop_drafts(user_task_id, actor.person_id)
