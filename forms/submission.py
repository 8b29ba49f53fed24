"""
What a browser or a program sends: bounded, nested, and still raw.

An HTML form sends flat pairs (``parties.0.name``); a program sends JSON of the same shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from bpmn.model import Json
from forms.components.dynamiclist import most_rows
from forms.errors import Problem, SubmissionInvalid
from forms.field import Field, Kind
from forms.locale import N_
from forms.model import Form
from forms.registry import component_of
from forms.rows import ROW_NAME
from forms.tree import at, merged, put

MAX_PAIRS = 5_000
MAX_NODES = 20_000
MAX_DEPTH = 12
MAX_CHARACTERS = 1024 * 1024

ACTION_NAME = "_do"  #: name of every submit button
COUNT_NAME = "__n"  #: hidden number of rows of a list

_ACTION = re.compile(r"(submit|save|add|remove|upload|drop)(?::([\w.]{1,300}))?(?::([A-Za-z0-9_-]{1,64}))?")


@dataclass(frozen=True)
class Action:
    """What the pressed button asks for."""

    verb: str  #: submit, save, add, remove, upload or drop
    path: str = ""  #: the list or file field, e.g. ``parties``
    item: str = ""  #: row number or file id


def action_of(pairs: Iterable[tuple[str, object]]) -> Action:
    """
    Return what was pressed; plain Enter and anything unknown submit.

    >>> action_of([("_do", "remove:parties:1")])
    Action(verb='remove', path='parties', item='1')
    """
    pressed = [str(value) for name, value in pairs if name == ACTION_NAME]
    match = _ACTION.fullmatch(pressed[-1]) if pressed else None
    return Action(match[1], match[2] or "", match[3] or "") if match else Action("submit")


def ensure_bounded(submission: Json) -> None:
    """
    Refuse a submission that is too large or too deep, before anything else looks at it.

    Raises:
        SubmissionInvalid: with one problem for the whole submission.
    """
    waiting: list[tuple[Json, int]] = [(submission, 1)]
    nodes = characters = 0
    while waiting:
        item, depth = waiting.pop()
        nodes += 1
        characters += len(item) if isinstance(item, str) else 0
        if nodes > MAX_NODES or characters > MAX_CHARACTERS or depth > MAX_DEPTH:
            raise _refused(N_("提交的内容过大或层次过深，请减少内容后再提交"))
        if isinstance(item, Mapping):
            characters += sum(len(str(name)) for name in item)
            waiting.extend((value, depth + 1) for value in item.values())
        elif isinstance(item, list | tuple):
            waiting.extend((value, depth + 1) for value in item)
    if not isinstance(submission, Mapping):
        raise _refused(N_("提交的内容应为 JSON 对象"))


def _refused(message: str) -> SubmissionInvalid:
    return SubmissionInvalid([Problem("", message, message)])


def from_pairs(form: Form, pairs: Iterable[tuple[str, object]]) -> dict[str, Json]:
    """
    Return the nested submission of an HTML form.

    Args:
        form: the form that was shown; names it does not know are left out.

        pairs: names and texts in the order sent, at most 5,000; values that are no text (file bodies) are left out.

    Raises:
        SubmissionInvalid: too many or too large.
    """
    sent: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(pairs):
        if number >= MAX_PAIRS:
            raise _refused(N_("提交的内容过大或层次过深，请减少内容后再提交"))
        if isinstance(value, str):
            sent.setdefault(name, []).append(value)
    ensure_bounded(sent)
    return _nested(form.fields, sent, "")


def _nested(fields: Sequence[Field], sent: Mapping[str, list[str]], prefix: str) -> dict[str, Json]:
    raw: dict[str, Json] = {}
    for field in fields:
        name = prefix + ".".join(field.path)
        component = component_of(field)
        if component.kind is Kind.GROUP:
            inner = _nested(field.fields, sent, name + "." if field.path else prefix)
            _merge_in(raw, field.path, inner)
        elif component.kind is Kind.LIST:
            put(raw, field.path, _rows(field, sent, name))
        elif component.kind is Kind.VALUE and name in sent:
            put(raw, field.path, sent[name] if component.is_many else sent[name][-1])
    return raw


def _merge_in(raw: dict[str, Json], path: tuple[str, ...], inner: dict[str, Json]) -> None:
    for name, value in inner.items():
        here = (*path, name)
        put(raw, here, merged(at(raw, here), value) if isinstance(value, dict) else value)


def _rows(field: Field, sent: Mapping[str, list[str]], name: str) -> list[dict[str, Json]]:
    rows = []
    for index in range(_row_count(field, sent, name)):
        row = _nested(field.fields, sent, f"{name}.{index}.")
        if f"{name}.{index}.{ROW_NAME}" in sent:
            row[ROW_NAME] = sent[f"{name}.{index}.{ROW_NAME}"][-1]
        rows.append(row)
    return rows


def _row_count(field: Field, sent: Mapping[str, list[str]], name: str) -> int:
    told = sent.get(f"{name}.{COUNT_NAME}", [""])[-1]
    if told.isascii() and told.isdigit() and len(told) <= 4:
        count = int(told)
    else:
        seen = (other[len(name) + 1 :].split(".", 1)[0] for other in sent if other.startswith(name + "."))
        count = 1 + max(
            (int(part) for part in seen if part.isascii() and part.isdigit() and len(part) <= 4), default=-1
        )
    # One row more than allowed is enough for validation to say that there are too many.
    return min(count, most_rows(field) + 1)


def applied(form: Form, submission: Mapping[str, Json], action: Action) -> dict[str, Json]:
    """
    Return the submission after a button inside the form: a row added or removed, a file dropped.

    Anything the form does not allow changes nothing.
    """
    raw = deepcopy(dict(submission))
    field = form.field_at(action.path)
    if field is None:
        return raw
    is_list = component_of(field).kind is Kind.LIST
    items = _items_at(raw, action.path, create=is_list and action.verb == "add")
    if items is None:
        return raw
    if is_list and field.settings.get("allowAddRemove", True):
        _change_rows(field, items, action)
    elif action.verb == "drop" and component_of(field).is_many:
        items[:] = [item for item in items if _id_of(item) != action.item]
    return raw


def _change_rows(field: Field, rows: list[Json], action: Action) -> None:
    if action.verb == "add" and len(rows) < most_rows(field):
        rows.append({})
    elif action.verb == "remove" and action.item.isdigit() and int(action.item) < len(rows):
        del rows[int(action.item)]


def _id_of(item: Json) -> Json:
    return item.get("id") if isinstance(item, dict) else item


def _items_at(raw: dict[str, Json], path: str, *, create: bool) -> list[Json] | None:
    node: Json = raw
    parts = path.split(".")
    for index, part in enumerate(parts):
        if isinstance(node, list):
            node = node[int(part)] if part.isdigit() and int(part) < len(node) else None
        elif isinstance(node, dict):
            if create and part not in node:
                node[part] = [] if index == len(parts) - 1 else {}
            node = node.get(part)
    return node if isinstance(node, list) else None
