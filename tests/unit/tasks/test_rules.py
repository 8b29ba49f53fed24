"""Who may do what: default deny, the matrix, four eyes, conflict of interest."""

from __future__ import annotations

import pytest

from bpmn.errors import Forbidden
from tasks import disclosure, matrix, offices, rules
from tasks.errors import (
    AssistantMayOnlyAssist,
    ConflictOfInterest,
    FourEyesViolated,
    NotACandidate,
    NotYourTask,
    PurposeRequired,
)
from tasks.model import SYSTEM, Actor, CaseFacts, UserTask, UserTaskState


def actor(role: str, unit: str = "station", person: str = "p") -> Actor:
    """Return an actor with one role."""
    return Actor(person_id=person, name="某", roles=frozenset({(role, unit)}))


def task(**changes: object) -> UserTask:
    """Return an open pool task for officers of the station."""
    values: dict[str, object] = {
        "id": "t", "instance_id": "i", "activity_id": "a", "element_id": "e", "name": "任务", "roles": ("R02",), "unit_id": "station",
    }  # fmt: skip
    return UserTask(**(values | changes))  # type: ignore[arg-type]


FACTS = CaseFacts(instance_id="i", units=frozenset({"station"}))


@pytest.mark.parametrize("role", ["R15", "R18", "R19", "R20", "R99"])
def test_roles_without_case_work_see_no_case(role: str) -> None:
    """
    Leading group, policy staff, auditors and administrators see no case by their role.
    """
    scope = rules.scope_of(actor(role))

    assert (scope.person_id, scope.units, scope.everything) == ("", frozenset(), False)


def test_supervisors_see_their_units_and_others_what_they_take_part_in() -> None:
    """
    R04 reaches the units below; R02 has only their own participation.
    """
    leader = Actor(
        person_id="l", name="", roles=frozenset({("R04", "s")}), covers={"s": frozenset({"s", "s1"})}
    )

    assert rules.scope_of(leader).units == {"s", "s1"}
    assert rules.scope_of(actor("R02")).units == frozenset()


def test_only_the_role_in_the_unit_is_a_candidate() -> None:
    """
    The same role elsewhere, and another role here, are refused.
    """
    rules.ensure_may_claim(task(), actor("R02"), FACTS)
    for stranger in (actor("R02", "other"), actor("R04")):
        with pytest.raises(NotACandidate):
            rules.ensure_may_claim(task(), stranger, FACTS)


def test_an_assistant_never_approves_signs_or_closes() -> None:
    """
    R03 may complete what is marked for assistance, nothing that signs or approves.
    """
    helper = actor("R03")
    rules.ensure_may_complete(task(roles=("R02", "R03")), helper, FACTS)

    for changes in (
        {"signs": ("W07",)},
        {"extensions": {"approval": "true"}},
        {"extensions": {"closes": "true"}},
    ):
        with pytest.raises(AssistantMayOnlyAssist):
            rules.ensure_may_complete(task(roles=("R02", "R03"), **changes), helper, FACTS)


def test_who_did_the_step_does_not_check_it() -> None:
    """
    Four eyes: the submitter cannot approve.
    """
    facts = CaseFacts(instance_id="i", completed_by={"FillReferral": "p"})

    with pytest.raises(FourEyesViolated):
        rules.ensure_may_complete(task(extensions={"notBy": "FillReferral"}), actor("R02"), facts)


def test_a_recorded_conflict_shuts_the_case() -> None:
    """
    Who has to stand aside neither claims nor sees the task.
    """
    facts = CaseFacts(instance_id="i", units=frozenset({"station"}), conflicts=frozenset({"p"}))

    with pytest.raises(ConflictOfInterest):
        rules.ensure_may_claim(task(), actor("R02"), facts)
    assert not rules.may_see_task(task(), actor("R02"), facts)


def test_a_claimed_task_is_completed_by_its_assignee_only() -> None:
    """
    Another candidate is told that the task is somebody else's.
    """
    claimed = task(state=UserTaskState.CLAIMED, assignee_id="q")

    with pytest.raises(NotYourTask):
        rules.ensure_may_complete(claimed, actor("R02"), FACTS)


def test_clear_data_needs_right_and_purpose() -> None:
    """
    A participant gives a purpose; R09 never sees clear data.
    """
    facts = CaseFacts(instance_id="i", participants=frozenset({"p"}))

    with pytest.raises(PurposeRequired):
        disclosure.ensure_may_reveal(actor("R02"), facts, " ")
    with pytest.raises(Forbidden):
        disclosure.ensure_may_reveal(actor("R09"), facts, "办案")


def test_what_the_matrix_does_not_name_is_denied() -> None:
    """
    An unknown object or role has no right at all.
    """
    assert matrix.right("no-such-thing", "R02") == matrix.NONE
    assert matrix.right("case", "R99") == matrix.NONE
    assert not any(
        matrix.allows("case", action, ["R18", "R20"])
        for action in ("create", "read", "masked", "update", "approve")
    )


def test_the_system_is_one_value_not_a_role() -> None:
    """
    An actor that merely carries the word is not the system.
    """
    impostor = Actor(person_id="system", name="", roles=SYSTEM.roles)

    assert rules.is_system(SYSTEM) and not rules.is_system(impostor)


@pytest.mark.parametrize("other", ["R13", "R15", "R17"])
def test_whoever_decides_reviews_does_not_coordinate(other: str) -> None:
    """The firewall is one of people, too: convener, leading-group office and respondent are others."""
    with pytest.raises(Forbidden, match="复议与协调"):
        offices.ensure_separate({"R16", other})

    offices.ensure_separate({"R16"})
