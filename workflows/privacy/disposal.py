"""
Taking the people out of a case whose time is over: the rows stay, their content goes, the audit says that and what went.

What remains: number, process, units, dates, codes of the steps, who of the staff did them, the audit chains. What goes:
variables, the engine's state, form data, comments, files, papers, free words of the audit, keyed hashes of the parties.
"""

from __future__ import annotations

from bpmn.errors import Conflict
from bpmn.model import InstanceState
from tasks.model import Actor
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

TITLE = "已匿名化"


class CaseHeld(Conflict):
    """这件案件已依法保留，不能处理。请先解除保留。"""


class CaseRuns(Conflict):
    """这件案件还没有办结，不能匿名化。请办结后再处理。"""


def anonymise(uow: UnitOfWork, by: Actor, row: InstanceRow, *, rule: str, request: str | None = None) -> None:
    """
    Take the people out of an ended case; its row is locked.

    Raises:
        CaseRuns: it has not ended.
        CaseHeld: a legal hold keeps it.
    """
    if row.status is InstanceState.ACTIVE:
        raise CaseRuns
    if uow.privacy.held(row.id) is not None:
        raise CaseHeld
    emptied = uow.privacy.empty(row, state=b"", title=TITLE)
    emptied["audit_words"] = uow.audit.forget_words(row.id)
    detail = {"rule": rule, "request": request, "emptied": emptied}
    audit.record(uow, by, "erase", instance_id=row.id, detail=detail)
