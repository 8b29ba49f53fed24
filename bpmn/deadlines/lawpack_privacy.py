"""Reading the law pack's ``privacy.toml``: which personal data there are, what for, and how long they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bpmn import feel
from bpmn.deadlines.findings import Findings
from bpmn.deadlines.lawpack_lists import CodeList, sources_of
from bpmn.deadlines.rules import Source
from bpmn.model import Value

FILE = "privacy.toml"
CLASSES = frozenset({"general", "sensitive", "health", "special", "confidential"})
ACTIONS = frozenset({"anonymise", "erase", "keep"})
DAYS_OF = {"Y": 365, "CD": 1}


@dataclass(frozen=True, kw_only=True)
class DataField:
    """One kind of personal data: for which purposes it may be looked at, and how it is masked."""

    key: str  #: as in the variables, e.g. ``idNo``
    name: str
    name_en: str
    kind: str  #: ``general``, ``sensitive``, ``health``, ``special``, ``confidential``
    purposes: tuple[str, ...]  #: codes of the list ``purposes``; empty = never shown clear on a page
    masked: str  #: what stands there instead, in words
    legal_ground: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """How long one kind of record is kept after its case has ended, and what happens then."""

    code: str
    name: str
    processes: tuple[
        str, ...
    ]  #: beginnings of process keys; ``*`` = any other; empty = no case, see *target*
    length: int
    unit: str  #: ``Y`` or ``CD``
    action: str  #: ``anonymise``, ``erase`` or ``keep``
    sources: tuple[Source, ...]
    when: str = ""  #: FEEL over the case's variables; empty = always
    target: str = "case"  #: ``case``, ``drafts`` or ``audit``
    note: str = ""

    def due_on(self, ended_on: date) -> date:
        """
        Return the first day on which the record need no longer be kept.

        >>> rule = RetentionRule(code="K", name="", processes=(), length=3, unit="Y", action="anonymise", sources=())
        >>> rule.due_on(date(2024, 2, 29))
        datetime.date(2027, 3, 1)
        """
        if self.unit == "CD":
            return date.fromordinal(ended_on.toordinal() + self.length)
        try:
            return ended_on.replace(year=ended_on.year + self.length)
        except ValueError:  # 29 February
            return date(ended_on.year + self.length, 3, 1)

    def fits(self, process_key: str, variables: Mapping[str, Value]) -> bool:
        """Tell whether the rule is for a case of this process with these variables."""
        named = any(process_key.startswith(start) for start in self.processes)
        return named and (not self.when or feel.evaluate(self.when, dict(variables)) is True)


def rule_for(
    rules: Mapping[str, RetentionRule], process_key: str, variables: Mapping[str, Value]
) -> RetentionRule | None:
    """Return the rule by which a case is kept longest; the rule for any other case when none is for it."""
    fitting = [rule for rule in rules.values() if rule.fits(process_key, variables)]
    rest = [rule for rule in rules.values() if "*" in rule.processes]
    return max(fitting or rest, key=lambda rule: rule.length * DAYS_OF[rule.unit], default=None)


def read_fields(
    document: Mapping[str, Any],
    lists: Mapping[str, CodeList],
    sources: Mapping[str, Source],
    findings: Findings,
) -> dict[str, DataField]:
    """Return fields by key; a field with an unknown class or purpose is refused."""
    known = {code.code for code in lists["purposes"].codes} if "purposes" in lists else set()
    fields: dict[str, DataField] = {}
    for entry in document.get("field", []):
        key = str(entry.get("key", ""))
        purposes = tuple(map(str, entry.get("purposes", [])))
        if not key or key in fields or entry.get("class") not in CLASSES or not known.issuperset(purposes):
            message = f"个人信息项“{key}”重复，或类别、用途代码不对。"
            findings.error(
                "privacy-field", message, "请改正；用途见 code-lists.toml 的 purposes。", FILE, key
            )
            continue
        fields[key] = DataField(
            key=key,
            name=str(entry.get("name", key)),
            name_en=str(entry.get("name_en", "")),
            kind=str(entry["class"]),
            purposes=purposes,
            masked=str(entry.get("masked", "")),
            legal_ground=str(entry.get("legal_ground", "")),
            sources=sources_of(key, entry, sources, FILE, findings),
        )
    return fields


def read_retention(
    document: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> dict[str, RetentionRule]:
    """Return retention rules by code; a rule without a length, or with an unknown unit or action, is refused."""
    rules: dict[str, RetentionRule] = {}
    for entry in document.get("retention", []):
        code, length = str(entry.get("code", "")), entry.get("length")
        sound = isinstance(length, int) and length > 0 and entry.get("unit") in DAYS_OF
        if not code or code in rules or not sound or entry.get("action") not in ACTIONS:
            message = f"保存期限“{code}”重复，或年限、单位、处理方式不对。"
            findings.error(
                "retention-rule", message, "单位为 Y 或 CD，处理为 anonymise、erase 或 keep。", FILE, code
            )
            continue
        rules[code] = RetentionRule(
            code=code,
            name=str(entry.get("name", code)),
            processes=tuple(map(str, entry.get("processes", []))),
            length=int(entry["length"]),
            unit=str(entry["unit"]),
            action=str(entry["action"]),
            sources=sources_of(code, entry, sources, FILE, findings),
            when=str(entry.get("when", "")),
            target=str(entry.get("target", "case")),
            note=str(entry.get("note", "")),
        )
    return rules
