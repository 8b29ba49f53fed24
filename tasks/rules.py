"""
Who may do what with work: pure functions, default deny.

``scope_of`` decides which cases are seen, ``actions_on`` which buttons a task shows, ``ensure_…`` refuse with the
reason. They read the matrix (``tasks/matrix.py``), never the database.
"""

from __future__ import annotations

from collections.abc import Iterable

from bpmn.errors import Forbidden
from tasks import matrix
from tasks.errors import (
    AssistantMayOnlyAssist,
    ConflictOfInterest,
    FourEyesViolated,
    NotACandidate,
    NotYourTask,
    ReasonRequired,
    UserTaskAlreadyClaimed,
    UserTaskClosed,
)
from tasks.model import SYSTEM, Actor, CaseFacts, Scope, UserTask, UserTaskState

ASSISTANT = "R03"
#: Roles that work on cases. R18 and R20 are not among them, nor R15 and R19, who see counts and the audit.
CASE_ROLES = (
    matrix.roles_allowed("case", "masked")
    | matrix.roles_allowed("case", "read")
    # Who writes a case works on it, though the matrix gives mediators no reading right beside the writing one.
    | matrix.roles_allowed("case", "create")
    | matrix.roles_allowed("case", "update")
    | matrix.roles_allowed("dispatch", "create")
    | {"R01", "R05", "R12", "R16"}
)


#: Those who take part in what is given to them, and no further: respondents, health workers, experts.
PARTAKERS = CASE_ROLES | {"R17", "R21", "R22"}


def is_system(actor: Actor) -> bool:
    """Tell whether the system itself acts (timers, jobs, imports)."""
    return actor is SYSTEM


def keys_of(actor: Actor) -> frozenset[str]:
    """
    Return the pools whose tasks the actor may claim, as ``role@unit``; ``role@*`` is a pool of no unit, ``@person`` one's own.

    >>> sorted(keys_of(Actor(person_id="p", name="", roles=frozenset({("R02", "s1")}))))
    ['@p', 'R02@*', 'R02@s1']
    """
    held = (key for role, unit in actor.roles for key in (f"{role}@{unit}", f"{role}@*"))
    return frozenset((*held, f"@{actor.person_id}"))


def pools_of(task: UserTask) -> frozenset[str]:
    """Return the pools in which a task lies: its unit's, else those of every unit of the case, else of no unit."""
    units = {task.unit_id} if task.unit_id else (task.case_units or {"*"})
    return frozenset(f"{role}@{unit}" for role in task.roles for unit in units)


def pools_of_people(people: Iterable[str]) -> frozenset[str]:
    """Return the pools of persons: where a task lies that names no role, so that those who work on the case find it."""
    return frozenset(f"@{person}" for person in people)


def scope_of(actor: Actor) -> Scope:
    """
    Return which cases the actor may see.

    Supervisors see the cases of their units, others those they take part in; R15, R18, R19 and R20 see none.
    """
    if is_system(actor):
        return Scope(person_id=actor.person_id, everything=True)
    if sees_no_cases(actor):
        return Scope(person_id="")
    return Scope(
        person_id=actor.person_id, units=actor.reach(*matrix.SUPERVISORS), candidate_keys=keys_of(actor)
    )


def counting_scope_of(actor: Actor) -> Scope:
    """Return the scope of mere numbers: R15 counts the cases below its unit's parent without seeing one."""
    scope = scope_of(actor)
    stat = [role for role in actor.role_codes if "stat" in matrix.right("reports", role).qualifiers]
    if is_system(actor) or not stat:
        return scope
    return Scope(person_id="", units=scope.units | actor.reach(*stat))


def is_candidate(task: UserTask, actor: Actor, facts: CaseFacts | None = None) -> bool:
    """Tell whether the task lies in one of the actor's pools, or, where it names no role, in a case the actor works on."""
    if is_system(actor):
        return True
    if not task.roles:
        return facts is not None and actor.person_id in facts.participants
    return not pools_of(task).isdisjoint(keys_of(actor))


def supervises(actor: Actor, units: Iterable[str]) -> bool:
    """Tell whether the actor is a supervisor of one of the units."""
    return is_system(actor) or not actor.reach(*matrix.SUPERVISORS).isdisjoint(units)


def may_see_task(task: UserTask, actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether the actor may know of the task."""
    if is_system(actor):
        return True
    if not is_let_in(actor, facts):
        return False
    if actor.person_id in (task.assignee_id, task.owner_id):
        return True
    if task.is_open and is_candidate(task, actor, facts):
        return True
    if sees_no_cases(actor):
        return False
    part = actor.person_id in facts.participants or actor.person_id == task.completed_by
    return part or supervises(actor, facts.units)


def may_see_case(actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether the actor may know of the case; the same rule as ``scope_of`` for one case in hand."""
    if is_system(actor):
        return True
    scope = scope_of(actor)
    return (
        bool(scope.person_id)
        and is_let_in(actor, facts)
        and (scope.person_id in facts.participants or not scope.units.isdisjoint(facts.units))
    )


def may_open_case(actor: Actor, facts: CaseFacts, tasks: Iterable[UserTask]) -> bool:
    """Tell whether the case's page is there for the actor: by scope, or by an open task in their hands or pools."""
    if may_see_case(actor, facts):
        return True
    if sees_no_cases(actor) or not is_let_in(actor, facts):
        return False
    return any(opens_by(task, actor, facts) for task in tasks)


def opens_by(task: UserTask, actor: Actor, facts: CaseFacts) -> bool:
    """
    Tell whether an open task lets the actor see its case.

    Who has claimed a task has taken it out of the pool; the case must not vanish before their colleagues' eyes.
    """
    mine = actor.person_id in (task.assignee_id, task.owner_id)
    return mine or (bool(task.roles) and is_candidate(task, actor, facts))


def is_let_in(actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether neither a conflict of interest nor a seal without a named grant keeps the actor out."""
    if actor.person_id in facts.conflicts:
        return False
    return not facts.sealed or actor.person_id in facts.grants


def sees_no_cases(actor: Actor) -> bool:
    """
    Tell whether the actor keeps the house and sees no case, even one in which a task of theirs stands.

    >>> sees_no_cases(Actor(person_id="p", name="", roles=frozenset({("R18", "bureau")})))
    True
    """
    return not is_system(actor) and actor.role_codes.isdisjoint(PARTAKERS)


def ensure_open(task: UserTask) -> None:
    """Refuse a task that is over."""
    if not task.is_open:
        raise UserTaskClosed


def ensure_may_claim(task: UserTask, actor: Actor, facts: CaseFacts) -> None:
    """Refuse who is no candidate, has a conflict of interest, or comes late."""
    ensure_open(task)
    ensure_no_conflict(actor.person_id, facts)
    if task.state is UserTaskState.CLAIMED:
        raise UserTaskAlreadyClaimed
    if not is_candidate(task, actor, facts):
        raise NotACandidate


def ensure_may_complete(task: UserTask, actor: Actor, facts: CaseFacts) -> None:
    """Refuse who does not have the task, may only assist, or checks their own step."""
    ensure_open(task)
    if is_system(actor):
        return
    ensure_no_conflict(actor.person_id, facts)
    if task.assignee_id not in (None, actor.person_id):
        raise NotYourTask
    if task.assignee_id is None and not is_candidate(task, actor, facts):
        raise NotACandidate
    ensure_more_than_assistant(task, actor)
    ensure_four_eyes(task, actor, facts)


def may_complete(task: UserTask, actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether ``ensure_may_complete`` lets the actor pass."""
    return _passes(lambda: ensure_may_complete(task, actor, facts))


def ensure_more_than_assistant(task: UserTask, actor: Actor) -> None:
    """R03 works only on tasks that are marked as assistance, and never where something is approved or signed."""
    may_act_as = {role for role, _ in actor.roles if role in task.roles or not task.roles}
    if actor.role_codes == {ASSISTANT} or may_act_as == {ASSISTANT}:
        if task.is_approval or task.extensions.get("closes") in (True, "true"):
            raise AssistantMayOnlyAssist
        if ASSISTANT not in task.roles:
            raise AssistantMayOnlyAssist


def ensure_four_eyes(task: UserTask, actor: Actor, facts: CaseFacts) -> None:
    """Refuse whoever did one of the steps that ``jf:notBy`` names (element ids)."""
    others = str(task.extensions.get("notBy") or "").split()
    if any(facts.completed_by.get(element_id) == actor.person_id for element_id in others):
        raise FourEyesViolated


def ensure_no_conflict(person_id: str, facts: CaseFacts) -> None:
    """Refuse whoever has to stand aside in this case (回避)."""
    if person_id in facts.conflicts:
        raise ConflictOfInterest


def ensure_may_release(task: UserTask, actor: Actor, facts: CaseFacts) -> None:
    """Only the assignee or a supervisor puts a claimed task back."""
    ensure_open(task)
    if task.assignee_id is None:
        raise NotYourTask
    if task.assignee_id != actor.person_id and not supervises(actor, facts.units):
        raise NotYourTask


def ensure_may_hand_over(task: UserTask, actor: Actor, facts: CaseFacts, *, reason: str) -> None:
    """Only the assignee, a candidate of a pool task or a supervisor hands a task to somebody, with a reason."""
    ensure_open(task)
    if not reason.strip():
        raise ReasonRequired
    if supervises(actor, facts.units) or task.assignee_id == actor.person_id:
        return
    if task.assignee_id is None and is_candidate(task, actor, facts):
        return
    raise NotYourTask


def ensure_may_receive(task: UserTask, receiver: Actor, facts: CaseFacts) -> None:
    """Refuse a receiver who is no candidate or has a conflict of interest."""
    ensure_no_conflict(receiver.person_id, facts)
    if not is_candidate(task, receiver, facts):
        raise NotACandidate("接收人不在这项任务的岗位和单位范围内。请选择列表中的人员。")
    ensure_four_eyes(task, receiver, facts)


def ensure_may_remind(task: UserTask, actor: Actor, facts: CaseFacts) -> None:
    """Whoever takes part in the case or supervises it may nudge."""
    ensure_open(task)
    if actor.person_id not in facts.participants and not supervises(actor, facts.units):
        raise Forbidden


def ensure_may_supervise(actor: Actor, facts: CaseFacts) -> None:
    """Refuse all but supervisors of the case (cancel, suspend, correct data, extend a deadline)."""
    if not supervises(actor, facts.units):
        raise Forbidden("只有本案所属单位的负责人可以这样操作。请联系本单位负责人。")


def actions_on(task: UserTask, actor: Actor, facts: CaseFacts) -> tuple[str, ...]:
    """Return what the actor may do with the task, in the order of the buttons."""
    if not task.is_open:
        return ()
    tests = (
        ("complete", lambda: ensure_may_complete(task, actor, facts)),
        ("claim", lambda: ensure_may_claim(task, actor, facts)),
        ("release", lambda: ensure_may_release(task, actor, facts)),
        ("transfer", lambda: ensure_may_hand_over(task, actor, facts, reason="-")),
        ("delegate", lambda: _ensure_is_assignee(task, actor)),
        ("remind", lambda: ensure_may_remind(task, actor, facts)),
        ("copy", lambda: ensure_may_remind(task, actor, facts)),
    )
    return tuple(action for action, test in tests if _passes(test))


def _ensure_is_assignee(task: UserTask, actor: Actor) -> None:
    if task.assignee_id != actor.person_id:
        raise NotYourTask


def _passes(test: object) -> bool:
    try:
        test()  # type: ignore[operator]
    except (Forbidden, UserTaskAlreadyClaimed, UserTaskClosed):
        return False
    return True


def ensure_reason(reason: str) -> None:
    """Refuse an empty reason."""
    if not reason.strip():
        raise ReasonRequired
