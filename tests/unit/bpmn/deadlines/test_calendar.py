"""Working days, imported years, office time."""

from __future__ import annotations

from datetime import date

import pytest

from bpmn.deadlines import china
from bpmn.deadlines.calendar import YearTable
from bpmn.deadlines.errors import CalendarInvalid
from bpmn.deadlines.year_table import parse_year_table

REST_2026 = ["01-01", "01-03", "02-15", "02-23", "04-06", "05-05", "06-21", "09-27", "10-07"]
WORK_2026 = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


@pytest.mark.parametrize("day", REST_2026)
def test_announced_rest_days_are_off(day):
    """
    The rest days of the 2026 notice are not worked.
    """
    assert not china().is_working_day(date.fromisoformat(f"2026-{day}"))


@pytest.mark.parametrize("day", WORK_2026)
def test_adjusted_weekends_are_worked(day):
    """
    The adjusted weekends of the 2026 notice are working days.
    """
    assert china().is_working_day(date.fromisoformat(f"2026-{day}"))
    assert china().kind_of(date.fromisoformat(f"2026-{day}")) == "调休上班"


def test_unannounced_year_knows_weekends_and_statutory_days(pack):
    """
    2027 is answered from weekends, fixed days and the festivals of the lunar calendar.
    """
    calendar = pack.calendar

    assert not calendar.is_loaded(2027)
    assert not calendar.is_working_day(date(2027, 10, 1))
    assert calendar.kind_of(date(2027, 2, 8)) == "春节放假"
    assert calendar.is_working_day(date(2027, 2, 9))


def test_import_makes_a_new_version_and_leaves_the_old_one():
    """
    Calendars are frozen: importing a year gives another calendar.
    """
    year, table = parse_year_table("\ufeff日期,类型,名称\n2027-01-01,休,元旦\n2027-01-02,班,元旦\n")

    imported = china().with_year(year, table)

    assert imported.is_loaded(2027) and not china().is_loaded(2027)
    assert imported.version != china().version
    assert imported.is_working_day(date(2027, 1, 2))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("日期,名称\n2027-01-01,元旦", "表头"),
        ("日期,类型\n2027-01-01,假", "应为“休”或“班”"),
        ("日期,类型\n2027-13-01,休", "第2行.*不是日期"),
        ("日期,类型\n2027-01-03~2027-01-01,休", "起止日期颠倒"),
        ("日期,类型\n2027-01-01,休\n2028-01-01,休", "只能有一个年份"),
        ("日期,类型\n", "不能为空"),
        ("", "表头"),
    ],
)
def test_faulty_table_is_refused_with_its_line(text, sentence):
    """
    A table that cannot be read names the line and what to write instead.
    """
    with pytest.raises(CalendarInvalid, match=sentence):
        parse_year_table(text)


def test_day_both_worked_and_off_is_refused():
    """
    A day cannot be listed twice with different meaning.
    """
    day = date(2027, 1, 1)

    with pytest.raises(CalendarInvalid, match="既列为休息又列为上班"):
        china().with_year(2027, YearTable(rest={day: "元旦"}, work={day: "元旦"}, source="表"))


def test_counting_back_and_forth_agrees():
    """
    The n-th working day after a working day is n working days away.
    """
    start = date(2026, 9, 18)

    end = china().next_working_day(start, 12)

    assert china().working_days_between(start, end) == 12
    assert china().previous_working_day(end, 12) == start
