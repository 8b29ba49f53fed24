"""What every page shares: the posted form, the frame with its counts, the way back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse

from api.auth import engine_of, read_form
from api.i18n import gettext as _
from api.pages.offline import mark
from api.pages.sentences import SENTENCES
from api.schemas import ensure_sound
from api.templating import render
from forms.text import clean
from workflows import idempotency
from workflows.demonstration import clocks
from workflows.idempotency import Answer
from workflows.inbox import notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import HTMLResponse, Response

    from tasks.model import Actor
    from workflows.engine import Engine
    from workflows.store.unit_of_work import UnitOfWork

FLASH_COOKIE = "jf_said"
KEPT = "kept."


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A form as the browser sent it."""

    form: FormData
    engine: Engine
    path: str

    def text(self, name: str, default: str = "") -> str:
        """Return a field as text: trimmed, NFC, without invisible characters (``forms/text.py``)."""
        value = self.form.get(name, default)
        return clean(value) if isinstance(value, str) else default

    def secret(self, name: str) -> str:
        """Return a password exactly as typed."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def pairs(self) -> list[tuple[str, object]]:
        """The fields in order, our own left out."""
        return [(n, v) for n, v in self.form.multi_items() if n == "_do" or not n.startswith("_")]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed before the session ended, carried through the log-in form as ``kept.NAME``."""
        pairs = self.form.multi_items()
        return [(n[len(KEPT) :], v) for n, v in pairs if n.startswith(KEPT) and isinstance(v, str)]

    @property
    def files(self) -> list[tuple[str, UploadFile]]:
        """The files that were chosen."""
        return [(n, v) for n, v in self.form.multi_items() if isinstance(v, UploadFile) and v.filename]

    def once(self, actor: Actor, work: Callable[[UnitOfWork], str]) -> str:
        """
        Do *work* in one transaction, at most once for the page that was open (its ``_once`` field).

        Returns:
            The address to go to next, also when the same page is sent again.
        """
        key = self.text("_once")
        if not key:
            with self.engine.begin() as uow:
                return work(uow)
        found = idempotency.once(
            self.engine, actor, f"page:{key}", self.path.encode(), work, answer_of=_answer
        )
        return str(found.body) if isinstance(found, Answer) else found


def _answer(target: str) -> Answer:
    return Answer(status=303, body=target)


async def posted(request: Request) -> Posted:
    """
    Read the posted form.

    Raises:
        BadText: it holds text that no database stores.
    """
    form = await read_form(request)
    for name, value in form.multi_items():
        ensure_sound(name)
        if isinstance(value, str):
            ensure_sound(value)
    return Posted(form=form, engine=engine_of(request), path=request.url.path)


Form = Annotated[Posted, Depends(posted)]


def new_once() -> str:
    """Return a fresh key for one showing of a form."""
    return secrets.token_urlsafe(12)


def show(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    template: str,
    context: Mapping[str, Any],
    *,
    active: str = "",
    status: int = 200,
    keep: bool = False,
) -> HTMLResponse:
    """
    Render a page inside the frame: clock, unread notices, what was just done.

    Args:
        keep: The reader's browser may hold it, sealed, for times without a signal.
    """
    said = request.cookies.get(FLASH_COOKIE, "")
    frame = {
        "now": clocks.now(uow),
        "unread": notices.count_unread(uow, actor),
        "active": active,
        "flash": flash_of(said),
        "once": new_once(),
    }
    response = render(request, template, {**frame, **context}, status=status)
    if said:
        response.delete_cookie(FLASH_COOKIE, path="/")
    if keep and status == 200:
        mark(response)
    return response


def go(target: str, said: str = "") -> Response:
    """Redirect after a post; *said* is the code of a sentence that the next page shows once."""
    response = RedirectResponse(target, status_code=303)
    if said:
        response.set_cookie(FLASH_COOKIE, said, max_age=60, path="/", httponly=True, samesite="lax")
    return response


def flash_of(code: str) -> dict[str, str] | None:
    """Return the sentence of a code; cookies carry codes only, so that nobody can plant a sentence."""
    return {"kind": "good", "text": _(SENTENCES[code])} if code in SENTENCES else None


#: A path of this site. Browsers drop tabs and line ends from an address and read ``\\`` as ``/``: neither may be in it.
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def way_back(target: str, default: str = "/") -> str:
    """
    Return *target* when it is a path of this site, else *default*: no open redirects.

    >>> way_back("/cases?q=张"), way_back("//evil.example"), way_back("/\\t/evil.example"), way_back("/a\\\\b")
    ('/cases?q=张', '/', '/', '/')
    """
    return target if _OURS.fullmatch(target) else default


def listed(values: Iterable[str]) -> str:
    """Join names for a line, unnamed ones left out."""
    return "、".join(value for value in values if value)
