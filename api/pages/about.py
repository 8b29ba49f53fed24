"""Help, and the small files that browsers and researchers ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.auth import EngineOf, Public, SignedIn
from api.pages.frame import show
from api.templating import environment

router = APIRouter(include_in_schema=False)


@router.get("/help")
def help_page(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Answer what people ask most."""
    with engine.begin() as uow:
        return show(request, uow, actor, "help.html", {}, active="help")


@router.get("/icon.svg")
def icon(_: Public) -> Response:
    """Return the mark."""
    svg = (
        environment()
        .get_template("_mark.svg")
        .render()
        .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    )
    coloured = svg.replace('fill="#fff"', 'fill="#0b4d97"').replace('stroke="#0b4d97"', 'stroke="#fff"')
    return Response(coloured, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/robots.txt")
def robots(_: Public) -> Response:
    """Keep search engines out."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@router.get("/.well-known/security.txt")
def security_txt(engine: EngineOf, _: Public) -> Response:
    """Tell whom to write to (RFC 9116); the contact page is the site's own."""
    expires = (datetime.now(UTC) + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    base = engine.settings.base_url.rstrip("/")
    text = f"Contact: {base}/help\nExpires: {expires}\nPreferred-Languages: zh, en\n"
    return PlainTextResponse(text)
