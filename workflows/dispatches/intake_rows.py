"""
Reading the files that a police gateway delivers: CSV (UTF-8, with BOM, GB 18030), XLSX, JSONL.

Every row comes out as a nested dispatch or as a sentence that says why not. Formulas are never evaluated: a cell that
begins like one is text.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from bpmn.model import Json
from workflows.errors import IntakeInvalid

LARGEST, MOST_ROWS, LONGEST_CELL = 20 * 1024 * 1024, 20_000, 4_000

#: Column heading -> path in the dispatch. ``N`` in a path is the party's number, from 0.
COLUMNS: Mapping[str, str] = {
    "警单编号": "dispatch.no",
    "编号": "dispatch.no",
    "接警时间": "dispatch.time",
    "来源": "dispatch.channel",
    "警情类别": "dispatch.kind",
    "类别": "dispatch.kind",
    "地点": "dispatch.addr",
    "村居代码": "dispatch.villageCode",
    "网格代码": "dispatch.gridCode",
    "综治编号": "dispatch.externalNo",
    "纠纷类型": "dispute.type",
    "简要案情": "dispute.summary",
    "涉及人数": "dispute.people",
    "伤情": "dispute.injury",
    "涉案金额": "dispute.amount",
    "申请人": "parties.0.name",
    "申请人身份证号": "parties.0.idNo",
    "申请人电话": "parties.0.phone",
    "申请人住址": "parties.0.address",
    "被申请人": "parties.1.name",
    "被申请人身份证号": "parties.1.idNo",
    "被申请人电话": "parties.1.phone",
    "被申请人住址": "parties.1.address",
}
KNOWN_PATHS = frozenset(COLUMNS.values())


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its number as the spreadsheet counts, and its content or the reason against it."""

    number: int
    content: Mapping[str, Json] | None = None
    reason: str = ""


def read(name: str, content: bytes) -> Iterator[Row]:
    """
    Yield the rows of a file.

    Raises:
        IntakeInvalid: the file as a whole cannot be read.
    """
    if len(content) > LARGEST:
        raise IntakeInvalid(["文件超过 20 MB，请分批导入"])
    if content.startswith(b"PK") or name.lower().endswith((".xlsx", ".xlsm")):
        return _table(_sheet(content))
    if name.lower().endswith((".jsonl", ".ndjson")) or content.lstrip()[:1] == b"{":
        return _lines(text_of(content))
    return _table(_csv(text_of(content)))


def text_of(content: bytes) -> str:
    """
    Decode a text file: UTF-8 (BOM or not), UTF-16 with BOM, else GB 18030.

    >>> text_of("𠮷".encode("gb18030")), text_of("\\ufeff警".encode())
    ('𠮷', '警')
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise IntakeInvalid(["文件编码无法识别，请另存为 UTF-8 或 GB 18030 编码后再导入"])


def _csv(text: str) -> Iterator[list[Any]]:
    if "\x00" in text:
        raise IntakeInvalid(["文件里有不可见的空字符，不是文本文件"])
    first = text.partition("\n")[0]
    delimiter = max(",;\t，", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise IntakeInvalid([f"CSV 格式有误：{error}"]) from error


def _sheet(content: bytes) -> Iterator[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 10 * LARGEST:
                raise IntakeInvalid(["表格解压后过大，请分批导入"])
        # data_only: a formula gives its stored result, it is never evaluated here.
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        yield from ([*row] for row in sheet.iter_rows(values_only=True))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise IntakeInvalid(["文件不是有效的 XLSX 表格，请另存后再导入"]) from error


def _table(rows: Iterable[list[Any]]) -> Iterator[Row]:
    heading: list[str | None] | None = None
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise IntakeInvalid([f"超过 {MOST_ROWS} 行，请分批导入"])
        if heading is None:
            heading = _heading(cells)
        elif any(cell not in (None, "") for cell in cells):
            yield _row(number, heading, cells)
    if heading is None:
        raise IntakeInvalid(["文件是空的"])


def _heading(cells: list[Any]) -> list[str | None]:
    names = [str(cell or "").strip().strip("\ufeff") for cell in cells]
    paths = [COLUMNS.get(name) or (name if name in KNOWN_PATHS else None) for name in names]
    if "dispatch.no" not in paths:
        raise IntakeInvalid(["第一行没有“警单编号”列，请使用规定的表头"])
    return paths


def _row(number: int, heading: list[str | None], cells: list[Any]) -> Row:
    if len(cells) > len(heading) and any(cell not in (None, "") for cell in cells[len(heading) :]):
        return Row(number=number, reason="列数多于表头，可能是内容里的逗号没有加引号")
    content: dict[str, Any] = {}
    for path, cell in zip(heading, cells, strict=False):
        text = _cell(cell)
        if path is None or text == "":
            continue
        if len(text) > LONGEST_CELL:
            return Row(number=number, reason=f"“{path}”超过 {LONGEST_CELL} 字")
        _put(content, path.split("."), text)
    return Row(number=number, content=_with_parties(content))


def _cell(cell: Any) -> str:
    """Return a cell as text; numbers keep no ``.0``, a leading apostrophe of formula-safe files is dropped."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" else text


def _put(content: dict[str, Any], path: list[str], value: str) -> None:
    here = content
    for name in path[:-1]:
        here = here.setdefault(name, {})
    here[path[-1]] = value


def _with_parties(content: dict[str, Any]) -> dict[str, Json]:
    roles = {"0": "申请人", "1": "被申请人"}
    numbered = content.get("parties") or {}
    parties = [
        {"id": f"P{int(place) + 1}", "role": roles[place], "type": "自然人", **party}
        for place, party in sorted(numbered.items())
    ]
    return {**content, "parties": parties} if parties else content


def _lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), start=1):
        if number > MOST_ROWS:
            raise IntakeInvalid([f"超过 {MOST_ROWS} 行，请分批导入"])
        if line.strip():
            yield _line(number, line)


def _line(number: int, line: str) -> Row:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return Row(number=number, reason="不是有效的 JSON")
    if not isinstance(content, dict):
        return Row(number=number, reason="每行应为一个 JSON 对象")
    return Row(number=number, content=content)
