"""
Reading the holiday arrangement of a year as staff type it: a CSV with the columns 日期, 类型, 名称.

日期 is one day (``2027-01-01``) or a stretch (``2027-01-01~2027-01-03``); 类型 is 休 or 班.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from bpmn.deadlines.calendar import YearTable
from bpmn.deadlines.errors import CalendarInvalid

LONGEST_STRETCH_DAYS = 31
KINDS = {"休": "rest", "放假": "rest", "班": "work", "上班": "work"}


def parse_year_table(text: str, *, source: str = "人工导入") -> tuple[int, YearTable]:
    """
    Return the year and its table.

    Args:
        text: CSV with a header line; a byte-order mark and empty lines are accepted.
        source: where the table came from, shown in explanations.

    Raises:
        CalendarInvalid: names the line and what is wrong with it.

    >>> year, table = parse_year_table("日期,类型,名称\\n2027-01-01~2027-01-03,休,元旦")
    >>> year, len(table.rest)
    (2027, 3)
    """
    days: dict[str, dict[date, str]] = {"rest": {}, "work": {}}
    for number, row in _rows(text):
        kind = KINDS.get(row.get("类型") or "")
        if kind is None:
            raise CalendarInvalid(f"第{number}行：类型“{row.get('类型') or ''}”应为“休”或“班”。")
        for day in _stretch(row.get("日期") or "", number):
            days[kind][day] = row.get("名称") or "调休"
    years = {day.year for day in (*days["rest"], *days["work"])}
    if len(years) != 1:
        raise CalendarInvalid("一张表只能有一个年份的日期，且不能为空。请按年份分开导入。")
    return years.pop(), YearTable(rest=days["rest"], work=days["work"], source=source)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), restval="")
    if not {"日期", "类型"} <= set(reader.fieldnames or ()):
        raise CalendarInvalid("表头应有“日期”“类型”“名称”三列，请按样表填写。")
    for row in reader:
        if any(row.values()):
            yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if isinstance(k, str)}


def _stretch(text: str, number: int) -> Iterator[date]:
    first, _, last = text.partition("~")
    start = _day(first, number)
    days = (_day(last, number) - start).days if last else 0
    if not 0 <= days <= LONGEST_STRETCH_DAYS:
        raise CalendarInvalid(f"第{number}行：“{text}”的起止日期颠倒或过长，请核对。")
    return (start + timedelta(days=i) for i in range(days + 1))


def _day(text: str, number: int) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise CalendarInvalid(f"第{number}行：“{text}”不是日期，应写成 2027-01-01。") from None
