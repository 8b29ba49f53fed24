"""Attempts at what may never be done to a person in care: refused by the form, kept in the audit of the case (R19)."""

from __future__ import annotations

from collections.abc import Iterable

from forms import never
from forms.errors import Problem
from tasks.model import Actor
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

ACTION = "never-refused"


def note(uow: UnitOfWork, actor: Actor, problems: Iterable[Problem], *, instance_id: str | None) -> int:
    """
    Write each rule that a refused submission asked to break; returns how many.

    What was typed stays out: the audit says who, in which case, which rule, in which fields.
    """
    broken = never.broken(problems)
    lists = uow.installation.law.code_lists.values()
    sources = {code.code: code.note for one in lists if one.key.startswith(never.MARK) for code in one.codes}
    for code, fields in broken.items():
        audit.record(
            uow,
            actor,
            ACTION,
            instance_id=instance_id,
            fields=tuple(fields),
            detail={"rule": code, "source": sources.get(code, "")},
        )
    return len(broken)
