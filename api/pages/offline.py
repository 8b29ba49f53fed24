"""
Pages without a signal: the service worker, its page for what is not held, and the key of what the browser keeps.

The server says which answers may be kept (``mark``) and lends the key that seals them: one of each person, in a cookie that ends
with the session. What is kept and how is ``api/web/src/shelf.js``; the reasons are in ``docs/decisions/without-a-signal.md``.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import Public, cookie_name, engine_of
from api.i18n import CHINESE, LANGUAGES, locale
from api.static import DIST, Assets
from api.templating import render

if TYPE_CHECKING:
    from workflows.identity.model import Session

router = APIRouter(include_in_schema=False)

COOKIE: Final = "jf_shelf"
MAY_BE_KEPT: Final = "Jf-Keep"
#: What a page without a signal is made of; the tools of the office are not for the road.
SHELL: Final = ("style.css", "app.js", "case.js", "diagram.js", "offline.js")


@router.get("/sw.js")
def worker(request: Request, _public: Public) -> Response:
    """Return the service worker of this build, whose scope is the whole site; nothing in it is anybody's data."""
    asset = Assets().url
    files = [path for name in SHELL if (path := asset(name))]
    pages = {f"/offline?lang={code}": bytes(_page(request, code).body) for code in LANGUAGES}
    build = hashlib.sha256(repr((files, pages)).encode()).hexdigest()[:16]
    shell = json.dumps({"build": build, "files": [*files, "/icon.svg", *pages]})
    code = asset("worker.js")
    script = (DIST / code.removeprefix("/static/")).read_text() if code else ""
    return Response(
        f"self.JINGFA={shell};\n{script}",
        media_type="text/javascript",
        headers={"Cache-Control": "max-age=3600"},
    )


@router.get("/offline")
def offline(request: Request, _public: Public, lang: str = CHINESE) -> Response:
    """Say that there is no signal; the worker holds it in each language."""
    return _page(request, lang if lang in LANGUAGES else CHINESE)


def _page(request: Request, language: str) -> Response:
    before = locale.set(language)
    try:
        return render(request, "offline.html", {})
    finally:
        locale.reset(before)


def mark(response: Response) -> None:
    """Let the reader's browser keep this page, sealed, for times without a signal."""
    response.headers[MAY_BE_KEPT] = "1"


def lend_key(request: Request, response: Response, opened: Session) -> None:
    """
    Give the browser the key of what it keeps; scripts read it, so it opens nothing else.

    The value is ``key.idle seconds.end``: scripts prolong it while the pages are used, as the session is prolonged here.
    """
    engine = engine_of(request)
    idle = int(engine.settings.session_idle.total_seconds())
    key = engine.installation.keyed_hash(f"shelf:{opened.person_id}")
    response.set_cookie(
        cookie_name(request, COOKIE),
        f"{key}.{idle}.{int(opened.expires_at.timestamp())}",
        max_age=idle,
        path="/",
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def take_key(request: Request, response: Response) -> None:
    """Nobody is signed in: what was kept cannot be read any more."""
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request, COOKIE), path="/", samesite="strict", secure=secure)
