"""Two states of a scenario compared: start, steps, what is expected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from bpmn.difference import Area, Change, Kind
from bpmn.difference.change import quoted, turned
from workflows.scenarios import model as scenario_model

PARTS: Final = {
    "title": "标题",
    "start": "开始",
    "expect": "预期结果",
    "services": "系统回答",
    "periods": "期限核算",
    "case": "编号",
}


def of_scenarios(before: bytes | None, after: bytes | None, *, file: str) -> tuple[Change, ...]:
    """Return the changes between two states of one scenario file; None where it is not there."""
    if PurePosixPath(file).name == scenario_model.SAMPLES:
        return _samples(before, after, file)
    old, new = _raw(before), _raw(after)
    if before is None or after is None:
        word, kind, one = ("新增", Kind.ADDED, new) if before is None else ("删去", Kind.REMOVED, old)
        return (Change(area=Area.SCENARIO, kind=kind, text=f"{word}{_named(one, file)}", file=file),)
    return tuple(
        Change(area=Area.SCENARIO, kind=kind, text=text, file=file)
        for kind, text in _facts(_named(old, file), old, new)
    )


def _samples(before: bytes | None, after: bytes | None, file: str) -> tuple[Change, ...]:
    old, new = _raw(before), _raw(after)
    keys = [key for key in [*new, *(one for one in old if one not in new)] if old.get(key) != new.get(key)]
    return tuple(
        Change(area=Area.SCENARIO, kind=Kind.CHANGED, text=f"演练用的典型答案{quoted(key)}有改动", file=file)
        for key in keys
    )


def _raw(data: bytes | None) -> Mapping[str, Any]:
    try:
        found = scenario_model.loads(data or b"")
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _named(raw: Mapping[str, Any], file: str) -> str:
    title = raw.get("title")
    return f"演练用例{quoted(raw.get('case') or PurePosixPath(file).stem)}{f'（{title}）' if title else ''}"


def _facts(who: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    for key in [*new, *(one for one in old if one not in new)]:
        a, b = old.get(key), new.get(key)
        if a == b:
            continue
        if key == "steps":
            yield from _steps(who, a or [], b or [])
        elif key in ("title", "case"):
            yield Kind.CHANGED, turned(f"{who}的{PARTS[key]}", quoted(a) if a else "", quoted(b) if b else "")
        else:
            yield Kind.CHANGED, f"{who}的{PARTS.get(key, key)}有改动：{_said(b)}"


def _steps(who: str, old: list[Any], new: list[Any]) -> Iterator[tuple[Kind, str]]:
    for number, (a, b) in enumerate(zip(old, new, strict=False), start=1):
        if a != b:
            yield Kind.CHANGED, f"{who}第{number}步{turned('', _said(a), _said(b))}"
    for number in range(len(old) + 1, len(new) + 1):
        yield Kind.ADDED, f"{who}新增第{number}步：{_said(new[number - 1])}"
    for number in range(len(new) + 1, len(old) + 1):
        yield Kind.REMOVED, f"{who}删去第{number}步：{_said(old[number - 1])}"


def _said(value: Any) -> str:
    return quoted(json.dumps(value, ensure_ascii=False, default=str).replace('"', ""))
