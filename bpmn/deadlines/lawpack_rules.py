"""Reading ``ladders.toml`` and ``deadlines.toml``, with every reference followed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bpmn.deadlines.catalogue import Catalogue
from bpmn.deadlines.findings import Findings
from bpmn.deadlines.rules import (
    MOMENT_UNITS,
    ROLLING_UNITS,
    DeadlineClass,
    Direction,
    Extension,
    Kind,
    Ladder,
    Rule,
    RungRule,
    Source,
    Unit,
)

LADDERS, DEADLINES = "ladders.toml", "deadlines.toml"
ANCHORS = ("percent", "working_days_before", "working_days_after", "after_expiry")
LONGEST = 36_600  #: a length beyond a hundred years of days is a slip of the pen
RULE_KEYS = frozenset(
    [
        "code",
        "name",
        "name_en",
        "class",
        "kind",
        "length",
        "unit",
        "direction",
        "roll",
        "start",
        "start_hour_counts",
        "until_close_of_business",
        "extension",
        "may_pause",
        "pause_reasons",
        "at_expiry",
        "basis",
        "confidence",
        "ladder",
        "verify",
        "note",
    ]
)


def read_ladders(document: Mapping[str, Any], findings: Findings) -> dict[str, Ladder]:
    """Return the escalation ladders by code."""
    ladders: dict[str, Ladder] = {}
    for entry in document.get("ladder", []):
        code = str(entry.get("code", ""))
        if code in ladders:
            findings.error(
                "ladder-duplicate", f"阶梯“{code}”登记了两次。", "请删去重复的一条。", LADDERS, code
            )
        ladders[code] = Ladder(
            code=code,
            name=str(entry.get("name", code)),
            moves_off_rest_days=bool(entry.get("moves_off_rest_days", True)),
            rungs=tuple(_rung(code, rung, findings) for rung in entry.get("rungs", [])),
            later=str(entry.get("later", "")),
        )
    return ladders


def _rung(code: str, entry: Mapping[str, Any], findings: Findings) -> RungRule:
    if sum(anchor in entry for anchor in ANCHORS) != 1:
        findings.error(
            "rung-anchor",
            f"阶梯“{code}”的“{entry.get('label', '')}”应当且只能有一个时间点。",
            f"请在 {'、'.join(ANCHORS)} 中写一个。",
            LADDERS,
            code,
        )
    return RungRule(
        label=str(entry.get("label", "")),
        actions=tuple(str(action) for action in entry.get("actions", [])),
        percent=entry.get("percent"),
        working_days_before=entry.get("working_days_before"),
        working_days_after=entry.get("working_days_after"),
        after_expiry=bool(entry.get("after_expiry", False)),
        is_red=bool(entry.get("is_red", False)),
        hour=int(entry.get("hour", 9)),
        moments_only=bool(entry.get("moments_only", False)),
    )


def read_catalogue(
    document: Mapping[str, Any],
    sources: Mapping[str, Source],
    ladders: Mapping[str, Ladder],
    findings: Findings,
) -> Catalogue:
    """Return the catalogue; entries with an error are reported and left out."""
    rules: dict[str, Rule] = {}
    for entry in document.get("deadline", []):
        code = str(entry.get("code", ""))
        if code in rules:
            findings.error(
                "deadline-duplicate", f"期限“{code}”登记了两次。", "请删去重复的一条。", DEADLINES, code
            )
            continue
        rule = _rule(code, entry, sources, ladders, findings)
        if rule is not None:
            rules[code] = rule
    return Catalogue(MappingProxyType(rules))


def _rule(
    code: str,
    entry: Mapping[str, Any],
    sources: Mapping[str, Source],
    ladders: Mapping[str, Ladder],
    findings: Findings,
) -> Rule | None:
    if not _is_sound(code, entry, sources, ladders, findings):
        return None
    unit = Unit(entry.get("unit", "CD"))
    klass = DeadlineClass(entry["class"])
    confidence = str(entry.get("confidence", ""))
    return Rule(
        code=code,
        name=str(entry["name"]),
        name_en=str(entry.get("name_en", "")),
        klass=klass,
        sources=tuple(sources[source_id] for source_id in entry.get("basis", [])),
        unit=unit,
        length=int(entry.get("length", 0)),
        kind=Kind(entry.get("kind", "period")),
        direction=Direction(entry.get("direction", "forward")),
        roll=bool(entry.get("roll", unit in ROLLING_UNITS)),
        start=str(entry.get("start", "")),
        start_hour_counts=bool(entry.get("start_hour_counts", True)),
        until_close_of_business=bool(entry.get("until_close_of_business", False)),
        extension=_extension(entry, unit),
        may_pause=bool(entry.get("may_pause", True)),
        pause_reasons=tuple(entry.get("pause_reasons", [])),
        at_expiry=str(entry.get("at_expiry", "")),
        ladder=ladders.get(str(entry.get("ladder") or default_ladder(klass, unit))),
        verify=bool(entry.get("verify", confidence.startswith("T"))),
        note=str(entry.get("note", "")),
    )


def default_ladder(klass: DeadlineClass, unit: Unit) -> str:
    """Return the ladder of entries that name none."""
    if klass is DeadlineClass.PARAM:
        return "L-A" if unit in MOMENT_UNITS else "L-B"
    return "L-S" if klass is DeadlineClass.LOCK else "L-X"


def _extension(entry: Mapping[str, Any], unit: Unit) -> Extension | None:
    given = entry.get("extension")
    if given is None:
        return None
    return Extension(
        unit=Unit(given.get("unit", unit)),
        length=given.get("length"),
        times=given.get("times"),
        condition=str(given.get("condition", "")),
    )


def _is_sound(
    code: str,
    entry: Mapping[str, Any],
    sources: Mapping[str, Source],
    ladders: Mapping[str, Ladder],
    findings: Findings,
) -> bool:
    problems = [
        *_word_problems(entry),
        *_length_problems(entry),
        *_extension_problems(entry),
        *_reference_problems(entry, sources, ladders),
    ]
    for kind, message, remedy in problems:
        findings.error(kind, f"期限“{code or '（无编号）'}”：{message}", remedy, DEADLINES, code or None)
    return not problems


Problem = tuple[str, str, str]


def _word_problems(entry: Mapping[str, Any]) -> list[Problem]:
    problems = [
        ("deadline-incomplete", f"缺少 {key}。", f"请补写 {key}。")
        for key in ("code", "name", "class")
        if not entry.get(key)
    ]
    problems += [
        ("deadline-unknown-key", f"不认识的项“{key}”。", "请核对拼写。")
        for key in sorted(set(entry) - RULE_KEYS)
    ]
    for key, words in (("class", DeadlineClass), ("unit", Unit), ("kind", Kind), ("direction", Direction)):
        if key in entry and entry[key] not in set(words):
            allowed = "、".join(word.value for word in words)
            problems.append((f"deadline-{key}", f"{key} 的值“{entry[key]}”不认识。", f"可以写：{allowed}。"))
    return problems


def _length_problems(entry: Mapping[str, Any]) -> list[Problem]:
    length = entry.get("length")
    if entry.get("kind", "period") != "period":
        return []
    if not isinstance(length, int) or isinstance(length, bool) or not 0 <= length <= LONGEST:
        return [("deadline-length", f"长度“{length}”不是合理的整数。", "请写 0 以上的整数，单位写在 unit。")]
    if entry.get("roll") and entry.get("unit") in MOMENT_UNITS:
        return [("deadline-roll", "按小时、分钟计算的期限不因休息日顺延。", "请删去 roll = true。")]
    if entry.get("direction", "forward") != "forward" and entry.get("unit") not in {"CD", "WD", "M"}:
        return [("deadline-direction", "倒数的期限只能按日、工作日或月计算。", "请改用 CD、WD 或 M。")]
    return []


def _extension_problems(entry: Mapping[str, Any]) -> list[Problem]:
    given = entry.get("extension")
    if given is None:
        return []
    if entry.get("direction", "forward") != "forward":
        return [("deadline-extension", "倒数的期限不能延长。", "请删去 extension。")]
    unit = given.get("unit", entry.get("unit"))
    if unit not in set(Unit) or (unit in MOMENT_UNITS and unit != entry.get("unit")):
        return [
            ("deadline-extension", f"延长的单位“{unit}”不合适。", "请用与期限相同的单位，或日、工作日、月。")
        ]
    if entry.get("unit") in MOMENT_UNITS and unit != entry.get("unit"):
        return [("deadline-extension", f"延长的单位“{unit}”不合适。", "请用与期限相同的单位。")]
    return []


def _reference_problems(
    entry: Mapping[str, Any], sources: Mapping[str, Source], ladders: Mapping[str, Ladder]
) -> list[Problem]:
    basis = entry.get("basis", [])
    problems = [
        ("deadline-unknown-source", f"依据“{source_id}”没有登记。", "请在 sources.toml 登记，或改正编号。")
        for source_id in basis
        if source_id not in sources
    ]
    if not any(source_id in sources and sources[source_id].confidence != "P" for source_id in basis) and (
        entry.get("class") == "LOCK"
    ):
        problems.append(("deadline-lock-without-source", "法定期限没有法律依据。", "请在 basis 写明条文。"))
    if not basis:
        problems.append(("deadline-without-basis", "没有写依据。", "政策默认值请写 POLICY。"))
    if entry.get("ladder") and entry["ladder"] not in ladders:
        problems.append(("deadline-unknown-ladder", f"阶梯“{entry['ladder']}”没有登记。", "请核对阶梯代码。"))
    return problems
