"""My tasks: one question, what next."""

from __future__ import annotations

from typing import Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.i18n import ngettext
from api.pages.frame import Form, go, show
from api.templating import due
from tasks.model import Actor, UserTask
from workflows.correlation import danger
from workflows.demonstration import clocks
from workflows.identity import people
from workflows.inbox import notices
from workflows.supervision import orders
from workflows.work import user_tasks

router = APIRouter(include_in_schema=False)

DANGERS = 3  #: warnings of danger that stand above everything until they are opened
PAGE = 15  #: tasks of a page: what a thumb scrolls through without losing its place

Which = Literal["all", "mine", "pool", "overdue", "done", "copied"]


@router.get("/")
def my_tasks(
    request: Request, engine: EngineOf, actor: SignedIn, which: str = "all", q: str = "", after: str = ""
) -> Response:
    """List what the person has or may claim, the most urgent first, and put the first one on top."""
    chosen = which if which in get_args(Which) else "all"
    with engine.begin() as uow:
        now = clocks.now(uow)
        found = user_tasks.my_tasks(
            uow,
            actor,
            which="all" if chosen == "overdue" else chosen,  # type: ignore[arg-type]
            text=q.strip()[:200] or None,
            overdue=chosen == "overdue",
            limit=PAGE,
            cursor=after or None,
        )
        counts = user_tasks.count_my_tasks(uow, actor)
        names = _names(uow, actor, found.items)
        rows = [
            {"task": t, "due": _due(t, now), "holder": holder_words(t, actor, names)} for t in found.items
        ]
        is_first = chosen in ("all", "mine") and not after and not q
        context = {
            "greeting": _greeting(counts),
            "next": rows[0] if rows and is_first else None,
            "rows": rows[1:] if rows and is_first and len(rows) > 1 else ([] if is_first and rows else rows),
            "tabs": _tabs(chosen, counts),
            "which": chosen,
            "dangers": notices.inbox(uow, actor, unread_only=True, kind=danger.NOTICE, limit=DANGERS).items,
            "orders": orders.count_to_answer(uow, actor),
            "q": q,
            "more": _more(chosen, q, found.next_cursor),
        }
        return show(request, uow, actor, "work/tasks.html", context, active="tasks", keep=not q)


def _due(task: UserTask, now: Any) -> dict[str, str]:
    if task.is_open:
        return due(task.due_at, now)
    return {"words": _("已办结") if task.completed_at else _("已取消"), "level": "plain"}


def _greeting(counts: Any) -> str:
    late, mine = counts.get("overdue", 0), counts.get("mine", 0)
    if late:
        return ngettext("有 %(num)s 件已逾期，请先办。", "有 %(num)s 件已逾期，请先办。", late) % {
            "num": late
        }
    if mine:
        return ngettext("您手上有 %(num)s 件。", "您手上有 %(num)s 件。", mine) % {"num": mine}
    waiting = counts.get("pool", 0)
    if waiting:
        return ngettext("有 %(num)s 件可以签收。", "有 %(num)s 件可以签收。", waiting) % {"num": waiting}
    return _("手上没有待办。")


def _tabs(chosen: str, counts: Any) -> list[dict[str, Any]]:
    labels = {
        "all": (_("全部待办"), None),
        "mine": (_("我在办"), counts.get("mine")),
        "pool": (_("待签收"), counts.get("pool")),
        "overdue": (_("已逾期"), counts.get("overdue")),
        "done": (_("已办"), None),
        "copied": (_("抄送我的"), None),
    }
    return [
        {
            "url": f"/?which={key}" if key != "all" else "/",
            "label": label,
            "count": count,
            "current": key == chosen,
        }
        for key, (label, count) in labels.items()
    ]


def _more(chosen: str, text: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    return "/?" + urlencode({"which": chosen, **({"q": text} if text else {}), "after": cursor})


def _names(uow: Any, actor: Actor, tasks: tuple[UserTask, ...]) -> dict[str, str]:
    ids = {task.assignee_id for task in tasks if task.assignee_id and task.assignee_id != actor.person_id}
    return {person_id: people.person(uow, actor, person_id).name for person_id in ids}


def holder_words(task: UserTask, actor: Actor, names: dict[str, str]) -> str:
    """Say who has the task."""
    if task.assignee_id is None:
        return _("待签收") if task.is_open else ""
    if task.assignee_id == actor.person_id:
        return _("我在办") if task.is_open else _("我办的")
    return _("%(name)s在办") % {"name": names.get(task.assignee_id, "")}


@router.post("/tasks/{task_id}/claim")
def claim(task_id: str, engine: EngineOf, actor: SignedIn) -> Response:
    """Take a task from the pool and open it."""
    with engine.begin() as uow:
        user_tasks.claim(uow, actor, task_id)
    return go(f"/tasks/{task_id}", "claimed")


@router.post("/tasks/{task_id}/release")
def release(task_id: str, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Put a claimed task back into the pool."""
    with engine.begin() as uow:
        user_tasks.release(uow, actor, task_id)
    return go("/", "released")
