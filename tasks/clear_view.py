"""
A look at clear personal data: who may take one, for what, and what of each person it shows.

The rules of ``tasks/rules.py`` say whether somebody may ever see clear data of a case; here is what a look needs beside
that: a purpose that the field is meant for, a reason where the matrix asks for one, and a named grant for minors, health
and special status (``docs/permissions.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bpmn.deadlines.lawpack_privacy import DataField
from tasks import disclosure, masking, matrix, rules
from tasks.errors import FieldNotForPurpose, ProcessingRestricted, ReasonRequired
from tasks.model import Actor, CaseFacts

BY_GRANT = frozenset({"health", "special"})  #: classes of fields that only a named grant opens
FLAGGED_FROM = 3  #: a health level from here on is told to those who may know of the flag
#: What may still be done with data whose processing a person had restricted.
DESPITE_RESTRICTION = frozenset({"V05", "V07", "V09"})


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One field of one person, clear as far as the looker may see it, and as it is shown when the look is over."""

    key: str
    shown: str
    masked: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """One person of a case."""

    role: str  #: e.g. 申请人
    is_minor: bool
    is_held_back: bool  #: a minor's data stay masked without a named grant
    cells: tuple[Cell, ...]


def ensure_may_look(
    actor: Actor,
    facts: CaseFacts,
    *,
    purpose: str,
    reason: str,
    fields: Sequence[DataField],
    restricted: bool = False,
) -> None:
    """
    Refuse a look without the right, without a purpose that every field is meant for, or without a needed reason.

    Raises:
        Forbidden: the actor may never see clear data of this case.
        PurposeRequired: no purpose.
        ReasonRequired: the actor's role looks by reason only (R13, R14).
        FieldNotForPurpose: a field is not meant for this purpose.
        ProcessingRestricted: the person had the processing restricted.
    """
    disclosure.ensure_may_reveal(actor, facts, purpose)
    if needs_reason(actor, facts) and not reason.strip():
        raise ReasonRequired("您的岗位查看完整信息须写明理由。请填写理由后再提交。")
    wrong = [field.name for field in fields if purpose not in field.purposes]
    if wrong or not fields:
        raise FieldNotForPurpose(wrong)
    if restricted and purpose not in DESPITE_RESTRICTION:
        raise ProcessingRestricted


def needs_reason(actor: Actor, facts: CaseFacts) -> bool:
    """Tell whether every role by which the actor may look asks for a written reason."""
    if rules.is_system(actor):
        return False
    held = [role for role in actor.role_codes if matrix.right("party-clear", role).allows("read")]
    free = [role for role in held if "reason" not in matrix.right("party-clear", role).qualifiers]
    return not free


def people(
    variables: Mapping[str, Any], fields: Sequence[DataField], actor: Actor, facts: CaseFacts, today: date
) -> tuple[PersonView, ...]:
    """Return the persons of a case with the chosen fields."""
    granted = rules.is_system(actor) or actor.person_id in facts.grants
    flag = matrix.has_qualifier("health-level", "flag", actor.role_codes)
    return tuple(_person(one, fields, today, granted=granted, flag=flag) for one in persons(variables))


def persons(variables: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """
    Yield what in the variables is a person, at any depth.

    >>> [p["name"] for p in persons({"parties": [{"name": "张三", "phone": "1"}], "unit": {"name": "所"}})]
    ['张三']
    """
    if isinstance(variables, Mapping):
        if variables.get("name") and not _MARKS.isdisjoint(variables):
            yield variables
        for value in variables.values():
            yield from persons(value, depth + 1)
    elif isinstance(variables, list | tuple):
        for item in variables:
            yield from persons(item, depth + 1)


_MARKS = frozenset({"idNo", "phone", "birth", "vulnerable"})


def _person(
    party: Mapping[str, Any], fields: Sequence[DataField], today: date, *, granted: bool, flag: bool
) -> PersonView:
    minor = masking.is_minor(party, today)
    held_back = minor and not granted
    hidden = masking.person(party, today)
    return PersonView(
        role=str(party.get("role") or ""),
        is_minor=minor,
        is_held_back=held_back,
        cells=tuple(
            _cell(
                field,
                party,
                hidden,
                clear=not held_back and (granted or field.kind not in BY_GRANT),
                flag=flag,
            )
            for field in fields
            if party.get(field.key) not in (None, "")
        ),
    )


def _cell(
    field: DataField, party: Mapping[str, Any], hidden: Mapping[str, Any], *, clear: bool, flag: bool
) -> Cell:
    masked = str(hidden.get(field.key) or masking.HIDDEN)
    if clear:
        return Cell(key=field.key, shown=str(party[field.key]), masked=masked)
    if field.kind == "health" and flag:
        masked = _flag(party[field.key])
    return Cell(key=field.key, shown=masked, masked=masked)


def _flag(level: Any) -> str:
    text = str(level)
    return "三级以上" if text.isdecimal() and int(text) >= FLAGGED_FROM else "三级以下"
