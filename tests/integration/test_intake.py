"""Intake: files and events at the door, duplicates included."""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.model import SYSTEM
from workflows.dispatches import intake
from workflows.engine import Engine
from workflows.errors import IntakeInvalid

START = houses.model(
    '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent><userTask id="a" jf:roles="R02"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e"),
    key="dispute-referral",
    more='<message id="m" name="M-110-IN"/>',
)
CSV = (
    "警单编号,接警时间,地点,申请人,申请人身份证号,被申请人,简要案情\n"
    "JJD-1,2026-09-18 15:20,城东街道梅园社区3幢,𠮷野甲,990000198001019017,乙某某,噪声\n"
    "JJD-2,昨天,城东街道,丙某,,丁某,吵架\n"
    "JJD-3,2026-09-18 15:20,城东街道,丙某,990000198001019018,丁某,吵架\n"
    "JJD-4,2026-09-18 15:20,'=1+1,丙某,,丁某,吵架\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_taken_in_row_by_row_and_again_changes_nothing(engine: Engine, encoding: str) -> None:
    """
    Good rows start cases, bad ones are named by number and reason; a second run merges.
    """
    houses.deploy(engine, START)

    first = intake.take_file(engine, SYSTEM, name="a.csv", content=CSV.encode(encoding))
    second = intake.take_file(engine, SYSTEM, name="a.csv", content=CSV.encode(encoding))

    assert (first.accepted, first.merged, [row.row for row in first.rejected]) == (2, 0, [3, 4])
    assert "接警时间" in first.rejected[0].reason and "校验位" in first.rejected[1].reason
    assert (second.accepted, second.merged, len(second.rejected)) == (0, 2, 2)


def test_a_spreadsheet_gives_the_same_as_text(engine: Engine) -> None:
    """
    An XLSX file is read by its headings; a formula is text and never evaluated.
    """
    houses.deploy(engine, START)
    book = openpyxl.Workbook()
    book.active.append(["警单编号", "接警时间", "申请人", "被申请人"])
    book.active.append(["JJD-7", "2026-09-18 15:20", "甲某", "乙某"])
    book.active.append(["=HYPERLINK(1)", "2026-09-18 15:20", "甲某", "乙某"])
    stream = io.BytesIO()
    book.save(stream)

    report = intake.take_file(engine, SYSTEM, name="a.xlsx", content=stream.getvalue())

    assert (report.accepted, [row.row for row in report.rejected]) == (1, [3])


def test_a_later_dispatch_knows_earlier_ones_of_the_same_party(engine: Engine) -> None:
    """
    The second dispatch of a person counts the first as a repeat.
    """
    houses.deploy(engine, START)
    party = {"name": "甲某", "idNo": "990000198001019017"}
    with engine.begin() as uow:
        now = uow.now
    for number in ("JJD-1", "JJD-2"):
        content = {
            "dispatch": {"no": number, "time": (now - timedelta(hours=1)).isoformat()},
            "parties": [party],
        }
        with engine.begin() as uow:
            receipt = intake.submit(uow, intake.Dispatch(actor=SYSTEM, content=content))

    with engine.begin() as uow:
        row = uow.instances.get(receipt.instance_id)
    assert row is not None
    assert row.variables["dispatch"] != {} and "JJD-1" in json.dumps(row.variables["dispatch"])


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"PK\x03\x04junk", b"\x00\x01\x02"])
def test_a_file_that_cannot_be_read_is_refused_in_words(engine: Engine, content: bytes) -> None:
    """
    Empty, headless or broken files change nothing.
    """
    houses.deploy(engine, START)

    with pytest.raises(IntakeInvalid):
        intake.take_file(engine, SYSTEM, name="a.csv", content=content)
