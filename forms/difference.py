"""Two forms compared field by field, one sentence a change; how the JSON is written makes no difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bpmn.difference.change import Area, Change, Kind, listed, narrowed, quoted, turned
from bpmn.model import Json
from forms.lint import name_of

Raw = Mapping[str, Json]
TYPES: Final = {
    "text": "说明文字",
    "separator": "分隔线",
    "spacer": "空白",
    "textfield": "单行文本",
    "textarea": "多行文本",
    "number": "数字",
    "datetime": "日期时间",
    "select": "下拉选择",
    "radio": "单选",
    "checkbox": "勾选",
    "checklist": "多选",
    "filepicker": "附件",
    "group": "分组",
    "dynamiclist": "可增减的列表",
}
LIMITS: Final = {
    "minLength": "最少字数",
    "maxLength": "最多字数",
    "min": "最小值",
    "max": "最大值",
    "pattern": "格式要求",
    "validationType": "格式要求",
}
PROPERTIES: Final = {
    "check": "校验",
    "min": "最少",
    "max": "最多",
    "itemLabel": "每项的名称",
    "hint": "填写提示",
    "codeList": "选项来源",
}


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """A component with where it stands."""

    raw: Raw
    within: str  #: key of the container, empty at the top


def of_forms(before: bytes | None, after: bytes | None, *, file: str) -> tuple[Change, ...]:
    """
    Return the changes between two states of one form; None where it is not there.

    Args:
        file: path inside the pack.
    """
    old, new = _schema(before), _schema(after)
    if before is None or after is None:
        word, kind, one = ("新增", Kind.ADDED, new) if before is None else ("删去", Kind.REMOVED, old)
        return (Change(area=Area.FORM, kind=kind, text=f"{word}表单{quoted(_title(one, file))}", file=file),)
    if not old or not new:
        return (
            Change(area=Area.FORM, kind=Kind.CHANGED, text=f"表单{quoted(file)}读不懂，没有比较", file=file),
        )
    who = f"表单{quoted(_title(old, file))}"
    told = [*_head(who, old, new, file), *_fields(who, _placed(old), _placed(new))]
    return tuple(
        Change(area=Area.FORM, kind=kind, text=text, file=file, element_ids=(key,))
        for kind, text, key in told
    )


Told = tuple[Kind, str, str]


def _schema(data: bytes | None) -> Raw:
    try:
        found = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _title(schema: Raw, file: str) -> str:
    properties = schema.get("properties")
    own = properties.get("title") if isinstance(properties, dict) else None
    return str(own or schema.get("title") or schema.get("id") or file)


def _head(who: str, old: Raw, new: Raw, file: str) -> Iterator[Told]:
    if _title(old, file) != _title(new, file):
        yield Kind.CHANGED, f"{who}改名为{quoted(_title(new, file))}", ""


def _placed(schema: Raw) -> dict[str, _Placed]:
    found: dict[str, _Placed] = {}
    waiting = [(one, "") for one in schema.get("components") or ()]
    while waiting:
        raw, within = waiting.pop(0)
        if not isinstance(raw, dict):
            continue
        key = str(raw.get("id") or raw.get("key") or raw.get("path") or f"{raw.get('type')}-{len(found)}")
        found[key] = _Placed(raw=raw, within=within)
        inner = [(one, key) for one in raw.get("components") or ()]
        waiting = [*inner, *waiting]
    return found


def named(raw: Raw) -> str:
    """Return a component as sentences name it: ``字段“姓名”``, ``说明文字“…”``."""
    kind = str(raw.get("type"))
    if kind in ("text", "separator", "spacer"):
        text = str(raw.get("text") or "").strip().lstrip("# ")
        return f"{TYPES[kind]}{quoted(text) if text else ''}"
    word = {"group": "分组", "dynamiclist": "列表"}.get(kind, "字段")
    return f"{word}{quoted(name_of(raw) or raw.get('key') or raw.get('path') or raw.get('id'))}"


def _fields(who: str, old: Mapping[str, _Placed], new: Mapping[str, _Placed]) -> Iterator[Told]:
    for key, placed in new.items():
        if key in old:
            yield from ((Kind.CHANGED, text, key) for text in _facts(who, old[key], placed, old, new))
        elif placed.within not in new or placed.within in old:
            yield Kind.ADDED, f"{who}新增{_described(placed.raw)}", key
    for key, placed in old.items():
        if key not in new and (placed.within not in old or placed.within in new):
            yield Kind.REMOVED, f"{who}删去{named(placed.raw)}", key
    yield from _moves(who, old, new)


def _described(raw: Raw) -> str:
    if raw.get("type") in ("text", "separator", "spacer"):
        return named(raw)
    inner = [named(one) for one in raw.get("components") or () if isinstance(one, dict)]
    parts = [TYPES.get(str(raw.get("type")), str(raw.get("type")))]
    parts += ["必填"] if (raw.get("validate") or {}).get("required") else []
    parts += [f"含{'、'.join(inner)}"] if inner else []
    return f"{named(raw)}（{'，'.join(parts)}）"


def _facts(
    who: str, before: _Placed, after: _Placed, old: Mapping[str, _Placed], new: Mapping[str, _Placed]
) -> Iterator[str]:
    a, b = before.raw, after.raw
    field = f"{who}的{named(a)}"
    if named(a) != named(b) and a.get("type") == b.get("type"):
        is_text = a.get("type") == "text"
        yield (
            f"{field}改为{quoted(str(b.get('text') or '').strip().lstrip('# '))}"
            if is_text
            else f"{field}改名为{quoted(name_of(b))}"
        )
    for what, read in FACETS.items():
        x, y = read(a), read(b)
        if x != y:
            yield turned(f"{field}的{what}", *narrowed(x, y, "，"))
    if _required(a) != _required(b):
        yield f"{field}由{_required(a)}改为{_required(b)}"
    yield from _options(field, _choices(a), _choices(b))
    if before.within != after.within:
        where = new.get(after.within)
        yield f"{field}移入{named(where.raw)}" if where else f"{field}移出{named(old[before.within].raw)}"


def _required(raw: Raw) -> str:
    return "必填" if (raw.get("validate") or {}).get("required") else "选填"


def _word(name: str) -> Callable[[Raw], str]:
    return lambda raw: _or(raw.get(name))


def _limits(raw: Raw) -> str:
    given = raw.get("validate") or {}
    return _or("，".join(f"{LIMITS[key]}{given[key]}" for key in LIMITS if given.get(key) not in (None, "")))


def _properties(raw: Raw) -> str:
    given = raw.get("properties") or {}
    return _or(
        "，".join(
            f"{PROPERTIES.get(key, key)}{value}" for key, value in given.items() if value not in (None, "")
        )
    )


def _conditional(raw: Raw) -> str:
    return _or(str((raw.get("conditional") or {}).get("hide") or "").removeprefix("="))


def _readonly(raw: Raw) -> str:
    return "只读" if raw.get("readonly") or raw.get("disabled") else "可填"


def _kind(raw: Raw) -> str:
    subtype = {"date": "日期", "time": "时间", "datetime": "日期和时间"}.get(str(raw.get("subtype") or ""))
    return _or(subtype or TYPES.get(str(raw.get("type")), raw.get("type")))


FACETS: Final[Mapping[str, Callable[[Raw], str]]] = {
    "类型": _kind,
    "数据名": lambda raw: _or(raw.get("key") or raw.get("path")),
    "填写限制": _limits,
    "校验": _properties,
    "隐藏条件": _conditional,
    "读写": _readonly,
    "默认值": lambda raw: _or(
        str(raw["defaultValue"]).removeprefix("=") if raw.get("defaultValue") is not None else ""
    ),
    "说明": _word("description"),
    "选项来源": lambda raw: _or(raw.get("valuesKey") or raw.get("valuesExpression")),
    "小数位数": _word("decimalDigits"),
    "单位": lambda raw: _or((raw.get("appearance") or {}).get("suffixAdorner")),
    "起始行数": _word("defaultRepetitions"),
}


def _or(value: Any) -> str:
    return quoted(value) if value not in (None, "", False) else ""


def _choices(raw: Raw) -> dict[str, str]:
    values = raw.get("values") or ()
    return {
        str(one.get("value")): str(one.get("label") or one.get("value"))
        for one in values
        if isinstance(one, dict)
    }


def _options(field: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    come, gone = [new[one] for one in new if one not in old], [old[one] for one in old if one not in new]
    if come:
        yield f"{field}新增选项{listed(come)}"
    if gone:
        yield f"{field}删去选项{listed(gone)}"
    yield from (
        f"{field}的选项{quoted(old[one])}改名为{quoted(new[one])}"
        for one in new
        if old.get(one, new[one]) != new[one]
    )
    if not come and not gone and list(old) != list(new):
        yield f"{field}的选项次序改为{listed(new.values())}"


def _moves(who: str, old: Mapping[str, _Placed], new: Mapping[str, _Placed]) -> Iterator[Told]:
    """One sentence for each field that has to move to get from one order to the other."""
    both = [key for key in new if key in old and old[key].within == new[key].within]
    order = [key for key in old if key in set(both)]
    for place, key in enumerate(both):
        if order[place] == key:
            continue
        mover = order[place] if place + 1 < len(order) and order[place + 1] == key else key
        order.remove(mover)
        order.insert(both.index(mover), mover)
        before = [one for one in both[: both.index(mover)] if new[one].within == new[mover].within]
        where = f"{named(new[before[-1]].raw)}之后" if before else "最前面"
        yield Kind.CHANGED, f"{who}的{named(new[mover].raw)}移到{where}", mover
