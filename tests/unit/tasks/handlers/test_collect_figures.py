"""Data packs: counts of what happened, small cells of special persons suppressed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bpmn.deadlines.calendar import ZONE
from tasks.handlers import collect_figures


class Ports:
    """What the handler asks for, answered from fixed rows."""

    def __init__(self, rows):
        self.rows, self.asked = rows, []

    def now(self):
        return datetime(2026, 9, 30, 9, 0, tzinfo=ZONE)

    def counts(self, unit, since, until):
        self.asked.append((unit, since, until))
        return self.rows

    def happened(self, unit, since, until, *, exact):
        return {"dispatches": 3, "span": f"{since}/{until}", "exact": exact}

    def carried(self, unit, processes):
        return [{"text": "x", "source": one} for one in processes]

    def raised(self, unit, processes, since):
        return [{"text": "重大纠纷 ZD-1", "source": one, "ref": "ZD-1"} for one in processes]

    def persons_in_care(self, unit):
        return [{"ref": "JJ-1", "category": "handover-released"}]


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_small_counts_of_special_persons_are_suppressed(count, shown) -> None:
    """One to four are not shown; none and five are."""
    rows = [{"code": "handover-released", "open": count}]

    figures = collect_figures.handle({"unit": "t1"}, None, Ports(rows)).variables["figures"]

    assert figures["rows"][0]["open"] == shown


def test_other_counts_are_shown() -> None:
    """Three disputes name nobody."""
    rows = [{"code": "dispute-referral", "open": 3}]

    assert collect_figures.handle({"unit": "t1"}, None, Ports(rows)).variables["figures"]["rows"] == rows


def test_the_pack_of_a_week() -> None:
    """Seven days back, items carried over; without being asked no list of persons."""
    ports = Ports([{"code": "dispute-referral", "open": 3}])

    outcome = collect_figures.handle({"unit": "t1", "days": 7, "from": ["weekly-exchange"]}, None, ports)

    assert ports.asked == [("t1", date(2026, 9, 23), date(2026, 9, 30))]
    assert outcome.variables["carried"] == [{"text": "x", "source": "weekly-exchange"}]
    assert outcome.variables["persons"] == []


def test_the_pack_of_a_month_is_the_calendar_month_before() -> None:
    """Whatever day of September it is, the two bureaus share August."""
    outcome = collect_figures.handle({"unit": "d", "month": True, "exact": True}, None, Ports([]))

    assert outcome.variables["counted"] == {"dispatches": 3, "span": "2026-08-01/2026-08-31", "exact": True}
    assert outcome.variables["figures"]["to"] == date(2026, 8, 31)
