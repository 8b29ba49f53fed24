"""Camunda 7 family: variables that go into and come out of a called process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bpmn.dialects.notes import Notes, add_extension
from bpmn.dialects.values import try_feel
from bpmn.vocabulary import BPMN, JF
from bpmn.xml import Element, local


def _in(owner: Element, entry: Element, notes: Notes) -> None:
    _mapping(owner, entry, "input", "allIn", notes)


def _out(owner: Element, entry: Element, notes: Notes) -> None:
    _mapping(owner, entry, "output", "allOut", notes)


def _mapping(owner: Element, entry: Element, kind: str, everything: str, notes: Notes) -> None:
    if local(owner) != "callActivity":
        notes.unused(owner, "vendor-feature", "这里的变量传递设置未被采用。", "变量传递只用于调用活动。")
    elif entry.get("variables") == "all":
        add_extension(owner, everything)
        notes.understood(owner, "传递全部变量。")
    elif entry.get("businessKey"):
        notes.understood(owner, "业务编号随调用传递。")
    else:
        _one(owner, entry, kind, notes)


def _one(owner: Element, entry: Element, kind: str, notes: Notes) -> None:
    target = entry.get("target") or entry.get("targetExpression") or ""
    text = entry.get("source") or entry.get("sourceExpression") or ""
    feel = try_feel(notes, owner, f"变量 {target}", text, literal=False)
    if feel:
        add_extension(owner, kind, target=target, source=f"={feel}")
        notes.understood(owner, f"{'传入' if kind == 'input' else '传出'}变量 {target} ← {text[:80]}。")


def _inherit(owner: Element, value: str, notes: Notes) -> None:
    if value == "true":
        add_extension(owner, "allIn")
        notes.understood(owner, "继承全部变量。")


def _ignored(owner: Element, value: str, notes: Notes) -> None:
    notes.noted(owner, "inheritBusinessKey", "业务编号总是随调用传递。")


def close_calls(root: Element, *, by_default: bool) -> None:
    """
    Say on every call activity what does not pass, once all its mappings are known.

    Args:
        root: Tree of a file.

        by_default: True for the Camunda 7 family, where nothing passes without a mapping; else only what a model
            closes itself is closed.
    """
    for call in root.iter(f"{{{BPMN}}}callActivity"):
        words = {
            local(one) for one in call.iterfind(f"{{{BPMN}}}extensionElements/*") if isinstance(one.tag, str)
        }
        for kind, everything in (("input", "allIn"), ("output", "allOut")):
            closed = call.attrib.pop(f"{{{JF}}}{everything}", "") != "" or by_default
            if closed and not words & {kind, everything}:
                add_extension(call, everything, enabled="false")


ATTRIBUTES: Final[dict[str, Callable[[Element, str, Notes], None]]] = {
    "inheritVariables": _inherit,
    "inheritBusinessKey": _ignored,
    "businessKey": _ignored,
}  #: attribute -> how it is taken over

ELEMENTS: Final[dict[str, Callable[[Element, Element, Notes], None]]] = {
    "in": _in,
    "out": _out,
}  #: extension element -> how it is taken over
