"""From the law pack's forms to members of its entries, and back to text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from api.i18n import gettext as _
from api.pages.frame import Posted
from bpmn.deadlines.lawpack_lists import ParameterSet
from bpmn.deadlines.rules import UNIT_WORDS, Rule, Unit
from bpmn.errors import Invalid

MOST_VALUES: Final = 60
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,30}")


def deadline_fields(form: Posted, rule: Rule) -> dict[str, Any]:
    """
    Return the members of a time limit that the form sets.

    Raises:
        Invalid: a number is none.
    """
    fields: dict[str, Any] = {"length": _number(form, "length", _("期限长度")), "unit": form.text("unit")}
    if rule.extension is not None:
        extension: dict[str, Any] = {"unit": str(rule.extension.unit), "condition": rule.extension.condition}
        for name in ("length", "times"):
            if form.text(f"extension_{name}"):
                extension[name] = _number(form, f"extension_{name}", _("延长"))
        fields["extension"] = {name: value for name, value in extension.items() if value != ""}
    if form.text("basis"):
        fields["basis"] = form.text("basis").split()
    fields["note"] = form.text("note")[:500] or None
    return fields


def parameter_fields(form: Posted, entry: ParameterSet | None) -> dict[str, Any]:
    """
    Return the members of a parameter set that the form sets; amounts stay text, nothing is rounded.

    Raises:
        Invalid: a line is no ``name = value``, or the new set's code is malformed.
    """
    fields: dict[str, Any] = {"values": _values(form.text("values"))}
    if entry is None:
        if not _CODE.fullmatch(form.text("code")):
            raise Invalid(_("编号用大写字母、数字和短横线，例如 JS-2025。"))
        fields |= {"kind": form.text("kind"), "region": form.text("region")[:20]}
        fields |= {"name": form.text("name")[:80] or form.text("code"), "confidence": "P"}
        if form.text("year"):
            fields["year"] = _number(form, "year", _("统计年度"))
    for name in ("valid_from", "valid_to"):
        if form.text(name):
            fields[name] = form.text(name)
    if form.text("basis"):
        fields["basis"] = form.text("basis").split()
    return fields


def _values(text: str) -> dict[str, str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = dict(_value(line) for line in lines[:MOST_VALUES])
    if not found or len(lines) > MOST_VALUES:
        raise Invalid(_("请每行写一个数值，例如 I = 65000。"))
    return found


def _value(line: str) -> tuple[str, Any]:
    name, _sign, value = (part.strip() for part in line.replace("＝", "=").partition("="))
    if not _NAME.fullmatch(name) or not value or len(value) > 200:
        raise Invalid(_("“%(line)s”读不懂。请每行写一个数值，例如 I = 65000。") % {"line": line[:60]})
    if "、" in value or "," in value:
        return name, [part.strip() for part in re.split("[、,]", value) if part.strip()]
    return name, value


def _number(form: Posted, name: str, what: str) -> int:
    text = form.text(name)
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid(_("%(what)s应为整数。") % {"what": what})
    return int(text)


def values_text(value: Any) -> str:
    """
    Write a value of an entry for people.

    >>> values_text({"I": "65000", "C": "42000"})
    'I = 65000\\nC = 42000'
    """
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        return "\n".join(f"{name} = {values_text(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return "、".join(values_text(one) for one in value)
    words = UNIT_WORDS.get(Unit(value)) if value in set(Unit) else None
    return words or str(value)
