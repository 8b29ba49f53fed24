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
