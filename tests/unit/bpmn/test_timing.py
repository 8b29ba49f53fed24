"""Instants, durations and cycles of timers."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from diagrams import NOON, end, flow, model, node, path, start, timer

from bpmn import feel, interpreter, iso8601
from bpmn.lowering import Trigger
from bpmn.spiff import timing
from bpmn.spiff.failures import TimerInvalid

NOW = datetime(2026, 1, 31, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def due(text: str, kind: str = "duration") -> str:
    trigger = Trigger(kind="timer", timer=kind, expression=text)
    return timing.schedule(trigger, text, feel.Environment(now=NOW)).due.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H30M", "2026-01-31T13:30:00+08:00"),
        ("P1M", "2026-02-28T12:00:00+08:00"),
        ("P1Y2M3DT4S", "2027-04-03T12:00:04+08:00"),
        ("P1W", "2026-02-07T12:00:00+08:00"),
        ("-PT1H", "2026-01-31T11:00:00+08:00"),
        ("PT0S", "2026-01-31T12:00:00+08:00"),
        ("PT0.5S", "2026-01-31T12:00:00.500000+08:00"),
    ],
)
def test_durations(text: str, expected: str) -> None:
    """Signs, weeks, fractions and the ends of months."""
    assert due(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "1H", "P1X", "R", "R0/PT1H", "R3/PT0S", "R3", "2026-13-01", "P99999999Y", "R/1/2/3"],
)
def test_nonsense_is_refused_in_words(text: str) -> None:
    """What is no time is an incident with a sentence."""
    with pytest.raises(TimerInvalid, match="请"):
        due(text, "cycle")


def test_months_are_counted_from_the_anchor() -> None:
    """A monthly period from the 31st comes back to the 31st."""
    assert iso8601.duration("P1M").after(NOW, 2).day == 31


def test_a_day_has_24_hours_across_a_change_of_summer_time() -> None:
    """Exact time is exact."""
    start = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))

    assert iso8601.duration("PT24H").after(start).hour == 13


def test_missed_repetitions_count() -> None:
    """Three of five firings were missed: the one that happens now stands for them, one is left."""
    first = NOW + timedelta(hours=1)

    assert timing.following(first, "PT1H", 5, NOW + timedelta(hours=4, minutes=10)) == (
        NOW + timedelta(hours=5),
        1,
    )
    assert timing.following(first, "PT1H", 2, NOW + timedelta(hours=9))[1] == 0


def test_years_of_outage_cost_nothing() -> None:
    """A short period is not counted off one by one."""
    due_at, _ = timing.following(NOW, "PT1S", timing.FOREVER, NOW + timedelta(days=3650))

    assert due_at == NOW + timedelta(days=3650, seconds=1)


def test_a_timer_that_is_a_deadline_says_so() -> None:
    """The ledger of that deadline owns the instant."""
    assert timing.deadline_code(' deadline("D-110") ') == "D-110"
    assert timing.deadline_code('deadline("D-110") + duration("P1D")') is None


def test_timer_from_a_deadline_function() -> None:
    """The environment's functions, also those with spaces in their names, serve timers and conditions."""
    functions = {
        "deadline": lambda code: NOON + timedelta(days=3),
        "working days between": lambda a, b: Decimal(4),
    }
    environment = feel.Environment(now=NOON, functions=functions)
    body = start() + node("intermediateCatchEvent", "t", timer('=deadline("D-110")', "timeDate"))
    body += (
        node("exclusiveGateway", "g")
        + end()
        + path("s", "g")
        + flow("g", "t", "working days between(1, 2) = 4")
    )
    advance = interpreter.start(model(body + path("t", "e")), environment=environment)

    [wait] = advance.waits

    assert (wait.deadline, wait.due_at) == ("D-110", NOON + timedelta(days=3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-W10-4", "2026-03-05T00:00:00+08:00"),
        ("2026W104T0800Z", "2026-03-05T08:00:00+00:00"),
        ("2026-064", "2026-03-05T00:00:00+08:00"),
        ("20260305T080000+0100", "2026-03-05T08:00:00+01:00"),
        ("2026-03-05T24:00:00", "2026-03-06T00:00:00+08:00"),
        ("2026-03-05T08:30.5Z", "2026-03-05T08:30:30+00:00"),
        ("2026-03-05T08,5Z", "2026-03-05T08:30:00+00:00"),
        ("2026-07-05T08:00:00[Europe/Berlin]", "2026-07-05T08:00:00+02:00"),
        ("2026-03-05T08:00:00@Europe/Berlin", "2026-03-05T08:00:00+01:00"),
        ("2026-03-05T08:00:00+08:00[Europe/Berlin]", "2026-03-05T08:00:00+08:00"),
    ],
)
def test_instants_in_every_form_of_the_standard(text: str, expected: str) -> None:
    """Calendar, week and ordinal dates, basic and extended, fractions of any part, offsets and zones."""
    assert (timing.is_literal(text), due(text, "date")) == (True, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1.5H", "13:30:00"),
        ("PT0,5S", "12:00:00.500000"),
        ("P0000-00-00T01:02:03", "13:02:03"),
        ("+PT1H", "13:00:00"),
    ],
)
def test_durations_with_fractions_and_in_the_other_form(text: str, expected: str) -> None:
    """The last part may have a fraction, with point or comma."""
    assert due(text) == f"2026-01-31T{expected}+08:00"


@pytest.mark.parametrize(
    ("text", "first", "left"),
    [
        ("R3/2026-03-05T08:00:00Z/2026-03-06T08:00:00Z", "2026-03-05T08:00:00+00:00", 3),
        ("R2/2026-03-05T08:00:00[Europe/Berlin]/P1D", "2026-03-05T08:00:00+01:00", 2),
        ("R-1/PT1H", "2026-01-31T13:00:00+08:00", -1),
    ],
)
def test_repeating_intervals_between_two_instants_and_with_zones(text: str, first: str, left: int) -> None:
    """A slash in the name of a zone divides nothing; the distance of two instants is the period."""
    schedule = timing.schedule(Trigger(kind="timer", timer="cycle"), text, feel.Environment(now=NOW))

    assert (schedule.due.isoformat(), schedule.left) == (first, left)
