"""
Tables as files that a spreadsheet opens: CSV and XLSX, a row at a time, nothing in them is ever run.

A cell that begins like a formula is text: in XLSX by its type, in CSV by an apostrophe before it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from typing import IO, Any, Final, Literal, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from bpmn.deadlines.calendar import ZONE

Format = Literal["csv", "xlsx"]
Cell = str | int | float | datetime | None
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
LONGEST_CELL: Final = 32_000  #: a spreadsheet's own limit is 32,767
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Writer(Protocol):
    """Takes a table's rows."""

    def row(self, cells: Sequence[Cell]) -> None:
        """Append a row."""


class _Csv:
    def __init__(self, out: Any) -> None:
        self._rows = csv.writer(out)

    def row(self, cells: Sequence[Cell]) -> None:
        self._rows.writerow([safe_text(cell) for cell in cells])


class _Xlsx:
    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def row(self, cells: Sequence[Cell]) -> None:
        self._sheet.append([self._cell(cell) for cell in cells])

    def _cell(self, cell: Cell) -> Any:
        if isinstance(cell, datetime):
            return cell.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
        if not isinstance(cell, str):
            return cell
        text = speakable(cell)
        if not text.startswith("="):
            return text
        # openpyxl would make a formula of it.
        found = WriteOnlyCell(self._sheet, value=text)
        found.data_type = "s"
        return found


@contextmanager
def writing(out: IO[bytes], format_: Format, heading: Sequence[str], *, title: str) -> Iterator[Writer]:
    """Open a table with its heading; leaving the block finishes the file."""
    if format_ == "csv":
        text = TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        writer: Writer = _Csv(text)
        writer.row(heading)
        yield writer
        text.detach()
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet(speakable(title)[:31])
    sheet.freeze_panes = "A2"
    for number, words in enumerate(heading):
        sheet.column_dimensions[_column(number)].width = max(12, 2 * len(words) + 2)
    sheet.append([_bold(sheet, words) for words in heading])
    yield _Xlsx(sheet)
    book.save(out)


def _bold(sheet: Any, words: str) -> Any:
    found = WriteOnlyCell(sheet, value=words)
    found.font = Font(bold=True)
    return found


def _column(number: int) -> str:
    return chr(65 + number)


def safe_text(cell: Cell) -> str:
    """
    Return a cell as CSV text that no spreadsheet runs.

    >>> safe_text("=cmd|'/c calc'!A1"), safe_text("张*"), safe_text(None), safe_text(-3)
    ("'=cmd|'/c calc'!A1", '张*', '', '-3')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if not isinstance(cell, str):
        return str(cell)
    text = speakable(cell)
    return (
        f"'{text}"
        if text.lstrip(" \u3000\u00a0").startswith(DANGEROUS) or text.startswith(("\t", "\r", "\n"))
        else text
    )


def speakable(text: str) -> str:
    """Return text without what no file format holds, cut where a spreadsheet would cut it."""
    return _UNSPEAKABLE.sub("", text)[:LONGEST_CELL]
