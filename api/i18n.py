"""
Languages of the pages: Chinese message ids, an English catalogue, one locale for each request.

The locale lives in a context variable that ``LocaleMiddleware`` sets, so that code far from the request
(words for a due date, a form's labels) speaks the reader's language too.
"""

from __future__ import annotations

import gettext as gnu
from contextvars import ContextVar
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

DIRECTORY: Final = Path(__file__).parent / "locale"
COOKIE: Final = "jf_lang"
CHINESE: Final = "zh-CN"
LANGUAGES: Final = {CHINESE: "中文", "en": "English"}

locale: ContextVar[str] = ContextVar("locale", default=CHINESE)


def gettext(message: str) -> str:
    """Return *message* in the language of the request."""
    return catalogue(locale.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that suits *count*, in the language of the request."""
    return catalogue(locale.get()).ngettext(singular, plural, count)


@cache
def catalogue(language: str) -> gnu.NullTranslations:
    """
    Return the messages of one language; Chinese needs none.

    A source checkout without compiled catalogues compiles them in memory.
    """
    if language == CHINESE or language not in LANGUAGES:
        return gnu.NullTranslations()
    folder = DIRECTORY / language / "LC_MESSAGES"
    return _compiled(folder / "messages.po")


def _compiled(source: Path) -> gnu.NullTranslations:
    from io import BytesIO

    if not source.exists():
        return gnu.NullTranslations()
    buffer = BytesIO()
    with source.open("rb") as stream:
        write_mo(buffer, read_po(stream))
    buffer.seek(0)
    return gnu.GNUTranslations(buffer)


class LocaleMiddleware:
    """Set the locale of the request from its cookie; anything unknown is Chinese."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            locale.set(_wanted(scope))
        await self.app(scope, receive, send)


def _wanted(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            return _from_cookie(value.decode("latin-1"))
    return CHINESE


def _from_cookie(header: str) -> str:
    try:
        cookie = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return CHINESE
    return cookie.value if cookie and cookie.value in LANGUAGES else CHINESE
