"""Diagrams compared: processes by id, in them nodes, flows and lanes by id."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bpmn import dialects
from bpmn.diagram import Diagram, extension
from bpmn.difference import routes
from bpmn.difference.aspects import Seen, differences
from bpmn.difference.change import Area, Change, Kind, quoted, regrouped, turned
from bpmn.difference.elements import Drawn, kind_of
from bpmn.difference.names import Names
from bpmn.difference.timing import plain
from bpmn.errors import DeploymentInvalid
from bpmn.xml import local, read, text_of

_PROCESS: Final = re.compile(r"<(?:[\w.-]+:)?process\s[^>]*")
_ATTRIBUTE: Final = re.compile(r'\s(id|name)="([^"]*)"')
ROOTS: Final = {
    "message": ("消息", "name"),
    "signal": ("信号", "name"),
    "error": ("错误", "errorCode"),
    "escalation": ("升级", "escalationCode"),
}


def of_diagrams(before: Mapping[str, bytes], after: Mapping[str, bytes], names: Names) -> tuple[Change, ...]:
    """Return the changes between two sets of BPMN files (name -> content), process by process."""
    known = {**_names(before), **_names(after)}
    names = replace(names, processes={**known, **names.processes})
    same = {name for name in before if before[name] == after.get(name)}
    before, after = ({key: data for key, data in one.items() if key not in same} for one in (before, after))
    broken = [*_unreadable(before, "原来"), *_unreadable(after, "现在")]
    # What cannot be read on one side must not look removed or added.
    unread = {change.file for change in broken}
    before, after = ({key: data for key, data in one.items() if key not in unread} for one in (before, after))
    old, new = _drawn(before), _drawn(after)
    found = (change for key in _keys(old, new) for change in _process(old.get(key), new.get(key), names))
    placed = (_placed(one, names.processes) for one in found) if len(known) > 1 else found
    return (*broken, *_roots(old, new), *placed)


def _placed(change: Change, processes: Mapping[str, str]) -> Change:
    """Put the name of the process before what is said of something in it."""
    is_own = change.element_ids == (change.process_id,)
    return change if is_own else replace(change, place=processes.get(change.process_id, ""))


def _names(files: Mapping[str, bytes]) -> dict[str, str]:
    """Process id -> name, without reading files that did not change."""
    tags = (tag for data in files.values() for tag in _PROCESS.findall(data.decode("utf-8", "replace")))
    found = (dict(_ATTRIBUTE.findall(tag)) for tag in tags)
    return {
        one["id"]: " ".join(html.unescape(one.get("name") or one["id"]).split())
        for one in found
        if "id" in one
    }


def _keys(old: Mapping[str, Drawn], new: Mapping[str, Drawn]) -> list[str]:
    return [*new, *(key for key in old if key not in new)]


def _drawn(files: Mapping[str, bytes]) -> dict[str, Drawn]:
    found: dict[str, Drawn] = {}
    for name, data in files.items():
        diagram = _diagram(name, data)
        if diagram is not None:
            found = {**{one.get("id") or "": Drawn(diagram, one) for one in diagram.processes}, **found}
    return found


def _diagram(name: str, data: bytes) -> Diagram | None:
    try:
        root = read(data, file=name)
    except DeploymentInvalid:
        return None
    dialects.translate(root, file=name)
    return Diagram(root, name)


def _unreadable(files: Mapping[str, bytes], when: str) -> Iterator[Change]:
    for name, data in files.items():
        if _diagram(name, data) is None:
            yield Change(
                area=Area.DIAGRAM,
                kind=Kind.CHANGED,
                file=name,
                text=f"{when}的文件{quoted(name)}读不懂，没有比较",
            )


def _process(old: Drawn | None, new: Drawn | None, names: Names) -> Iterator[Change]:
    if old is None or new is None:
        yield from _whole(old, new)
        return
    before = replace(old, later=new, passing=frozenset(old.nodes.keys() - new.nodes.keys()))
    after = replace(new, passing=frozenset(new.nodes.keys() - old.nodes.keys()))
    make = _Maker(before, after)
    yield from make.own(names)
    yield from make.lanes()
    yield from make.nodes(names)
    yield from (make.change(*one) for one in routes.of_flows(before, after))


def _whole(old: Drawn | None, new: Drawn | None) -> Iterator[Change]:
    for one, kind, word in ((new, Kind.ADDED, "新增"), (old, Kind.REMOVED, "删去")):
        if one is not None:
            text = f"{word}流程{quoted(one.name)}，共{len(one.steps)}步"
            file = one.diagram.file
            yield Change(
                area=Area.DIAGRAM, kind=kind, text=text, file=file, process_id=one.id, element_ids=(one.id,)
            )


class _Maker:
    """The changes inside one process that both states have."""

    def __init__(self, before: Drawn, after: Drawn) -> None:
        self.before, self.after = before, after

    def change(self, kind: Kind, text: str, *elements: str) -> Change:
        return Change(
            area=Area.DIAGRAM,
            kind=kind,
            text=text,
            file=self.after.diagram.file,
            process_id=self.after.id,
            element_ids=elements,
        )

    def own(self, names: Names) -> Iterator[Change]:
        """What is said of the process itself."""
        before, after = self.before.process, self.after.process
        who = f"流程{quoted(self.before.name)}"
        if self.before.name != self.after.name:
            yield self.change(Kind.CHANGED, f"{who}改名为{quoted(self.after.name)}", self.after.id)
        for what, key, known in (
            ("可以发起的人", "starters", names.roles),
            ("依据", "source", names.sources),
            ("整个案件的期限", "deadline", names.deadlines),
        ):
            a, b = (names.several(known, extension(one, key) or "") for one in (before, after))
            if a != b:
                yield self.change(Kind.CHANGED, regrouped(f"{who}的{what}", a, b), self.after.id)
        for what, key in (("案件标题", "title"), ("按单位发起", "each")):
            a, b = (plain(extension(one, key) or "") for one in (before, after))
            if a != b:
                yield self.change(Kind.CHANGED, turned(f"{who}的{what}", _or(a), _or(b)), self.after.id)
        a, b = (text_of(next(iter(one.iterfind("{*}documentation")), None)) for one in (before, after))
        if a != b:
            yield self.change(Kind.CHANGED, turned(f"{who}的说明", _or(a), _or(b)), self.after.id)

    def lanes(self) -> Iterator[Change]:
        """Lanes that came, went or have another name."""
        old, new = self.before.lanes, self.after.lanes
        for key in [*new, *(one for one in old if one not in new)]:
            a, b = (None if one is None else one.get("name") or key for one in (old.get(key), new.get(key)))
            if a is None:
                yield self.change(Kind.ADDED, f"新增泳道{quoted(b)}", key)
            elif b is None:
                yield self.change(Kind.REMOVED, f"删去泳道{quoted(a)}", key)
            elif a != b:
                yield self.change(Kind.CHANGED, f"泳道{quoted(a)}改名为{quoted(b)}", key)

    def nodes(self, names: Names) -> Iterator[Change]:
        """Nodes that came, went or say something else."""
        for key, node in self.after.nodes.items():
            old = self.before.nodes.get(key)
            if old is None:
                yield self.change(Kind.ADDED, self._came(key, names), key)
                continue
            seen = (
                Seen(drawn=self.before, node=old, names=names),
                Seen(drawn=self.after, node=node, names=names),
            )
            yield from (self.change(Kind.CHANGED, text, key) for text in differences(*seen))
        for key in self.before.nodes:
            if key not in self.after.nodes:
                yield self.change(Kind.REMOVED, routes.went(self.before, key), key)

    def _came(self, key: str, names: Names) -> str:
        node = self.after.nodes[key]
        who = names.handlers(extension(node, "roles") or "", extension(node, "at") or "")
        what = f"新增{kind_of(node)}{self.after.called(key)}{f'，由{who}办理' if who else ''}"
        return f"{what}：{routes.standing(self.after, key)}"


def _or(text: str) -> str:
    return quoted(text) if text else ""


def _roots(old: Mapping[str, Drawn], new: Mapping[str, Drawn]) -> Iterator[Change]:
    """Messages, signals and codes that keep their id and change their name: one sentence for all that use them."""
    told: set[str] = set()
    for key, after in new.items():
        before = old.get(key)
        for root in before.diagram.root if before else ():
            same = after.diagram.by_id.get(root.get("id") or "")
            if not isinstance(root.tag, str) or local(root) not in ROOTS or same is None:
                continue
            word, attribute = ROOTS[local(root)]
            a, b = root.get(attribute) or root.get("name"), same.get(attribute) or same.get("name")
            text = f"{word}{quoted(a)}改名为{quoted(b)}"
            if a != b and text not in told:
                told.add(text)
                users = tuple(_users(after, root.get("id") or ""))
                yield Change(
                    area=Area.DIAGRAM,
                    kind=Kind.CHANGED,
                    text=text,
                    file=after.diagram.file,
                    process_id=key,
                    element_ids=users,
                )


def _users(drawn: Drawn, root_id: str) -> Iterator[str]:
    for key, node in drawn.nodes.items():
        holders = [node, *node]
        if any(
            (value or "").rpartition(":")[2] == root_id
            for one in holders
            for name, value in one.items()
            if str(name).endswith("Ref")
        ):
            yield key
