"""Counting tokens: a number is the length of the list behind it, and small numbers stay hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bpmn.definition import Element
from workflows.processes.diagrams import Drawn
from workflows.store.tokens import Token
from workflows.supervision import board

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
ELEMENTS = {
    "call": Element(id="call", type="callActivity", process_id="main"),
    "a": Element(id="a", type="userTask", process_id="main"),
    "b": Element(id="b", type="userTask", process_id="called"),
    "timer": Element(id="timer", type="boundaryEvent", process_id="main"),
}
DRAWN = Drawn(
    processes=(), elements=ELEMENTS, files={}, reach={"call": frozenset({"called"})}, calls={"call": "called"}
)
VIEW = board.View(definition_id="p:1", units=frozenset({"u1", "u2"}))


def token(case: str = "c1", element: str = "a", *, hours: float | None = None, unit: str = "u1") -> Token:
    """Return a token that came an hour ago and is due in some hours."""
    due = None if hours is None else NOW + timedelta(hours=hours)
    return Token(
        instance_id=case,
        definition_id="p:1",
        element_id=element,
        due_at=due,
        since=NOW - timedelta(hours=1),
        started_at=NOW - timedelta(days=2),
        units=frozenset({unit}),
    )


def counted(*tokens: Token, seen: board.View = VIEW) -> board.Board:
    """Count now."""
    return board.counted(tokens, seen, DRAWN, NOW)


def test_late_and_soon_are_counted_by_case() -> None:
    """Two tokens of one case at one element are one case, as late as its latest."""
    found = counted(token(hours=-1), token(hours=5), token("c2", hours=5), token("c3", hours=90))

    assert found.elements["a"] == board.Count(cases=3, late=1, soon=1, waiting=timedelta(hours=1))


def test_armed_boundary_events_hold_no_token() -> None:
    """A timer that merely stands by is not where the case is."""
    assert counted(token(element="timer")).elements == {}


def test_a_call_counts_only_cases_that_are_in_the_called_process() -> None:
    """A step that was taken back leaves its entry in the record; the board does not believe it."""
    found = counted(token("c1", "call"), token("c1", "b"), token("c2", "call"), token("c2", "a"))

    assert found.elements["call"].cases == 1
    assert found.total.cases == 2


def test_a_step_that_calls_is_as_late_as_what_is_due_inside() -> None:
    """The parent's diagram shows that a case is late in the called process, and its list holds that case."""
    tokens = (
        token("c1", "call"),
        token("c1", "b", hours=-1),
        token("c2", "call"),
        token("c2", "b", hours=90),
    )

    assert (counted(*tokens).elements["call"].cases, counted(*tokens).elements["call"].late) == (2, 1)
    late = board.Place(element_id="call", level="late")
    assert board.listed(tokens, VIEW, DRAWN, late, NOW) == ("c1",)


def test_other_units_and_other_days_are_left_out() -> None:
    """The scope and each filter narrow, never widen."""
    tokens = (token("c1"), token("c2", unit="u2"), token("c3", unit="elsewhere"))

    assert counted(*tokens).total.cases == 2
    assert counted(*tokens, seen=replace(VIEW, inside=frozenset({"u2"}))).total.cases == 1
    assert counted(*tokens, seen=replace(VIEW, begun_from=date(2026, 11, 22))).total.cases == 0
    assert counted(*tokens, seen=replace(VIEW, begun_to=date(2026, 11, 21))).total.cases == 2


def test_small_numbers_and_what_would_give_them_away_are_hidden() -> None:
    """Four cases are "fewer than five"; so is every sum from which the four could be reckoned."""
    many = [token(f"c{n}", "a", hours=-1) for n in range(9)]
    few = [token(f"d{n}", element) for n in range(4) for element in ("call", "b")]
    found = counted(*many, *few, seen=replace(VIEW, lists=False))

    assert found.elements["a"] == board.Count(cases=9, late=None, soon=0, waiting=timedelta(hours=1))
    assert found.elements["b"].cases is found.elements["call"].cases is None
    assert found.total.cases is found.diagrams["called"].cases is None


def test_a_late_share_is_hidden_when_the_rest_is_small() -> None:
    """Nine cases of which six are late tells of three that are not."""
    tokens = [token(f"c{n}", hours=-1 if n < 6 else 90) for n in range(9)]

    assert counted(*tokens, seen=replace(VIEW, lists=False)).elements["a"].late is None


TOKENS = st.builds(
    token,
    case=st.sampled_from(["c1", "c2", "c3", "c4"]),
    element=st.sampled_from(list(ELEMENTS)),
    hours=st.sampled_from([None, -5, 0, 3, 24, 90]),
    unit=st.sampled_from(["u1", "u2", "elsewhere"]),
)


@given(st.lists(TOKENS, max_size=12))
def test_every_number_is_the_length_of_its_list(tokens: list[Token]) -> None:
    """For any tokens: element, diagram and total, all, late and soon."""
    found = counted(*tokens)
    numbers = [({}, found.total)]
    numbers += [({"element_id": e}, count) for e, count in found.elements.items()]
    numbers += [({"process_id": p}, count) for p, count in found.diagrams.items()]

    for where, count in numbers:
        for level, number in (("", count.cases), ("late", count.late), ("soon", count.soon)):
            place = board.Place(**where, level=level)  # type: ignore[arg-type]
            assert len(board.listed(tokens, VIEW, DRAWN, place, NOW)) == number
