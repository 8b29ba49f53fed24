"""Every counted date of the acceptance scenarios, to the day."""

from __future__ import annotations

from datetime import date

import pytest

from bpmn.deadlines.errors import LedgerInvalid
from bpmn.deadlines.year_table import parse_year_table

DATES = [
    # scenario, code, start, events, unrolled, last day
    ("AT-01 acceptance", "D-107", "2026-09-18 16:07", [], "2026-09-22", "2026-09-22"),
    ("AT-01 mediation", "D-110", "2026-09-18 16:40", [], "2026-10-18", "2026-10-19"),
    ("AT-02 confirmation", "D-122", "2026-09-07 10:00", [], "2026-10-07", "2026-10-08"),
    ("AT-04 case", "D-115", "2026-08-31 10:00", [], "2026-09-30", "2026-09-30"),
    ("AT-04 first", "D-115", "2026-08-31 10:00", ["2026-09-20 extend"], "2026-10-30", "2026-10-30"),
    (
        "AT-04 second",
        "D-115",
        "2026-08-31 10:00",
        ["2026-09-20 extend", "2026-10-20 extend"],
        "2026-11-29",
        "2026-11-30",
    ),
    (
        "AT-04 appraisal",
        "D-115",
        "2026-08-31 10:00",
        ["2026-09-05 pause", "2026-09-19 resume"],
        "2026-10-14",
        "2026-10-14",
    ),
    ("AT-05 admission", "D-202", "2026-09-29 15:00", [], "2026-10-12", "2026-10-12"),
    ("AT-05 forward", "D-204", "2026-10-12", [], "2026-10-21", "2026-10-21"),
    ("AT-05 reply", "D-205", "2026-10-21", [], "2026-11-04", "2026-11-04"),
    ("AT-05 decision", "D-207", "2026-10-12", [], "2026-12-11", "2026-12-11"),
    ("AT-05 extended", "D-207", "2026-10-12", ["2026-12-01 extend:30"], "2027-01-10", "2027-01-11"),
    ("AT-05 sue", "D-211", "2026-12-11", [], "2026-12-26", "2026-12-28"),
    ("AT-07 notice", "D-203a", "2026-04-30", [], "2026-05-11", "2026-05-11"),
    ("AT-07 correction", "D-203b", "2026-05-11", [], "2026-05-25", "2026-05-25"),
    ("AT-07 new check", "D-202", "2026-05-22", [], "2026-05-29", "2026-05-29"),
    ("AT-08 hearing", "D-206", "2026-10-15 09:30", [], "2026-10-08", "2026-10-08"),
    ("AT-08 topics", "D-217a", "2026-10-20", [], "2026-10-10", "2026-10-10"),
    ("AT-08 notice", "D-217b", "2026-10-20", [], "2026-10-13", "2026-10-13"),
    ("AT-08 materials", "D-217c", "2026-10-20", [], "2026-10-15", "2026-10-15"),
    ("AT-08 draft", "D-218a", "2026-10-20", [], "2026-10-23", "2026-10-23"),
    ("AT-08 issue", "D-218b", "2026-10-20", [], "2026-10-27", "2026-10-27"),
    ("AT-10 court notice", "D-301a", "2026-09-23", [], "2026-09-28", "2026-09-28"),
    ("AT-10 papers", "D-301b", "2026-09-23", [], "2026-10-03", "2026-10-08"),
    ("AT-10 receipt slip", "D-302", "2026-09-28", [], "2026-10-03", "2026-10-08"),
    ("AT-10 report", "D-303", "2026-09-23", [], "2026-10-03", "2026-10-08"),
    ("AT-10 procuratorate", "D-308c", "2026-10-08", [], "2026-10-09", "2026-10-09"),
    ("AT-11 report", "D-331", "2026-06-05", [], "2026-06-20", "2026-06-22"),
    ("AT-14 guidance", "D-126", "2026-11-05 14:30", [], "2026-11-06", "2026-11-06"),
    ("AT-15 mediation", "D-113", "2026-09-21", [], "2026-10-06", "2026-10-08"),
    ("AT-15 legal aid", "D-132a", "2026-09-30", [], "2026-10-07", "2026-10-08"),
    ("AT-15 assignment", "D-132b", "2026-10-08", [], "2026-10-11", "2026-10-12"),
    ("AT-15 payment order", "D-133a", "2026-10-13", [], "2026-10-18", "2026-10-19"),
    ("AT-17 year end", "D-110", "2026-12-04", [], "2027-01-03", "2027-01-04"),
]


@pytest.mark.parametrize(("scenario", "code", "start", "events", "unrolled", "last"), DATES)
def test_scenario_dates_are_met_to_the_day(reckoned, scenario, code, start, events, unrolled, last):
    """
    The dossier's dates come out of the catalogue, before and after the rest-day rule.
    """
    reckoning = reckoned(code, start, *events)

    assert reckoning.unrolled.isoformat() == unrolled
    assert reckoning.statutory_last_day.isoformat() == last


def test_acknowledgement_counts_office_time_over_an_adjusted_sunday(reckoned):
    """
    AT-01: 83 minutes on Friday and 157 on the worked Sunday make four working hours.
    """
    reckoning = reckoned("D-104", "2026-09-18 16:07")

    assert reckoning.due_at.isoformat() == "2026-09-20T11:37:00+08:00"
    assert any("计83分钟" in line for line in reckoning.explanation)
    assert any("计157分钟" in line for line in reckoning.explanation)


def test_reminders_move_off_the_national_day(reckoned):
    """
    AT-02: the 50 % rung is 22 September, the 80 % rung moves from 1 October to 30 September.
    """
    rungs = {rung.percent: rung.at.date() for rung in reckoned("D-122", "2026-09-07 10:00").rungs}

    assert rungs[50] == date(2026, 9, 22)
    assert rungs[80] == date(2026, 9, 30)


def test_third_extension_of_a_public_order_case_is_refused(reckoned):
    """
    AT-04: the law allows two extensions; the third is refused in words.
    """
    with pytest.raises(LedgerInvalid, match="最多延长2次"):
        reckoned("D-115", "2026-08-31", "2026-09-20 extend", "2026-10-20 extend", "2026-11-20 extend")


def test_review_decision_in_an_unannounced_year_is_provisional(reckoned):
    """
    AT-05: the extended review period ends in 2027, whose holidays are not announced.
    """
    assert reckoned("D-207", "2026-10-12", "2026-12-01 extend:30").provisional
    assert not reckoned("D-207", "2026-10-12").provisional


def test_corrections_report_in_shows_both_dates_and_the_badge(reckoned):
    """
    AT-10: the roll of the report-in date is by analogy, so it carries the badge 待核.
    """
    reckoning = reckoned("D-303", "2026-09-23")

    assert reckoning.verify
    assert (reckoning.unrolled, reckoning.internal_target) == (date(2026, 10, 3), date(2026, 9, 30))


def test_police_are_told_within_two_hours_of_a_lost_contact(reckoned):
    """
    AT-10, AT-11: short duties run through the night, to the minute.
    """
    assert reckoned("D-308b", "2026-10-08 23:30").due_at.isoformat() == "2026-10-09T01:30:00+08:00"
    assert reckoned("D-332", "2026-06-23 00:00").due_at.isoformat() == "2026-06-24T00:00:00+08:00"


def test_importing_the_year_settles_a_provisional_date(reckoned, pack):
    """
    AT-17: once staff import 2027 with a longer New Year holiday the date moves and is settled.
    """
    year, table = parse_year_table("日期,类型,名称\n2027-01-01~2027-01-04,休,元旦\n2027-01-09,班,元旦")

    before = reckoned("D-110", "2026-12-04")
    after = reckoned("D-110", "2026-12-04", calendar=pack.calendar.with_year(year, table))

    assert (before.statutory_last_day, before.provisional) == (date(2027, 1, 4), True)
    assert (after.statutory_last_day, after.provisional) == (date(2027, 1, 5), False)
    assert before.calendar_version != after.calendar_version
