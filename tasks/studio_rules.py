"""Who may read, edit and approve drafts of process packs and changes of the law pack; pure, by the matrix."""

from __future__ import annotations

from collections.abc import Iterable

from bpmn.errors import Forbidden
from tasks import matrix
from tasks.model import Actor
from tasks.rules import is_system


class SecondPersonNeeded(Forbidden):
    """审批人不能是起草、修改或送审的人。请由另一位有审批权限的同事审批。"""


def may_edit(actor: Actor) -> bool:
    """Tell whether the actor may write drafts: policy staff (R18)."""
    return is_system(actor) or matrix.allows("model", "create", actor.role_codes)


def may_approve(actor: Actor) -> bool:
    """Tell whether the actor may approve: R13, R14, R15."""
    return matrix.allows("model", "approve", actor.role_codes)


def may_read(actor: Actor) -> bool:
    """Tell whether the actor may open the studio: who edits, approves, deploys or audits."""
    held = actor.role_codes
    reads = matrix.allows("model", "read", held) or matrix.has_qualifier("model", "deploy", held)
    return may_edit(actor) or may_approve(actor) or reads


def ensure_may_read(actor: Actor) -> None:
    """Refuse whoever has nothing to do in the studio."""
    if not may_read(actor):
        raise Forbidden("只有政策编辑、审批和审计人员可以打开政策工作室。")


def ensure_may_edit(actor: Actor) -> None:
    """Refuse whoever is no policy editor."""
    if not may_edit(actor):
        raise Forbidden("只有政策编辑员可以修改流程包草稿。如需修改，请联系政策编辑员。")


def ensure_may_approve(actor: Actor, involved: Iterable[str]) -> None:
    """
    Refuse whoever may not approve, and whoever had a hand in it.

    Args:
        involved: Person ids of who wrote, changed or submitted it.

    Raises:
        Forbidden: the actor holds none of R13, R14, R15.
        SecondPersonNeeded: the actor is one of them.
    """
    if not may_approve(actor):
        raise Forbidden("只有基层科、治安大队或领导小组办公室的审批人员可以审批。")
    if actor.person_id in frozenset(involved):
        raise SecondPersonNeeded
