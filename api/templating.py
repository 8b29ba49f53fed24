"""Jinja2 for the pages: one environment, autoescaped, with the words every page shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api import words
from api.i18n import LANGUAGES, gettext, locale, ngettext
from api.static import Assets

if TYPE_CHECKING:
    from starlette.requests import Request

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Return the one environment of this process."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(languages=LANGUAGES, asset=Assets().url, script_words=script_words)
    env.filters.update(
        case_no=words.case_no, moment=words.moment, clock_time=words.clock_time, day_moment=words.day_moment
    )
    return env


def render(request: Request, template: str, context: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """Render a page for the visitor of *request*."""
    visitor = getattr(request.state, "visitor", None)
    frame = {
        "visitor": visitor,
        "csrf": visitor.csrf if visitor else "",
        "lang": locale.get(),
        "path": request.url.path,
        "demo": request.app.state.engine.settings.demo,
        "now": None,
        "unread": 0,
        "active": "",
        "flash": None,
    }
    html = environment().get_template(template).render({**frame, **context})
    return HTMLResponse(html, status_code=status)


def error_page(request: Request, body: Mapping[str, Any], headers: Mapping[str, str]) -> HTMLResponse:
    """Render a problem as a page: what happened, and what to do next."""
    response = render(request, "error.html", {"problem": body}, status=int(body["status"]))
    response.headers.update(headers)
    return response


def due(due_at: datetime | None, now: datetime) -> dict[str, str]:
    """Return the words and the urgency of a due instant, for the badge."""
    return {"words": words.due_words(due_at, now), "level": words.urgency(due_at, now)}


def script_words() -> str:
    """Return the sentences that the scripts show, in the reader's language, as JSON."""
    _ = gettext
    return json.dumps(
        {
            "failed": _("没有成功，请稍后再试。"),
            "keptHere": _("网络不通，已暂存在本机，恢复后自动保存"),
            "restored": _("已恢复上次未保存的内容"),
            "signedOut": _("登录已过期，内容已暂存在本机，请重新登录"),
            "uploading": _("正在上传"),
            "uploaded": _("已上传"),
            "photoWaits": _("没有信号，已存在本机，信号恢复后自动上传"),
            "tooLarge": _("文件超过 10 MB，无法上传。照片请在相册中选择“压缩”或“标准”尺寸后再传。"),
            "remove": _("移除"),
            "pickDate": _("请选择日期"),
            "pickTime": _("请选择时间"),
            "back": _("上一步"),
            "next": _("下一步"),
            "steps": _("填写步骤"),
            "pickFile": _("拍照或选择文件"),
        },
        ensure_ascii=False,
    )
