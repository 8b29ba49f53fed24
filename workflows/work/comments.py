"""Use cases of notes on a case (留言)."""

from __future__ import annotations

from bpmn.errors import Invalid
from forms.text import clean
from tasks import rules
from tasks.model import Actor
from workflows import cases
from workflows.model import Comment
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

LONGEST = 2000  #: characters


class CommentInvalid(Invalid):
    """留言不能为空，也不能超过 2000 字。请修改后再提交。"""


def comment(uow: UnitOfWork, actor: Actor, instance_id: str, text: str) -> Comment:
    """Add a note of at most 2,000 characters to a case the actor may see."""
    cases.visible(uow, actor, instance_id)
    text = clean(text)
    if not 0 < len(text) <= LONGEST:
        raise CommentInvalid
    note = Comment(id=new_id(), instance_id=instance_id, person_name=actor.name, text=text, at=uow.now)
    uow.comments.add(id=note.id, instance_id=instance_id, person_id=actor.person_id, text=text, at=uow.now)
    audit.record(uow, actor, "comment", instance_id=instance_id)
    return note


def comments(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[Comment, ...]:
    """List the notes of a case, oldest first; none to those who keep the house."""
    if rules.sees_no_cases(actor):
        return ()
    cases.visible(uow, actor, instance_id)
    rows = uow.comments.of_instance(instance_id)
    names = uow.people.names(row["person_id"] for row in rows)
    return tuple(
        Comment(
            id=row["id"],
            instance_id=instance_id,
            person_name=names.get(row["person_id"], "系统"),
            text=row["text"],
            at=row["at"],
        )
        for row in rows
    )
