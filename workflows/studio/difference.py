"""
Two states of a whole pack compared in plain words: diagrams, tables, forms, papers, scenarios, settings, law pack.

Pure: path -> content in, sentences out. What people see first is what touches them: steps before forms before papers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from bpmn import toml
from bpmn.deadlines.difference import of_lawpacks
from bpmn.deadlines.lawpack import LawPack
from bpmn.difference import Area, Change, Names, of_diagrams, of_tables
from bpmn.difference.change import Kind, quoted, turned
from forms.difference import of_forms
from forms.documents.difference import of_papers
from workflows.studio.scenario_difference import of_scenarios

Files = Mapping[str, bytes]
SETTINGS: Final = "pack.toml"
SETTING_WORDS: Final = {
    "title": "名称",
    "owner": "归口单位",
    "version": "版本号",
    "effective_from": "生效日期",
    "law_basis": "依据",
    "uses": "共用的流程包",
    "start": "发起方式",
    "roles": "参与角色",
    "messages": "收发的消息",
    "calls": "尚未上线的后续流程",
    "message": "可人工录入的消息",
    "level_tags": "层级标签",
    "papers": "文书",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What changed from one state of a pack to another."""

    changes: tuple[Change, ...]
    is_identical: bool  #: not one byte differs

    @property
    def is_layout_only(self) -> bool:
        """Whether files differ, but nothing that anybody works by: 无实质变化."""
        return not self.is_identical and not self.changes


def of_packs(before: Files, after: Files, law: LawPack) -> Difference:
    """Return every change between two states of a pack (path -> content)."""
    if dict(before) == dict(after):
        return Difference(changes=(), is_identical=True)
    names = names_of([before, after], law)
    return Difference(changes=tuple(_changes(before, after, names)), is_identical=False)


def _changes(before: Files, after: Files, names: Names) -> Iterator[Change]:
    if "sources.toml" in {*before, *after}:
        yield from of_lawpacks(before, after)
        return
    yield from of_diagrams(_models(before, (".bpmn", ".xml")), _models(after, (".bpmn", ".xml")), names)
    yield from of_tables(_models(before, (".dmn",)), _models(after, (".dmn",)))
    for path in _differing(before, after):
        yield from _other(path, before.get(path), after.get(path))


def _models(files: Files, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.endswith(suffixes)}


def _differing(before: Files, after: Files) -> list[str]:
    """Paths of other files that differ, forms before papers before scenarios before the rest."""
    order = {"forms": 0, "documents": 1, "scenarios": 2}
    paths = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    paths = {path for path in paths if not path.endswith((".bpmn", ".xml", ".dmn"))}
    return sorted(paths, key=lambda path: (order.get(PurePosixPath(path).parts[0], 3), path))


def _other(path: str, before: bytes | None, after: bytes | None) -> Iterable[Change]:
    folder = PurePosixPath(path).parts[0]
    if folder == "forms":
        return of_forms(before, after, file=path)
    if folder == "documents":
        return of_papers(before, after, file=path)
    if folder == "scenarios":
        return of_scenarios(before, after, file=path)
    return _settings(before, after) if path == SETTINGS else _plain(path, before, after)


def _settings(before: bytes | None, after: bytes | None) -> Iterator[Change]:
    old, new = _toml(before), _toml(after)
    for key in [*new, *(one for one in old if one not in new)]:
        if old.get(key) != new.get(key):
            what = f"流程包的{SETTING_WORDS.get(key, key)}"
            text = turned(what, _said(old.get(key)), _said(new.get(key)))
            yield Change(area=Area.PACK, kind=Kind.CHANGED, text=text, file=SETTINGS, element_ids=(key,))


def _toml(data: bytes | None) -> Mapping[str, Any]:
    try:
        return toml.loads((data or b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return quoted("；".join(_flat(one) for one in value))
    return quoted(_flat(value))


def _flat(value: Any) -> str:
    return "，".join(str(one) for one in value.values()) if isinstance(value, Mapping) else str(value)


def _plain(path: str, before: bytes | None, after: bytes | None) -> Iterator[Change]:
    if before is None or after is None:
        word, kind = ("新增", Kind.ADDED) if before is None else ("删去", Kind.REMOVED)
        yield Change(area=Area.PACK, kind=kind, text=f"{word}文件{quoted(path)}", file=path)
    else:
        yield Change(area=Area.PACK, kind=Kind.CHANGED, text=f"文件{quoted(path)}的内容有改动", file=path)


def names_of(states: Iterable[Files], law: LawPack) -> Names:
    """Return what the codes in these states of a pack are called, the last state first."""
    forms: dict[str, str] = {}
    for files in states:
        forms |= {
            PurePosixPath(path).stem: _form_title(path, files[path])
            for path in files
            if path.startswith("forms/")
        }
    deadlines = {
        rule.code: f"{rule.name}，{rule.length}{rule.unit.chinese}" if rule.length else rule.name
        for rule in law.catalogue
    }
    return Names(
        roles={code: role.name for code, role in law.roles.items()},
        forms=forms,
        deadlines=deadlines,
        papers={code: paper.name for code, paper in law.papers.items()},
        sources={code: source.citation for code, source in law.sources.items()},
    )


def _form_title(path: str, data: bytes) -> str:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError):
        return PurePosixPath(path).stem
    properties = schema.get("properties") if isinstance(schema, dict) else None
    title = properties.get("title") if isinstance(properties, dict) else None
    return str(title or PurePosixPath(path).stem)
