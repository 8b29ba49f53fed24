"""
The law pack of this installation: the shipped files with the changes that came into force, and the rule each deadline began under.

Every process keeps one edition in memory. Whoever changes it writes a new stamp; the others look at the stamp now and then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bpmn.deadlines import lawpack
from bpmn.deadlines.rules import Rule
from workflows.law import calendars
from workflows.store.ids import new_id
from workflows.store.law import LawChangeRow
from workflows.store.unit_of_work import UnitOfWork

STAMP: Final = "law-stamp"  #: the stored setting that grows with every change of law or calendar
LOOK_EVERY: Final = 5.0  #: seconds between two looks at the stamp in one process


@dataclass(frozen=True, kw_only=True)
class Superseded:
    """A rule that held before a change came into force."""

    at: datetime
    rule: Rule | None
    migrates: bool  #: deadlines that began under the old rule were moved to the new one


def amendment(row: LawChangeRow) -> lawpack.Amendment:
    """Return a change as the law pack takes it."""
    return lawpack.Amendment(section=row.section, code=row.code, fields=row.fields)


def refresh(uow: UnitOfWork) -> None:
    """Take what is in force now into this process."""
    stamp = uow.settings.get(STAMP)
    if stamp == uow.installation.law_stamp:
        return
    rows = uow.law_changes.in_force()
    uow.installation.take_law(lawpack.amended([amendment(row) for row in rows]), superseded(rows), stamp)
    uow.installation.load_calendar(calendars.loaded(uow))


def restamp(uow: UnitOfWork) -> None:
    """Tell every process that law or calendar changed, this one at once."""
    uow.settings.put(STAMP, new_id())
    uow.installation.look_again()


def superseded(rows: Sequence[LawChangeRow]) -> dict[str, tuple[Superseded, ...]]:
    """Return code -> the rules that held before, in the order of the changes."""
    found: dict[str, tuple[Superseded, ...]] = {}
    for number, row in enumerate(rows):
        if row.section == "deadline" and row.in_force_at is not None:
            before = lawpack.amended([amendment(one) for one in rows[:number]]).catalogue
            rule = before.rules.get(row.code)
            one = Superseded(at=row.in_force_at, rule=rule, migrates=row.migrates)
            found[row.code] = (*found.get(row.code, ()), one)
    return found


def rule_of(uow: UnitOfWork, code: str, started_at: datetime) -> Rule:
    """
    Return the rule that a deadline runs by: the one in force when it began, unless a change moved running ones.

    Raises:
        DeadlineNotFound: the law pack has no such code.
    """
    now = uow.installation.law.catalogue.find(code)
    later = [one for one in uow.installation.superseded.get(now.code, ()) if one.at > started_at]
    moved = max((number for number, one in enumerate(later, start=1) if one.migrates), default=0)
    kept = later[moved].rule if moved < len(later) else now
    return kept or now
