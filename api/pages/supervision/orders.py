"""Supervision orders (督办): the list of open ones, one order with its answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.words import due_words, moment, urgency
from bpmn.errors import Conflict, Invalid
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import orders
from workflows.supervision.orders import OrderView

router = APIRouter(include_in_schema=False)


@router.get("/orders")
def list_orders(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """List the open orders that the person got or gave."""
    with engine.begin() as uow:
        found = [line(view, clocks.now(uow)) for view in orders.mine(uow, actor)]
        context = {
            "to_me": [row for row in found if row["view"].to_id == actor.person_id],
            "by_me": [row for row in found if row["view"].to_id != actor.person_id],
        }
        return show(request, uow, actor, "supervision/orders.html", context, active="cases")


@router.get("/orders/{order_id}")
def show_order(order_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show an order, its answer, and what this person may do."""
    with engine.begin() as uow:
        return _page(request, uow, actor, orders.get(uow, actor, order_id))


@router.post("/orders/{order_id}/answer")
def answer(order_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Answer the order."""

    def work(uow: UnitOfWork) -> str:
        return f"/orders/{orders.answer(uow, actor, order_id, text=form.text('answer')).id}"

    try:
        return go(form.once(actor, work), "answered")
    except (Invalid, Conflict) as refused:
        with engine.begin() as uow:
            view = orders.get(uow, actor, order_id)
            return _page(request, uow, actor, view, problem=_(refused.message), given=form.text("answer"))


@router.post("/orders/{order_id}/close")
def close(order_id: str, actor: SignedIn, form: Form) -> Response:
    """End the order."""

    def work(uow: UnitOfWork) -> str:
        return f"/orders/{orders.close(uow, actor, order_id).id}"

    return go(form.once(actor, work), "closed")


def _page(
    request: Request, uow: UnitOfWork, actor: Actor, view: OrderView, *, problem: str = "", given: str = ""
) -> Response:
    context = {"row": line(view, clocks.now(uow)), "problem": problem, "given": given}
    return show(
        request, uow, actor, "supervision/order.html", context, active="cases", status=409 if problem else 200
    )


def line(view: OrderView, now: Any) -> dict[str, Any]:
    """Return an order as pages show it."""
    words = {
        "open": due_words(view.due_at, now),
        "overdue": due_words(view.due_at, now),
        "answered": _("已答复"),
        "closed": _("已办结"),
    }
    level = urgency(view.due_at, now) if view.state in ("open", "overdue") else "ok"
    return {
        "view": view,
        "due": {"words": words[view.state], "level": level},
        "given_at": moment(view.created_at),
        "due_at": moment(view.due_at),
        "answered_at": moment(view.answered_at) if view.answered_at else "",
    }
