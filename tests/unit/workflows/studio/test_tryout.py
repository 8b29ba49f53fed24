"""Shadow cases: whatever begins a process can begin its rehearsal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.lawpack import load
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios.pack import PackFiles
from workflows.studio import tryout

AUTUMN = datetime(2026, 9, 10, 9, tzinfo=ZONE)
TIMER = "<timerEventDefinition><timeDate>2027-01-01T09:00:00+08:00</timeDate></timerEventDefinition>"
MODEL = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jf="urn:jingfa:bpmn:1" id="d" targetNamespace="t">'
    '<message id="m" name="M-1"/><signal id="g" name="S-1"/><process id="p" isExecutable="true"><startEvent id="s">{}</startEvent>'
    '<userTask id="a" jf:roles="R02"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/></process></definitions>'
)
WAYS = {
    "plain": "",
    "timer": TIMER,
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="g"/>',
    "condition": "<conditionalEventDefinition><condition>=ready = true</condition></conditionalEventDefinition>",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_begin_can_be_tried(way: str) -> None:
    """A start event without a form begins the shadow case, whatever triggers it in a real one."""
    files = {"pack.toml": b'key = "p"\n', "p.bpmn": MODEL.format(WAYS[way]).encode()}
    pack = PackFiles(files=files, lawpack=load())
    [event] = tryout.starts(pack)

    begun = tryout.played(pack, tryout.start_of(pack, event, AUTUMN, {}))

    assert (begun.stopped, begun.case.waiting()) == ("", ("a",))


@pytest.mark.parametrize("folder", scenario_pack.shipped(), ids=lambda path: path.name)
def test_every_start_event_of_the_shipped_packs_can_be_tried(folder: Path) -> None:
    """With the typical answers, none is refused; cadences begin at their next period."""
    pack = cast("PackFiles", scenario_pack.open_pack(folder))
    found = {
        event.element_id: tryout.played(pack, tryout.start_of(pack, event, AUTUMN, {})).stopped
        for event in tryout.starts(pack)
    }

    assert {name: said for name, said in found.items() if said} == {}
