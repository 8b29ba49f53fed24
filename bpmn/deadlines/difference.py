"""Two law packs compared: time limits, ladders, sources, roles, lists and parameter sets, one sentence a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bpmn import toml
from bpmn.deadlines.rules import UNIT_WORDS, DeadlineClass, Unit
from bpmn.difference.change import Area, Change, Kind, quoted, turned

Entry = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A list of the law pack: where its entries stand, their key, and what one is called."""

    word: str
    table: str  #: name of the array in the file
    key: str
    title: str


LISTS: Final[Mapping[str, _Kept]] = {
    "deadlines.toml": _Kept(word="期限", table="deadline", key="code", title="name"),
    "ladders.toml": _Kept(word="提醒阶梯", table="ladder", key="code", title="name"),
    "sources.toml": _Kept(word="依据", table="source", key="id", title="title"),
    "roles.toml": _Kept(word="角色", table="role", key="code", title="name"),
    "papers.toml": _Kept(word="文书", table="paper", key="code", title="name"),
    "parameters.toml": _Kept(word="参数", table="set", key="id", title="name"),
}
WORDS: Final = {
    "name": "名称",
    "class": "性质",
    "start": "起算点",
    "extension": "延长办法",
    "may_pause": "可否中止",
    "pause_reasons": "中止事由",
    "at_expiry": "届满处理",
    "basis": "依据",
    "ladder": "提醒阶梯",
    "roll": "末日逢休息日顺延",
    "direction": "计算方向",
    "note": "备注",
    "rungs": "各级提醒",
    "values": "数值",
    "contents": "应写内容",
    "article": "条款",
    "title": "标题",
    "version": "版本",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "confidence": "核对程度",
    "hours": "办公时间",
    "codes": "代码",
    "year": "年度",
    "region": "地区",
    "moves_off_rest_days": "提醒避开休息日",
    "later": "届满以后的要求",
}


def of_lawpacks(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Return the changes between the files (name -> content) of two law packs."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        change for name in names for change in _file(name, before.get(name, b""), after.get(name, b""))
    )


def of_entry(section: str, code: str, before: Entry, after: Entry) -> tuple[Change, ...]:
    """Return the changes of one entry; *section* as in an amendment, an empty *before* = it is new."""
    if section == "list":
        return tuple(_change("code-lists.toml", code, *told) for told in _list(code, before, after))
    file = {"deadline": "deadlines.toml", "set": "parameters.toml"}[section]
    old = {code: before} if before else {}
    return tuple(_entries(file, LISTS[file], old, {code: after}))


def _file(name: str, before: bytes, after: bytes) -> Iterator[Change]:
    if before == after:
        return
    old, new = _toml(before), _toml(after)
    if old is None or new is None or not name.endswith(".toml"):
        yield _change(name, "", Kind.CHANGED, f"法规包的文件{quoted(name)}有改动")
        return
    kept = LISTS.get(name)
    if kept is None:
        yield from _plain(name, old, new)
        return
    a, b = ({str(one.get(kept.key)): one for one in root.get(kept.table, [])} for root in (old, new))
    yield from _entries(name, kept, a, b)
    if name == "sources.toml":
        acts = _Kept(word="法规", table="act", key="code", title="title")
        a, b = ({str(one.get("code")): one for one in root.get("act", [])} for root in (old, new))
        yield from _entries(name, acts, a, b)


def _toml(data: bytes) -> Entry | None:
    try:
        return toml.loads(data.decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return None


def _change(file: str, key: str, kind: Kind, text: str) -> Change:
    return Change(area=Area.LAW, kind=kind, text=text, file=file, element_ids=(key,) if key else ())


def _entries(file: str, kept: _Kept, old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Iterator[Change]:
    for key, entry in new.items():
        who = f"{kept.word} {key}{_title(kept, old.get(key, entry))}"
        if key not in old:
            length = f"，{_length(entry)}" if "length" in entry else ""
            yield _change(file, key, Kind.ADDED, f"新增{who}{length}")
            continue
        yield from (_change(file, key, Kind.CHANGED, text) for text in _facts(who, old[key], entry))
    for key, entry in old.items():
        if key not in new:
            yield _change(file, key, Kind.REMOVED, f"删去{kept.word} {key}{_title(kept, entry)}")


def _title(kept: _Kept, entry: Entry) -> str:
    title = entry.get(kept.title)
    return quoted(title) if title else ""


def _facts(who: str, old: Entry, new: Entry) -> Iterator[str]:
    a, b = _length(old), _length(new)
    if a != b:
        yield f"{who}{f'由{a}改为{b}' if a and b else f'设为{b}' if b else f'不再有长度，原为{a}'}"
    for key in [*new, *(one for one in old if one not in new)]:
        if key not in ("length", "unit", "name_en") and old.get(key) != new.get(key):
            yield from _fact(who, key, old.get(key), new.get(key))


def _fact(who: str, key: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping) and key == "values":
        for name in [*new, *(one for one in old if one not in new)]:
            if old.get(name) != new.get(name):
                yield turned(f"{who}的{name}", said(name, old.get(name)), said(name, new.get(name)))
    elif key == "rungs" and isinstance(old, Sequence) and isinstance(new, Sequence):
        yield from _rungs(who, old, new)
    else:
        yield turned(f"{who}的{WORDS.get(key, key)}", said(key, old), said(key, new))


def _rungs(who: str, old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[str]:
    if len(old) == len(new):
        for number, (a, b) in enumerate(zip(old, new, strict=True), start=1):
            if a != b:
                yield turned(f"{who}的第{number}级提醒", quoted(_rung(a)), quoted(_rung(b)))
        return
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    yield from (f"{who}新增一级提醒{quoted(_rung(one))}" for one in come)
    yield from (f"{who}删去一级提醒{quoted(_rung(one))}" for one in gone)


def _rung(rung: Entry) -> str:
    if "percent" in rung:
        when = f"到{rung['percent']}%"
    elif "working_days_before" in rung:
        when = f"届满前{rung['working_days_before']}个工作日"
    elif "working_days_after" in rung:
        when = f"届满后{rung['working_days_after']}个工作日"
    else:
        when = "届满时"
    told = "、".join(str(one).replace("notify:", "通知") for one in rung.get("actions", ()))
    return f"{when}：{rung.get('label', '')}（{told}）"


def _length(entry: Entry) -> str:
    """
    Return the length of a period in words.

    >>> _length({"length": 5, "unit": "WD"})
    '5个工作日'
    """
    unit = str(entry.get("unit", "CD"))
    word = UNIT_WORDS[Unit(unit)] if unit in set(Unit) else unit
    return f"{entry['length']}{word}" if "length" in entry else ""


def _klass(value: Any) -> str:
    return DeadlineClass(value).chinese if value in set(DeadlineClass) else str(value)


def _extension(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    by = _length(value) or "不限长度"
    times = f"{value['times']}次" if "times" in value else "不限次数"
    return f"延长{by}，{times}{'，' + str(value['condition']) if value.get('condition') else ''}"


SPOKEN: Final[Mapping[str, Callable[[Any], str]]] = {"class": _klass, "extension": _extension}


def said(key: str, value: Any) -> str:
    """
    Return a value of the law pack in words, empty for none.

    >>> said("class", "LOCK"), said("may_pause", False), said("basis", ["TJGD-33", "SEED"]), said("note", None)
    ('“法定期限”', '“否”', '“TJGD-33、SEED”', '')
    """
    if value is None or value == []:
        return ""
    if key in SPOKEN:
        return quoted(SPOKEN[key](value))
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    if isinstance(value, list):
        return quoted("、".join(_item(one) for one in value))
    return quoted(_item(value))


def _item(value: Any) -> str:
    if isinstance(value, Mapping):
        return "，".join(str(one) for one in value.values())
    return "–".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _plain(file: str, old: Entry, new: Entry) -> Iterator[Change]:
    """A file of single values or of named lists: code lists, office hours, festivals, the version."""
    for key in [*new, *(one for one in old if one not in new)]:
        a, b = old.get(key), new.get(key)
        if a == b:
            continue
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            yield from (_change(file, key, *told) for told in _list(key, a, b))
        elif isinstance(a, Mapping) or isinstance(b, Mapping):
            word, one = ("新增", b) if a is None else ("删去", a)
            kind = Kind.ADDED if a is None else Kind.REMOVED
            yield _change(file, key, kind, f"{word}列表{quoted((one or {}).get('name', key))}")
        else:
            yield _change(
                file, key, Kind.CHANGED, turned(f"法规包的{WORDS.get(key, key)}", said(key, a), said(key, b))
            )


def _list(key: str, old: Entry, new: Entry) -> Iterator[tuple[Kind, str]]:
    who = f"列表{quoted(old.get('name', key))}"
    for name in [*new, *(one for one in old if one not in new)]:
        a, b = old.get(name), new.get(name)
        if name == "codes" and isinstance(a, list) and isinstance(b, list):
            yield from _codes(who, {_code(one): one for one in a}, {_code(one): one for one in b})
        elif a != b:
            yield Kind.CHANGED, turned(f"{who}的{WORDS.get(name, name)}", said(name, a), said(name, b))


def _code(entry: Any) -> str:
    return str(
        entry.get("code") if isinstance(entry, Mapping) else entry[0] if isinstance(entry, list) else entry
    )


def _label(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return str(entry.get("name", entry.get("code")))
    return str(entry[1]) if isinstance(entry, list) and len(entry) > 1 else _code(entry)


def _is_retired(entry: Any) -> bool:
    return isinstance(entry, Mapping) and bool(entry.get("retired"))


def _codes(who: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    for code, entry in new.items():
        if code not in old:
            yield Kind.ADDED, f"{who}新增选项{quoted(_label(entry))}（{code}）"
        elif _label(old[code]) != _label(entry):
            yield Kind.CHANGED, f"{who}的选项{quoted(_label(old[code]))}改名为{quoted(_label(entry))}"
        elif _is_retired(old[code]) != _is_retired(entry):
            done = "停用" if _is_retired(entry) else "恢复使用"
            yield Kind.CHANGED, f"{who}的选项{quoted(_label(entry))}（{code}）{done}"
        elif old[code] != entry:
            yield Kind.CHANGED, f"{who}的选项{quoted(_label(entry))}的其他内容有改动"
    for code, entry in old.items():
        if code not in new:
            yield Kind.REMOVED, f"{who}删去选项{quoted(_label(entry))}（{code}）"
