"""Turning attribute values of other tools into FEEL: literals, ``=`` FEEL and ``${…}``."""

from __future__ import annotations

import re
from typing import Final

from bpmn.dialects import juel
from bpmn.dialects.notes import Notes
from bpmn.xml import Element

_CONSTANT: Final = re.compile(r"(?:=\s*|[$#]\{\s*)([\"'])([^\"'\\\\]*)\1\s*\}?\Z")


def feel_of(text: str, *, literal: bool) -> str:
    """
    Return FEEL (without leading ``=``) for *text* as another tool wrote it.

    Args:
        text: ``=…`` is FEEL already, ``${…}`` is translated.
        literal: what plain text means: True a string, False an expression.

    Raises:
        NotTranslatable: see ``juel.translate``.
    """
    text = text.strip()
    if text.startswith("="):
        return text[1:].strip()
    if juel.is_juel(text):
        return juel.translate(text)
    return juel.quoted(text) if literal else text


def try_feel(notes: Notes, element: Element, what: str, text: str, *, literal: bool) -> str | None:
    """Return FEEL for *text*; where it cannot be had, note the refusal of *what* and return None."""
    try:
        return feel_of(text, literal=literal)
    except juel.NotTranslatable as reason:
        notes.refused(
            element,
            "expression-not-translatable",
            f"{what}「{text.strip()[:120]}」不能照原意翻译：{reason.message}",
            "请改写为 FEEL，或先用任务把结果存入变量再引用该变量。",
        )
        return None


def constant(text: str) -> str:
    """
    Return the text inside an expression that is nothing but a string, else *text* itself.

    >>> constant('="invoice"'), constant("${'invoice'}"), constant("=name")
    ('invoice', 'invoice', '=name')
    """
    match = _CONSTANT.match(text.strip())
    return match[2] if match else text


def words(text: str) -> str:
    """
    Return a comma-separated list of names as our space-separated one; spaces inside a name become ``_``.

    >>> words("sales, human resources")
    'sales human_resources'
    """
    return " ".join("_".join(one.split()) for one in text.split(",") if one.strip())
