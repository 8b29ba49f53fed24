"""The page that asks before an act: what will happen, why, and the fields it needs. One page for all acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from api.i18n import gettext as _
from api.pages.frame import Posted, go, show
from bpmn.errors import Conflict, Invalid
from forms.locale import N_

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from tasks.model import Actor
    from workflows.engine import Engine
    from workflows.store.unit_of_work import UnitOfWork

REASON_LABEL = N_("理由")
LONGEST_REASON = 2000


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the page; ``options`` are (value, label, more words)."""

    name: str
    label: str
    kind: Literal["text", "area", "number", "date", "choice", "check"] = "text"
    hint: str = ""
    required: bool = True
    value: str = ""
    options: tuple[tuple[str, str, str], ...] = ()
    empty: str = ""  #: what to say when there is no option


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the page says and asks."""

    title: str
    about: str
    explanation: str
    button: str
    back: str
    fields: tuple[Field, ...] = ()
    is_dangerous: bool = False
    revision: int | None = None  #: of the case that the page shows
    refusal: str = ""  #: why the act is impossible; then nothing is asked
    active: str = "cases"


def reason(label: str = "", *, required: bool = True) -> Field:
    """Return the field in which everybody says why."""
    return Field(name="reason", label=label or _(REASON_LABEL), kind="area", required=required)


def ask(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    question: Question,
    *,
    form: Posted | None = None,
    problem: str = "",
    status: int = 0,
) -> Response:
    """Show the page, with what was typed before and what is wrong with it."""
    given = {f.name: form.text(f.name) if form else f.value for f in question.fields}
    context = {"q": question, "given": given, "problem": problem}
    status = status or (422 if problem else 200)
    return show(request, uow, actor, "act.html", context, active=question.active, status=status)


def act(
    request: Request,
    engine: Engine,
    actor: Actor,
    form: Posted,
    *,
    question: Callable[[UnitOfWork], Question],
    work: Callable[[UnitOfWork], str],
    said: str,
) -> Response:
    """
    Do the work and go on; what is refused shows the page again as the case is now, with everything typed kept.

    Args:
        question: Made anew after a refusal, so that the page shows the case of then.
        work: Returns the address to go to.
        said: Code of the sentence that the next page shows.
    """
    try:
        return go(form.once(actor, work), said)
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        with engine.begin() as uow:
            found = question(uow)
            return ask(request, uow, actor, found, form=form, problem=_(refused.message), status=status)


def missing(question: Question, form: Posted) -> str:
    """Return which required field is empty, in words; empty when none is."""
    for field in question.fields:
        if field.required and not form.text(field.name):
            return _("请填写“%(label)s”。") % {"label": field.label}
    return ""


def revision_of(form: Posted) -> int | None:
    """Return the revision that the open page showed; None when it carries none."""
    text = form.text("revision")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - an int4 column


def people_options(people: Sequence[Any], words: Callable[[Any], str]) -> tuple[tuple[str, str, str], ...]:
    """Return people as options."""
    return tuple((person.id, person.name, words(person)) for person in people)
