"""Two templates of a paper compared block by block, one sentence a change."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bpmn import toml
from bpmn.difference.change import Area, Change, Kind, quoted, turned

Raw = Mapping[str, Any]
KINDS: Final = {
    "heading": "标题",
    "paragraph": "段落",
    "items": "逐条列出",
    "grid": "表格",
    "table": "清单",
    "signatures": "签名",
    "seal": "落款和印章",
    "line": "横线",
    "page-break": "分页",
    "section": "部分",
}
WORDS: Final = {
    "text": "文字",
    "when": "出现条件",
    "over": "逐项依据",
    "as": "每项名称",
    "rows": "内容",
    "columns": "栏目",
    "widths": "栏宽",
    "organ": "落款单位",
    "date": "日期",
    "label": "签名人",
    "labels": "签名人",
    "note": "注",
    "empty": "没有内容时的文字",
    "numbering": "编号方式",
    "align": "对齐",
}
HEAD: Final = {"title": "标题", "number": "文号", "source": "依据", "version": "版本", "code": "编号"}


def of_papers(before: bytes | None, after: bytes | None, *, file: str) -> tuple[Change, ...]:
    """Return the changes between two states of one template (TOML); None where it is not there."""
    old, new = _toml(before), _toml(after)
    if before is None or after is None:
        word, kind, one = ("新增", Kind.ADDED, new) if before is None else ("删去", Kind.REMOVED, old)
        return (Change(area=Area.PAPER, kind=kind, text=f"{word}{_named(one, file)}", file=file),)
    if not old or not new:
        return (
            Change(area=Area.PAPER, kind=Kind.CHANGED, text=f"文书{quoted(file)}读不懂，没有比较", file=file),
        )
    who = _named(old, file)
    told = [*_head(who, old, new), *_blocks(who, "", old.get("blocks") or [], new.get("blocks") or [])]
    return tuple(Change(area=Area.PAPER, kind=kind, text=text, file=file) for kind, text in told)


Told = tuple[Kind, str]


def _toml(data: bytes | None) -> Raw:
    try:
        return toml.loads((data or b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _named(raw: Raw, file: str) -> str:
    return f"文书{raw.get('code', '')}{quoted(raw.get('title') or file)}"


def _head(who: str, old: Raw, new: Raw) -> Iterator[Told]:
    for key, word in HEAD.items():
        if old.get(key) != new.get(key):
            yield Kind.CHANGED, turned(f"{who}的{word}", _said(old.get(key)), _said(new.get(key)))


def _blocks(who: str, within: str, old: Sequence[Raw], new: Sequence[Raw]) -> Iterator[Told]:
    matcher = difflib.SequenceMatcher(None, _written(old), _written(new), autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(b - a, d - c)
        for i in range(pairs):
            yield from _pair(who, f"{within}第{a + i + 1}段", old[a + i], new[c + i])
        for i in range(a + pairs, b):
            yield Kind.REMOVED, f"{who}删去{within}第{i + 1}段{_shown(old[i])}"
        for i in range(c + pairs, d):
            yield Kind.ADDED, f"{who}在{within}第{i + 1}段新增{_shown(new[i])}"


def _written(blocks: Sequence[Raw]) -> list[str]:
    return [json.dumps(one, sort_keys=True, ensure_ascii=False, default=str) for one in blocks]


def _pair(who: str, where: str, old: Raw, new: Raw) -> Iterator[Told]:
    if old.get("kind") != new.get("kind"):
        yield Kind.CHANGED, f"{who}的{where}由{_shown(old)}改为{_shown(new)}"
        return
    for key in [*new, *(one for one in old if one not in new)]:
        a, b = old.get(key), new.get(key)
        if a == b:
            continue
        if key == "blocks":
            yield from _blocks(who, f"{where}里的", a or [], b or [])
        elif key in ("rows", "columns") and isinstance(a, list) and isinstance(b, list):
            yield from ((Kind.CHANGED, text) for text in _rows(f"{who}的{where}", key, a, b))
        else:
            word = f"{KINDS.get(str(new.get('kind')), '')}{'的' if key != 'text' else ''}{WORDS.get(key, key) if key != 'text' else ''}"
            yield Kind.CHANGED, turned(f"{who}的{where}{word}", _said(a), _said(b))


def _rows(where: str, key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    word = "行" if key == "rows" else "栏"
    matcher = difflib.SequenceMatcher(
        None, [str(one) for one in old], [str(one) for one in new], autojunk=False
    )
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(b - a, d - c)
        for i in range(pairs):
            gone, come = _cells(old[a + i], new[c + i])
            yield turned(f"{where}表格第{a + i + 1}{word}", _said(gone), _said(come))
        yield from (f"{where}表格删去第{i + 1}{word}{_said(_texts(old[i]))}" for i in range(a + pairs, b))
        yield from (f"{where}表格新增第{i + 1}{word}{_said(_texts(new[i]))}" for i in range(c + pairs, d))


def _cells(old: Any, new: Any) -> tuple[list[str], list[str]]:
    """Only the cells that differ."""
    a, b = _texts(old), _texts(new)
    if len(a) != len(b):
        return a, b
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return [x for x, _ in differing], [y for _, y in differing]


def _texts(row: Any) -> list[str]:
    return [str(one) for one in (row.values() if isinstance(row, Mapping) else row)]


def _shown(block: Raw) -> str:
    text = block.get("text") or block.get("organ") or block.get("label") or ""
    return f"{KINDS.get(str(block.get('kind')), block.get('kind'))}{quoted(text) if text else ''}"


def _said(value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    return quoted("、".join(str(one) for one in value) if isinstance(value, list) else value)
