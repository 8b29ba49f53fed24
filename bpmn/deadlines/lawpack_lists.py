"""Reading the plain lists of the law pack: roles, code lists, papers, parameter sets, calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bpmn import toml
from bpmn.deadlines.calendar import OFFICE_HOURS, Calendar, OfficeSpan, china
from bpmn.deadlines.errors import CalendarInvalid
from bpmn.deadlines.findings import Findings
from bpmn.deadlines.rules import Source
from bpmn.deadlines.year_table import parse_year_table


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role of the organisation, e.g. ``R07`` 专职人民调解员."""

    code: str
    name: str
    name_en: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Code:
    """One entry of a code list; ``parent`` is the code above it."""

    code: str
    name: str
    name_en: str = ""
    parent: str | None = None
    note: str = ""
    retired: bool = False  #: no longer offered; what holds it keeps its name


@dataclass(frozen=True, kw_only=True)
class CodeList:
    """A list to choose from, in the order shown to people."""

    key: str
    name: str
    name_en: str
    codes: tuple[Code, ...]
    sources: tuple[Source, ...] = ()

    def find(self, code: str) -> Code | None:
        """Return the entry *code*; None when the list does not have it."""
        return next((entry for entry in self.codes if entry.code == code), None)


@dataclass(frozen=True, kw_only=True)
class LawPaper:
    """A document (文书) of the list W01–W30 with its basis."""

    code: str
    name: str
    name_en: str
    sources: tuple[Source, ...]
    contents: str = ""


@dataclass(frozen=True, kw_only=True)
class ParameterSet:
    """
    Numbers that change with time, each ``Decimal`` or text. A missing key is missing on purpose: whoever
    needs it refuses instead of guessing.
    """

    id: str
    kind: str  #: e.g. ``compensation``, ``court-fees``, ``small-claims``, ``thresholds``
    name: str
    values: Mapping[str, Any]
    valid_from: date | None = None
    valid_to: date | None = None
    region: str = ""
    year: int | None = None  #: statistical year
    sources: tuple[Source, ...] = ()
    confidence: str = "P"
    verify: bool = False
    note: str = ""
    confidences: Mapping[str, str] = field(default_factory=dict)  #: of single values

    def is_valid_on(self, day: date) -> bool:
        """Say whether the set applies on *day*."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def read_roles(document: Mapping[str, Any], findings: Findings) -> dict[str, Role]:
    """Return roles by code."""
    roles: dict[str, Role] = {}
    for entry in document.get("role", []):
        code = str(entry.get("code", ""))
        if code in roles or not entry.get("name"):
            findings.error(
                "role-entry", f"角色“{code}”重复或没有名称。", "请改正 roles.toml。", "roles.toml", code
            )
            continue
        names = {key: str(entry.get(key, "")) for key in ("name", "name_en", "note")}
        roles[code] = Role(code=code, **names)
    return roles


def read_code_lists(
    document: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> dict[str, CodeList]:
    """Return code lists by key."""
    lists: dict[str, CodeList] = {}
    for key, entry in document.items():
        codes = tuple(_code(item) for item in entry.get("codes", []))
        seen = [code.code for code in codes]
        for twice in sorted({code for code in seen if seen.count(code) > 1}):
            findings.error(
                "code-duplicate", f"代码表“{key}”中“{twice}”重复。", "请删去一条。", "code-lists.toml", key
            )
        for orphan in (code for code in codes if code.parent is not None and code.parent not in seen):
            findings.error(
                "code-orphan",
                f"代码表“{key}”中“{orphan.code}”的上级不存在。",
                "请改正。",
                "code-lists.toml",
                key,
            )
        lists[key] = CodeList(
            key=key,
            name=str(entry.get("name", key)),
            name_en=str(entry.get("name_en", key)),
            codes=codes,
            sources=sources_of(key, entry, sources, "code-lists.toml", findings),
        )
    return lists


def _code(item: Any) -> Code:
    if isinstance(item, str):
        return Code(code=item, name=item)
    if isinstance(item, list):
        code, name, *rest = (str(part) for part in item)
        return Code(code=code, name=name, name_en=rest[0] if rest else "")
    given = {key: str(item.get(key, "")) for key in ("code", "name", "name_en", "note")}
    return Code(parent=item.get("parent"), retired=bool(item.get("retired")), **given)


def read_papers(
    document: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> dict[str, LawPaper]:
    """Return papers by code."""
    papers: dict[str, LawPaper] = {}
    for entry in document.get("paper", []):
        code = str(entry.get("code", ""))
        if code in papers:
            findings.error(
                "paper-duplicate", f"文书“{code}”登记了两次。", "请删去一条。", "papers.toml", code
            )
        papers[code] = LawPaper(
            code=code,
            name=str(entry.get("name", "")),
            name_en=str(entry.get("name_en", "")),
            sources=sources_of(code, entry, sources, "papers.toml", findings),
            contents=str(entry.get("contents", "")),
        )
    return papers


def sources_of(
    code: str, entry: Mapping[str, Any], sources: Mapping[str, Source], file: str, findings: Findings
) -> tuple[Source, ...]:
    """Return the sources that an entry rests on; an unknown one is a finding."""
    for source_id in entry.get("basis", []):
        if source_id not in sources:
            message = f"“{code}”的依据“{source_id}”没有登记。"
            findings.error("unknown-source", message, "请在 sources.toml 登记，或改正编号。", file, code)
    return tuple(sources[source_id] for source_id in entry.get("basis", []) if source_id in sources)


def read_parameter_sets(
    document: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> dict[str, ParameterSet]:
    """Return parameter sets by id; floats are refused by writing amounts as strings."""
    sets: dict[str, ParameterSet] = {}
    for entry in document.get("set", []):
        code = str(entry.get("id", ""))
        if not code or code in sets or not entry.get("kind"):
            findings.error(
                "parameter-set", f"参数组“{code}”重复，或缺少 id、kind。", "请改正。", "parameters.toml", code
            )
            continue
        sets[code] = _parameter_set(code, entry, sources, findings)
    return sets


def _parameter_set(
    code: str, entry: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> ParameterSet:
    confidence = str(entry.get("confidence", "P"))
    return ParameterSet(
        id=code,
        kind=str(entry["kind"]),
        name=str(entry.get("name", code)),
        values=MappingProxyType({key: exact(value) for key, value in entry.get("values", {}).items()}),
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        region=str(entry.get("region", "")),
        year=entry.get("year"),
        sources=sources_of(code, entry, sources, "parameters.toml", findings),
        confidence=confidence,
        verify=bool(entry.get("verify", confidence.startswith("T"))),
        note=str(entry.get("note", "")),
        confidences=MappingProxyType(dict(entry.get("confidences", {}))),
    )


def exact(value: Any) -> Any:
    """Return numbers, and strings that are numbers, as ``Decimal``; lists item by item; text as it is."""
    if isinstance(value, list):
        return tuple(exact(item) for item in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return Decimal(str(value))
    if isinstance(value, str) and value.replace(".", "", 1).isdecimal() and value.isascii():
        return Decimal(value)
    return value


def read_calendar(path: Path, hours: Mapping[str, Any], findings: Findings) -> Calendar:
    """Return the packaged calendar with the pack's years, movable festivals and office hours."""
    calendar = replace(china(), office_hours=_office_hours(hours, findings), movable=_movable(path))
    for file in sorted(path.glob("calendars/*.csv")):
        try:
            year, table = parse_year_table(file.read_text(encoding="utf-8-sig"), source=file.name)
            calendar = calendar.with_year(year, table)
        except (CalendarInvalid, UnicodeDecodeError) as error:
            findings.error("calendar-invalid", f"{file.name}：{error}", "请改正后重新导入。", file.name)
    return calendar


def _movable(path: Path) -> Mapping[date, str]:
    file = path / "calendars" / "festivals.toml"
    if not file.exists():
        return MappingProxyType({})
    document = toml.loads(file.read_text(encoding="utf-8"))
    days = {day: name for name, listed in document.get("festivals", {}).items() for day in listed}
    return MappingProxyType(days)


def _office_hours(document: Mapping[str, Any], findings: Findings) -> tuple[OfficeSpan, ...]:
    given = document.get("hours")
    if given is None:
        return OFFICE_HOURS
    spans = tuple(OfficeSpan(opens=item["opens"], closes=item["closes"]) for item in given)
    edges = [edge for span in spans for edge in (span.opens, span.closes)]
    if not spans or not all(isinstance(edge, time) for edge in edges) or edges != sorted(set(edges)):
        findings.error(
            "office-hours", "办公时间为空、颠倒或重叠。", "请按先后写上下午的起止时间。", "office-hours.toml"
        )
        return OFFICE_HOURS
    return spans
