"""Who does a task, in the standard's own words: ``potentialOwner``, ``humanPerformer`` with ``user(x)`` and ``group(x)``."""

from __future__ import annotations

import re
from typing import Final

from bpmn.diagram import extension
from bpmn.dialects import juel
from bpmn.dialects.notes import Notes, set_extension
from bpmn.dialects.values import try_feel
from bpmn.vocabulary import BPMN, RESOURCE_ROLES
from bpmn.xml import Element, local, text_of

_ENTRY: Final = re.compile(r"(user|group)\(([^()]*)\)")


def translate(root: Element, notes: Notes) -> None:
    """Take over resource assignments of user tasks; list those of other elements."""
    for element in list(root.iter(f"{{{BPMN}}}*")):
        if local(element) in RESOURCE_ROLES and (owner := element.getparent()) is not None:
            _assign(owner, element, notes)


def _assign(owner: Element, element: Element, notes: Notes) -> None:
    text = text_of(element.find(f".//{{{BPMN}}}resourceAssignmentExpression"))
    if local(owner) != "userTask" or not text:
        notes.noted(owner, "resources", "模型中写有资源角色，仅作说明，不用于分派。")
    elif local(element) in ("humanPerformer", "performer"):
        _performer(owner, text, notes)
    else:
        _owners(owner, text, notes)


def _performer(owner: Element, text: str, notes: Notes) -> None:
    plain = _ENTRY.sub(r"\2", text)
    if extension(owner, "assignee") is None and (
        feel := try_feel(notes, owner, "办理人", plain, literal=True)
    ):
        set_extension(owner, "assignee", f"={feel}")
        notes.understood(owner, f"办理人「{text}」。")


def _owners(owner: Element, text: str, notes: Notes) -> None:
    if juel.is_juel(text) or text.startswith("="):
        notes.unused(
            owner, "candidates-not-imported", f"候选「{text[:80]}」未被采用。", "请用 jf:roles 写明角色。"
        )
        return
    groups = [name for kind, name in _ENTRY.findall(text) if kind == "group"]
    groups = groups or [one for one in text.split(",") if "(" not in one]
    if groups:
        set_extension(owner, "roles", " ".join("_".join(one.split()) for one in groups if one.strip()))
        notes.understood(owner, f"候选组「{', '.join(groups)}」作为角色。")
