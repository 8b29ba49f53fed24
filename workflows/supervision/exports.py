"""
Use cases of exports: the filtered case list as a file, masked as on the screen, with its purpose in the audit.

A short list is written at once; a long one by the worker while its page says how far it is. The file is sealed in the
database and forgotten after a day. What its owner may no longer see when it is written is not in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Conflict, ExecutionFailed, Forbidden, Invalid, JingfaError, NotFound
from tasks import matrix
from tasks.errors import PurposeRequired
from tasks.model import Actor
from workflows import views
from workflows.identity import people
from workflows.model import InstanceSummary
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import case_list, sheets
from workflows.supervision.case_list import CaseQuery
from workflows.supervision.sheets import Cell
from workflows.trail import audit

if TYPE_CHECKING:
    from workflows.engine import Engine

AT_ONCE: Final = 1_000  #: longer lists are written by the worker
MOST: Final = 300_000
SLICE: Final = 1_000
KEPT: Final = timedelta(hours=24)
LEASE: Final = timedelta(minutes=5)
STATES: Final = {"active": "在办", "completed": "已办结", "terminated": "已终止"}
HEADING: Final = (
    "编号", "标题", "流程", "状态", "风险", "层级", "单位", "发起时间", "办结时间", "最近期限", "是否逾期",
    "当前环节", "办理人", "异常数",
)  # fmt: skip
State = Literal["waiting", "running", "done", "failed"]


class ExportNotFound(NotFound):
    """没有找到这份导出，或已过期删除。导出的文件只保留 24 小时。"""


class AlreadyExporting(Conflict):
    """您有一份导出正在生成。请等它完成后再导出。"""


class ExportTooLong(Invalid):
    """一次最多导出 30 万件。请用筛选缩小范围，例如按月导出。"""


@dataclass(frozen=True, kw_only=True)
class ExportView:
    """One export as its owner sees it."""

    id: str
    format: sheets.Format
    state: State
    total: int
    written: int
    purpose: str
    created_at: datetime
    expires_at: datetime
    error: str | None
    query: CaseQuery

    @property
    def file_name(self) -> str:
        """How the file is called when it is saved."""
        return f"cases-{self.created_at.astimezone(ZONE):%Y%m%d-%H%M}.{self.format}"


def request(
    uow: UnitOfWork, actor: Actor, query: CaseQuery, *, format_: sheets.Format, purpose: str
) -> ExportView:
    """
    Order a file of the filtered list; supervisors only, with a purpose.

    Raises:
        Forbidden: the actor supervises no unit.
        PurposeRequired: no purpose was given.
        ExportTooLong: more than 300,000 cases.
        AlreadyExporting: one of the actor's is being written.
    """
    if not actor.has(*matrix.SUPERVISORS):
        raise Forbidden("只有单位负责人和区级主管可以导出案件清单。")
    if not purpose.strip():
        raise PurposeRequired
    total = case_list.count(uow, actor, query, most=MOST + 1)
    if total > MOST:
        raise ExportTooLong
    if uow.exports.count_open(actor.person_id):
        raise AlreadyExporting
    uow.exports.drop_before(uow.real_now)
    export_id = new_id()
    filters = case_list.written(query)
    uow.exports.add(
        id=export_id,
        person_id=actor.person_id,
        format=format_,
        filters=filters,
        purpose=purpose.strip()[:200],
        client=actor.client,
        state="waiting",
        total=total,
        created_at=uow.real_now,
        expires_at=uow.real_now + KEPT,
    )
    detail = {"format": format_, "filters": filters, "cases": total, "export_id": export_id}
    audit.record(uow, actor, "export", purpose=purpose.strip()[:200], detail=detail)
    return get(uow, actor, export_id)


def get(uow: UnitOfWork, actor: Actor, export_id: str) -> ExportView:
    """
    Return one of the actor's own exports.

    Raises:
        ExportNotFound: no such export of this person.
    """
    row = uow.exports.get(export_id)
    if row is None or row["person_id"] != actor.person_id or row["expires_at"] <= uow.real_now:
        raise ExportNotFound
    return _view(row)


def mine(uow: UnitOfWork, actor: Actor) -> tuple[ExportView, ...]:
    """List the actor's exports that are still kept, the newest first."""
    rows = uow.exports.of_person(actor.person_id)
    return tuple(_view(row) for row in rows if row["expires_at"] > uow.real_now)


def content(uow: UnitOfWork, actor: Actor, export_id: str) -> tuple[ExportView, bytes]:
    """
    Return a finished file; each download is in the audit.

    Raises:
        ExportNotFound: no such export of this person, or it is not finished.
    """
    view = get(uow, actor, export_id)
    row = uow.exports.get(export_id, with_content=True)
    if view.state != "done" or row is None or row["content"] is None:
        raise ExportNotFound
    audit.record(uow, actor, "export-download", purpose=view.purpose, detail={"export_id": export_id})
    return view, row["content"]


def _view(row: Mapping[str, Any]) -> ExportView:
    plain = ("id", "format", "state", "total", "written", "purpose", "created_at", "expires_at", "error")
    return ExportView(query=case_list.read(row["filters"]), **{name: row[name] for name in plain})


# -- writing -----------------------------------------------------------------------------------------------------------


class ExportInterrupted(ExecutionFailed):
    """导出被中断，系统重新启动后会自动重做。"""


def write_next(
    engine: Engine, *, export_id: str | None = None, goes_on: Callable[[], bool] = lambda: True
) -> bool:
    """
    Write the oldest export that waits; False when there is none. A fault ends that export with its sentence.

    Args:
        export_id: Write this one, if it still waits.
        goes_on: Asked between slices; once it says no, the export waits for the next worker.
    """
    with engine.begin() as uow:
        row = uow.exports.lease(uow.real_now, uow.real_now + LEASE, export_id=export_id)
    if row is None:
        return False
    try:
        _write(engine, row, goes_on)
    except ExportInterrupted:
        with engine.begin() as uow:
            uow.exports.change(row["id"], state="waiting", written=0)
    except JingfaError as fault:
        with engine.begin() as uow:
            uow.exports.change(row["id"], state="failed", error=fault.message, finished_at=uow.real_now)
    return True


def _write(engine: Engine, row: Mapping[str, Any], goes_on: Callable[[], bool]) -> None:
    with tempfile.TemporaryFile() as out:
        with sheets.writing(out, row["format"], HEADING, title="案件清单") as writer:
            written = 0
            for found in _slices(engine, row):
                for cells in found:
                    writer.row(cells)
                written += len(found)
                if not goes_on():
                    raise ExportInterrupted
                _report(engine, row["id"], written)
        out.seek(0)
        file = out.read()
    with engine.begin() as uow:
        uow.exports.change(row["id"], state="done", written=written, content=file, finished_at=uow.real_now)


def _report(engine: Engine, export_id: str, written: int) -> None:
    """Say how far it is, and keep the lease."""
    with engine.begin() as uow:
        uow.exports.change(export_id, written=written, leased_until=uow.real_now + LEASE)


def _slices(engine: Engine, row: Mapping[str, Any]) -> Iterator[list[tuple[Cell, ...]]]:
    """Yield the rows of the list, each slice in a short transaction with the rights of that moment."""
    query = case_list.read(row["filters"])
    after: tuple[datetime, str] | None = None
    while True:
        with engine.begin() as uow:
            actor = people.actor_of(uow, row["person_id"], client=row["client"])
            found = case_list.lines(uow, actor, query, after=after, limit=SLICE)
            cells = [cells_of(case, uow.now) for case in views.summaries(uow, found)]
        if found:
            yield cells
            after = case_list.key_of(found[-1], query.sort)
        if len(found) < SLICE:
            return


def cells_of(case: InstanceSummary, now: datetime) -> tuple[Cell, ...]:
    """Return a case as a row, in the order of ``HEADING``."""
    late = case.status.value == "active" and case.due_at is not None and case.due_at < now
    return (
        case.business_key,
        case.title,
        case.process_name,
        "已暂停" if case.suspended else STATES[case.status.value],
        case.risk,
        case.level,
        "、".join(case.units),
        case.started_at,
        case.ended_at,
        case.due_at,
        "逾期" if late else "",
        "、".join(case.waiting_for),
        "、".join(case.holders),
        case.incidents or None,
    )
