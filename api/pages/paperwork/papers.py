"""Official papers: made, read, signed by name with the password asked again."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn, asking_again
from api.i18n import gettext as _
from api.pages.frame import Form, go, show, way_back
from api.pages.law import paper_title
from api.pages.paperwork.attachments import file_response
from forms.documents.stamp import stamped
from tasks.model import Actor
from workflows.engine import Engine
from workflows.errors import StaleRevision, WrongPassword
from workflows.model import PaperView
from workflows.paperwork import papers
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def titles_of(codes: Iterable[str]) -> list[dict[str, str]]:
    """Return code and title of papers that may be made now."""
    return [{"code": code, "title": paper_title(code)} for code in codes]


@router.post("/cases/{case_id}/papers")
def make_paper(case_id: str, actor: SignedIn, form: Form) -> Response:
    """Render a paper from the data of the case."""
    back = way_back(form.text("back"), f"/cases/{case_id}")
    code = form.text("code")

    def work(uow: UnitOfWork) -> str:
        papers.make(uow, actor, case_id, code)
        return back

    return go(form.once(actor, work), "paper")


@router.get("/papers/{paper_id}.pdf")
def read_pdf(paper_id: str, engine: EngineOf, actor: SignedIn, original: bool = False) -> Response:
    """Show the record under the reader's watermark; the original, to print and serve, is a file and another line in the audit."""
    with engine.begin() as uow:
        view, content = papers.pdf(uow, actor, paper_id, original=original)
        words = papers.watermark(uow, actor, view)
    if original:
        return file_response(content, f"{view.title}.pdf", PDF, inline=False)
    return file_response(
        stamped(content, words), _("%(title)s（查阅件）.pdf") % {"title": view.title}, PDF, inline=True
    )


@router.get("/papers/{paper_id}.docx")
def read_word(paper_id: str, engine: EngineOf, actor: SignedIn) -> Response:
    """Return an editable draft with the same data."""
    with engine.begin() as uow:
        view, content = papers.word(uow, actor, paper_id)
    return file_response(content, f"{view.title}.docx", WORD, inline=False)


@router.get("/papers/{paper_id}/sign")
def sign_page(
    paper_id: str, request: Request, engine: EngineOf, actor: SignedIn, back: str = "/"
) -> Response:
    """Show what is being signed and ask for the password."""
    return _sign_page(paper_id, request, engine, actor, back=back)


def _sign_page(
    paper_id: str, request: Request, engine: Engine, actor: Actor, *, back: str, problem: str = ""
) -> Response:
    with engine.begin() as uow:
        paper, _content = papers.pdf(uow, actor, paper_id)
        context = {"paper": paper, "back": way_back(back), "problem": problem}
        return show(request, uow, actor, "paperwork/sign.html", context, status=422 if problem else 200)


@router.post("/papers/{paper_id}/sign")
def sign(paper_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Sign; the signature binds the hash that was shown."""
    back = way_back(form.text("back"))

    def work(uow: UnitOfWork) -> str:
        _ensure_same(papers.pdf(uow, actor, paper_id)[0], form.text("digest"))
        papers.sign(uow, actor, paper_id, password=form.secret("password"))
        return back

    try:
        with asking_again(engine, actor):
            return go(form.once(actor, work), "signed")
    except WrongPassword as refused:
        return _sign_page(paper_id, request, engine, actor, back=back, problem=_(refused.message))


def _ensure_same(paper: PaperView, digest: str) -> None:
    if not hmac.compare_digest(paper.digest.encode(), digest.encode()):
        raise StaleRevision
