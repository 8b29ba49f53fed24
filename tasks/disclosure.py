"""
Who may see clear personal data of a case, and the papers that hold them. Pure, default deny.

A look on a page needs more beside that: purpose, reason, fields (``tasks/clear_view.py``).
"""

from __future__ import annotations

from bpmn.errors import Forbidden
from tasks import matrix
from tasks.errors import AssistantMayOnlyAssist, PurposeRequired
from tasks.model import Actor, CaseFacts, UserTask
from tasks.rules import (
    ASSISTANT,
    CASE_ROLES,
    ensure_no_conflict,
    is_let_in,
    is_system,
    may_complete,
    may_see_case,
    supervises,
)


def may_see_clear(actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether the actor may ever open clear personal data of this case."""
    if is_system(actor):
        return True
    if not is_let_in(actor, facts):
        return False
    for role, unit in actor.roles:
        right = matrix.right("party-clear", role)
        if not right.allows("read"):
            continue
        takes_part = actor.person_id in facts.participants
        reached = role in matrix.SUPERVISORS and not actor.covers.get(unit, frozenset({unit})).isdisjoint(
            facts.units
        )
        if takes_part or reached:
            return True
    return False


def needs_clear(task: UserTask, actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether the actor needs clear data for this task: has claimed it, in a role that may see it."""
    if not task.is_open or task.assignee_id != actor.person_id or not is_let_in(actor, facts):
        return False
    return matrix.allows("party-clear", "read", actor.role_codes) and may_complete(task, actor, facts)


def ensure_may_reveal(actor: Actor, facts: CaseFacts, purpose: str) -> None:
    """Refuse to show clear data without the right, or without a purpose."""
    if not may_see_clear(actor, facts):
        raise Forbidden("您的岗位不能查看当事人完整信息。")
    if not purpose.strip():
        raise PurposeRequired


def may_see_concessions(actor: Actor) -> bool:
    """Concessions stay in the mediation room: mediators and their office only."""
    return is_system(actor) or actor.has("R06", "R07", "R08")


def ensure_may_make_papers(actor: Actor, facts: CaseFacts) -> None:
    """Papers are made by those who take part in the case or supervise it; R03 only assists."""
    if is_system(actor):
        return
    takes_part = actor.person_id in facts.participants or supervises(actor, facts.units)
    if not takes_part or actor.role_codes == {ASSISTANT} or actor.role_codes.isdisjoint(CASE_ROLES):
        raise Forbidden("只有本案办理人员可以制作文书。")


def may_see_papers(actor: Actor, facts: CaseFacts) -> bool:
    """Papers hold clear data: who may never see that does not see papers."""
    return may_see_case(actor, facts) and may_see_clear(actor, facts)


def ensure_may_sign(actor: Actor, facts: CaseFacts) -> None:
    """R03 never signs; who has to stand aside does not either."""
    if actor.role_codes == {ASSISTANT}:
        raise AssistantMayOnlyAssist
    ensure_no_conflict(actor.person_id, facts)
    ensure_may_make_papers(actor, facts)
