"""Every period of the catalogue for the procedures P2 to P9 and P15 runs somewhere, with its class and its source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from bpmn.deadlines.rules import Kind
from workflows.scenarios import pack as scenario_pack

LIBRARY = scenario_pack.LIBRARY
CATALOGUE = {rule.code: rule for rule in scenario_pack.open_pack(LIBRARY / "review-clock").lawpack.catalogue}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
JF = "{urn:jingfa:bpmn:1}"
MODELS = sorted(LIBRARY.glob("*/*.bpmn"))
CALLED = re.compile(r'(?:deadline|last day|deadline share|add deadline)\(\\?(?:"|&quot;)(D-\d{3}[a-z]*)')
CHOSEN = re.compile(r'\\?(?:"|&quot;)(D-\d{3}[a-z]*)\\?(?:"|&quot;)')
OURS = re.compile(r"D-(2\d\d|3\d\d|40\d)")

#: A period that nothing carries, and why that is right.
NOT_CARRIED = {
    "D-212n": "not told of the right: the court decides; guidance shows D-212, the shorter one, so that nobody comes late",
    "D-213a": "inaction is reviewed first (XZFY 23): what runs is the review and after it D-211",
    "D-213b": "inaction is reviewed first (XZFY 23): what runs is the review and after it D-211",
    "D-334": "a counter, no instant: counted at each visit, its breach is the task ReportBreach with D-332",
    "D-407": "P10 is not shipped",
}
#: A timer whose instant a person or the calendar of the cadence names; nothing to reckon a period from.
NAMED_BY_PEOPLE = {
    "ItemDue", "ActionMissed", "ShareOver", "TermOver", "AwaitPromise", "LongerExpired", "NotBack",  # a day promised or set
    "AwaitVisit", "DueOver", "NearEnd", "Over", "WatchDue", "NotArrived",  # the person's own calendar of care
    "AwaitDay", "DayOver", "AwaitReport", "AwaitOpen", "AwaitClose",  # the days of a patrol
    "MeetingDue", "PeriodOver", "LatePolice", "LateJustice", "LateLegal", "NoReply",  # hours within a period that has its own clock
}  # fmt: skip


def carried() -> set[str]:
    """Codes that an element of a diagram carries, or that a diagram, form or table reckons with."""
    found: set[str] = set()
    for model in MODELS:
        for element in etree.parse(model).iter():
            found.update(str(element.get(f"{JF}deadline") or "").split())
    for file in (*MODELS, *LIBRARY.glob("*/forms/*.json"), *LIBRARY.glob("*/decisions/*.dmn")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if CALLED.search(line) or "last day(if" in line:
                found.update(CHOSEN.findall(line))
    return found


CARRIED = carried()


@pytest.mark.parametrize("code", [code for code in CATALOGUE if OURS.match(code)])
def test_a_period_of_the_catalogue_is_carried_by_a_pack(code: str) -> None:
    """Either something runs it, or the list above says why nothing does; never both."""
    assert (code in CARRIED) != (code in NOT_CARRIED)


@pytest.mark.parametrize("code", sorted(CARRIED))
def test_a_period_that_is_carried_has_its_class_and_source(code: str) -> None:
    """Class, ladder and legal basis stand in the law pack."""
    rule = CATALOGUE[code]

    assert rule.klass and rule.sources
    assert rule.ladder or rule.kind is not Kind.PERIOD


@pytest.mark.parametrize("model", MODELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_carries_a_period_names_its_source(model: Path) -> None:
    """The legal ground stands beside the period, so that the page that shows the days can show the article."""
    carriers = [one for one in etree.parse(model).iter() if one.get(f"{JF}deadline")]

    assert [
        one.get("id") for one in carriers if not one.get(f"{JF}source") and one.tag != f"{BPMN}process"
    ] == []


def test_every_timer_has_its_number_or_a_day_that_somebody_named() -> None:
    """No timer of these procedures holds a length of its own: it reckons by a code, by the cadence or by a day that was named."""
    timers = {
        str(one.getparent().get("id")): "".join(one.itertext()).strip()
        for model in MODELS
        if model.parent.name != "dispute-referral"
        for one in etree.parse(model).iter(f"{BPMN}timerEventDefinition")
    }
    by_code = {name for name, text in timers.items() if CALLED.search(text) or "next " in text}

    assert set(timers) - by_code - NAMED_BY_PEOPLE == set()
    assert NAMED_BY_PEOPLE - set(timers) == set()
