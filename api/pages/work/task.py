"""One task: fill in, save, check, complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.forms import FormOnPage, digest, on_page
from api.pages.frame import Form, Posted, go, show
from api.pages.paperwork.attachments import keep_upload
from api.pages.paperwork.papers import titles_of
from api.pages.work.tasks import holder_words
from api.templating import due
from api.words import clock_time, moment
from bpmn.errors import Conflict
from bpmn.model import Json
from forms import validation
from forms.errors import Problem, SubmissionInvalid
from tasks.model import Actor, UserTask
from workflows.correlation import danger
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.identity import people
from workflows.model import TaskForm
from workflows.paperwork import attachments
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import refusals
from workflows.work import user_tasks

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A task with its form, ready to show."""

    task: UserTask
    opened: TaskForm
    form: FormOnPage | None
    now: datetime

    @property
    def is_legal(self) -> bool:
        """True when completing has legal effect: the answers are shown once more before."""
        return bool(self.task.is_approval or self.task.papers or self.task.extensions.get("check"))

    def values(self) -> Mapping[str, Any]:
        """Return the draft, or what the case already knows."""
        if self.opened.draft is not None:
            return self.opened.draft
        return self.form.first_values() if self.form else {}


def open_task(uow: UnitOfWork, actor: Actor, task_id: str) -> Opened:
    """Open a task; the view of clear data is audited by the use case."""
    opened = user_tasks.open_form(uow, actor, task_id)
    now = clocks.now(uow)
    files = attachments.of_instance(uow, actor, opened.task.instance_id)
    form = on_page(
        opened.form,
        installation=uow.installation,
        context=opened.values,
        environment=uow.installation.environment(uow.now),
        upload_url=f"/tasks/{task_id}/files",
        files=files,
    )
    return Opened(task=opened.task, opened=opened, form=form, now=now)


@router.get("/tasks/{task_id}")
def show_task(task_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show the form with the draft, or with what the case already knows."""
    with engine.begin() as uow:
        return _page(request, uow, actor, open_task(uow, actor, task_id))


def _page(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    it: Opened,
    *,
    values: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    stale: str = "",
) -> Response:
    task, form = it.task, it.form
    # A pool task shows masked data; only who has claimed it fills in, or masked names would be sent back as answers.
    may_complete = "complete" in task.actions and task.assignee_id == actor.person_id
    shown = values if values is not None else it.values()
    context = {
        "task": task,
        "case_id": task.instance_id,
        "may_report_danger": danger.has_a_scene(it.opened.values),
        "due": due(task.due_at, it.now),
        "holder": holder_words(task, actor, _names(uow, actor, task)),
        "may_complete": may_complete,
        "why_not": _why_not(task),
        "legal": it.is_legal,
        "known": form.known if form else "{}",
        "fields": form.fields(shown, problems) if form else "",
        "summary": form.summary(problems) if form and problems else "",
        "problems": problems,
        "stale": stale,
        "revision": it.opened.revision,
        "draft_saved_at": it.opened.draft_saved_at if values is None else None,
        "papers": it.opened.papers,
        "missing_papers": titles_of(_unmade(it)) if may_complete else (),
        "sign_codes": set(task.signs),
        "comments": user_tasks.comments(uow, actor, task.instance_id),
        "actions": _actions(task, actor),
        "stamp": _stamp(it, actor) if may_complete else "",
    }
    status = 422 if problems else 409 if stale else 200
    return show(
        request,
        uow,
        actor,
        "work/task.html",
        context,
        active="tasks",
        status=status,
        keep=request.method == "GET",
    )


def _stamp(it: Opened, actor: Actor) -> str:
    """Whoever works on a task reads clear data without a veil; what leaves on paper says who printed it."""
    case = it.task.business_key or it.task.instance_id
    return f"{actor.name} {actor.account} {moment(it.now)} {case}"


def _names(uow: UnitOfWork, actor: Actor, task: UserTask) -> dict[str, str]:
    if task.assignee_id in (None, actor.person_id):
        return {}
    return {str(task.assignee_id): people.person(uow, actor, str(task.assignee_id)).name}


def _unmade(it: Opened) -> tuple[str, ...]:
    made = {paper.code for paper in it.opened.papers if not paper.superseded}
    return tuple(code for code in it.task.papers if code not in made)


def _why_not(task: UserTask) -> str:
    if not task.is_open:
        return _("这项任务已经办结或取消，以下内容仅供查看。")
    if "claim" in task.actions:
        return _("签收后即可填写。")
    return _("这项任务正由他人办理，以下内容仅供查看。")


def _actions(task: UserTask, actor: Actor) -> list[dict[str, str]]:
    mine = task.is_open and task.assignee_id == actor.person_id
    allowed = {*task.actions, *(("return", "conflict") if mine else ())}
    if task.completed_by == actor.person_id:
        allowed.add("withdraw")
    labels = {
        "transfer": _("转办"),
        "delegate": _("委派"),
        "return": _("退回上一步"),
        "remind": _("催办"),
        "copy": _("抄送"),
        "withdraw": _("撤回"),
        "conflict": _("申请回避"),
    }
    return [{"path": path, "label": label} for path, label in labels.items() if path in allowed]


@router.post("/tasks/{task_id}")
def submit_task(task_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Do what the pressed button says: save, add or remove a row, upload, check, or complete."""
    if form.text("_do") == "confirm":
        return _confirm(task_id, request, engine, actor, form)
    with engine.begin() as uow:
        it = open_task(uow, actor, task_id)
        verb, raw = _read(uow, actor, it, form)
        if verb == "save":
            user_tasks.save_draft(uow, actor, task_id, raw)
            return go(f"/tasks/{task_id}", "saved")
        if verb != "submit":
            user_tasks.save_draft(uow, actor, task_id, raw)
            return _page(request, uow, actor, it, values=raw)
        if it.is_legal:
            return _check(request, uow, actor, it, raw)
    return _complete(task_id, request, engine, actor, form, raw)


def _read(uow: UnitOfWork, actor: Actor, it: Opened, form: Posted) -> tuple[str, dict[str, Json]]:
    pairs = form.pairs
    # Without scripts the files arrive with the form: keep each one and put its id where the field expects it.
    for name, upload in form.files:
        kept = keep_upload(uow, actor, upload, user_task_id=it.task.id)
        pairs.append((name.removesuffix(".upload"), kept.id))
    if it.form is None:
        return ("save" if form.text("_do") == "save" else "submit"), {}
    action, raw = it.form.read(pairs)
    return action.verb, raw


def _check(request: Request, uow: UnitOfWork, actor: Actor, it: Opened, raw: dict[str, Json]) -> Response:
    user_tasks.save_draft(uow, actor, it.task.id, raw)
    try:
        answers = _answers(it, raw)
    except SubmissionInvalid as refused:
        refusals.note(uow, actor, refused.problems, instance_id=it.task.instance_id)
        return _page(request, uow, actor, it, values=raw, problems=refused.problems)
    context = {"task": it.task, "answers": answers, "revision": it.opened.revision, "digest": digest(raw)}
    return show(request, uow, actor, "check.html", context, active="tasks")


def _answers(it: Opened, raw: dict[str, Json]) -> Any:
    if it.form is None:
        return _("这一步没有需要填写的内容。")
    values = validation.validate(it.form.form, raw, context=it.form.context, environment=it.form.environment)
    return it.form.answers(values, change_url=f"/tasks/{it.task.id}")


def _confirm(task_id: str, request: Request, engine: Engine, actor: Actor, form: Posted) -> Response:
    with engine.begin() as uow:
        raw = dict(user_tasks.open_form(uow, actor, task_id).draft or {})
        if digest(raw) != form.text("_digest"):
            # Another tab or phone changed the draft since: what takes effect must be what was read.
            return _check(request, uow, actor, open_task(uow, actor, task_id), raw)
    return _complete(task_id, request, engine, actor, form, raw)


def _complete(
    task_id: str, request: Request, engine: Engine, actor: Actor, form: Posted, raw: Mapping[str, Json]
) -> Response:
    revision = form.text("_revision")
    command = user_tasks.CompleteUserTask(
        user_task_id=task_id,
        actor=actor,
        submission=raw,
        expected_revision=int(revision) if revision.isdigit() else None,
    )

    def work(uow: UnitOfWork) -> str:
        return f"/cases/{user_tasks.complete(uow, command).id}/submitted"

    try:
        return go(form.once(actor, work))
    except SubmissionInvalid as refused:
        with engine.begin() as uow:
            it = open_task(uow, actor, task_id)
            refusals.note(uow, actor, refused.problems, instance_id=it.task.instance_id)
            return _page(request, uow, actor, it, values=raw, problems=refused.problems)
    except Conflict as moved_on:
        return _kept(task_id, request, engine, actor, raw, moved_on)


def _kept(
    task_id: str, request: Request, engine: Engine, actor: Actor, raw: Mapping[str, Json], moved_on: Conflict
) -> Response:
    """Show what was typed on a page that tells what changed; nothing typed is lost."""
    with engine.begin() as uow:
        it = open_task(uow, actor, task_id)
        if "complete" in it.task.actions:
            user_tasks.save_draft(uow, actor, task_id, raw)
        return _page(request, uow, actor, it, values=raw, stale=_(moved_on.message))


@router.post("/tasks/{task_id}/draft")
def save_draft(task_id: str, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Keep what was typed a moment ago, unchecked; answers with the words to show."""
    with engine.begin() as uow:
        it = open_task(uow, actor, task_id)
        if it.form is not None:
            _action, raw = it.form.read([pair for pair in form.pairs if pair[0] != "_do"])
            user_tasks.save_draft(uow, actor, task_id, raw)
    return JSONResponse({"saved": _("草稿已保存 %(time)s") % {"time": clock_time(it.now)}})


@router.get("/cases/{case_id}/submitted")
def submitted(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Say that it is done, and what comes next."""
    with engine.begin() as uow:
        mine = user_tasks.my_tasks(uow, actor, instance_id=case_id, limit=1).items
        upcoming = mine or user_tasks.my_tasks(uow, actor, limit=1).items
        context = {"case_id": case_id, **_next(upcoming[0] if upcoming else None, same_case=bool(mine))}
        return show(request, uow, actor, "done.html", context, active="tasks")


def _next(task: UserTask | None, *, same_case: bool) -> dict[str, str]:
    if task is None:
        return {"text": _("手上没有别的待办了。"), "next_url": "/", "next_label": _("返回我的任务")}
    text = _("本案下一步也由您办理。") if same_case else _("已转到下一步，并通知办理人。")
    return {
        "text": text,
        "next_url": f"/tasks/{task.id}",
        "next_label": _("接着办：%(name)s") % {"name": task.name},
    }
