"""
The only place that knows HTTP numbers: every error becomes an RFC 9457 problem, or a page for people.

Strangers learn nothing about the inside: no stack trace, no version, no exception text of ours or a library's.
"""

from __future__ import annotations

import logging
import math
import re
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match

from api.faults import sentence
from api.headers import CSP, HEADERS, HSTS
from api.i18n import gettext as _
from bpmn import errors
from forms import never
from forms.errors import SubmissionInvalid
from forms.locale import N_
from workflows.errors import NotLoggedIn
from workflows.privacy import officer
from workflows.studio.errors import DraftNotPassed, FileChanged, RevisionNeeded
from workflows.trail import audit, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.types import Scope

    from tasks.model import Actor

log = logging.getLogger(__name__)

CLIENT_GONE: Final = 499  #: as reverse proxies write it into their logs
MEDIA_TYPE: Final = "application/problem+json"
#: Paths that machines call; everything else is a page and gets its errors as one.
MACHINE_PATHS: Final = re.compile(
    r"^/(v2|dispatches|messages|deployments|health|metrics|openapi\.json|static)(/|$)"
)


class NotSignedIn(NotLoggedIn):
    """请先登录。"""


class PasswordChangeNeeded(errors.Forbidden):
    """首次登录须先修改密码，修改后即可继续办理。"""


class SecondFactorNeeded(errors.Forbidden):
    """本单位要求登录时使用动态口令。请先启用动态口令，启用后即可继续办理。"""


class ConfirmationNeeded(errors.Forbidden):
    """这一步涉及账号或授权的安全，请先重新输入登录密码，再继续。"""


class LoginRefused(NotLoggedIn):
    """账号或密码不正确。"""


class NotReady(errors.Unavailable):
    """数据库尚未就绪，请稍候再试。"""


class CrossSiteRequest(errors.Forbidden):
    """页面已过期或请求来自其他网站。请返回上一页刷新后再提交，已填写的内容不会丢失。"""


class TooManyAttempts(errors.Unavailable):
    """尝试次数过多。请过几分钟再试，或联系本单位管理员重置密码。"""


class TooManyRequests(errors.Unavailable):
    """操作过于频繁。请稍候再试，已填写的内容不会丢失。"""

    retry_after: int = 5  #: seconds

    @classmethod
    def after(cls, seconds: float) -> TooManyRequests:
        """Say in how many seconds it goes on."""
        wait = max(1, math.ceil(seconds))
        made = cls(_("操作过于频繁。请在 %(n)s 秒后再试，已填写的内容不会丢失。") % {"n": wait})
        made.retry_after = wait
        return made


class AddressTooLong(errors.Invalid):
    """网址过长，无法打开。请从列表重新进入。"""


class HeadersTooLarge(errors.Invalid):
    """请求的附加信息过大。请清除浏览器中本站的 Cookie 后重试。"""


class WrongHost(errors.Invalid):
    """请使用本单位登记的网址访问。如网址有变，请联系系统管理员。"""


class TooSlow(errors.Invalid):
    """网络太慢，内容没有传完。已填写的内容不会丢失，请换到信号好的地方再提交。"""


class BadText(errors.Invalid):
    """内容中含有无法识别的字符，请删除后重试。"""


class MalformedRequest(errors.Invalid):
    """请求内容无法读取，请检查格式后重试。"""


class UnsupportedMedia(errors.Invalid):
    """不支持这种内容格式。"""


class PayloadTooLarge(errors.Invalid):
    """内容过大，无法接收。"""

    @classmethod
    def of(cls, limit: int) -> PayloadTooLarge:
        """Name the limit in the sentence; photos and files get the advice that helps."""
        size = limit // (1024 * 1024)
        if size == 11:
            return cls(
                _("文件超过 10 MB，无法上传。照片请在相册中选择“压缩”或“标准”尺寸后再传，文件请分开上传。")
            )
        return cls(_("内容超过 %(size)s MB，无法接收。请精简或拆分后重试。") % {"size": size})


#: Most specific first. A branch that is missing here answers 500, and a test looks.
STATUS: Final[tuple[tuple[type[errors.JingfaError], HTTPStatus], ...]] = (
    (NotLoggedIn, HTTPStatus.UNAUTHORIZED),
    (TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyRequests, HTTPStatus.TOO_MANY_REQUESTS),
    (AddressTooLong, HTTPStatus.REQUEST_URI_TOO_LONG),
    (HeadersTooLarge, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (WrongHost, HTTPStatus.MISDIRECTED_REQUEST),
    (TooSlow, HTTPStatus.REQUEST_TIMEOUT),
    (PayloadTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnsupportedMedia, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (BadText, HTTPStatus.BAD_REQUEST),
    (MalformedRequest, HTTPStatus.BAD_REQUEST),
    (FileChanged, HTTPStatus.PRECONDITION_FAILED),
    (RevisionNeeded, HTTPStatus.PRECONDITION_REQUIRED),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.ExecutionFailed, HTTPStatus.UNPROCESSABLE_ENTITY),
)

TITLES: Final = {
    400: N_("请求有误"), 401: N_("需要登录"), 403: N_("没有权限"), 404: N_("没有找到"), 405: N_("不支持这种操作"), 406: N_("无法提供这种格式"), 408: N_("网络太慢"), 409: N_("情况已经变化"), 412: N_("内容已被修改"),
    413: N_("内容过大"), 414: N_("网址过长"), 415: N_("格式不支持"), 421: N_("网址不对"), 422: N_("填写有误"), 428: N_("缺少依据的版本"), 429: N_("请稍后再试"), 431: N_("请求过大"), 500: N_("系统出错"), 503: N_("系统正忙"),
}  # fmt: skip


def status_of(error: errors.JingfaError) -> HTTPStatus:
    """Return the HTTP status of an error's branch."""
    for branch, status in STATUS:
        if isinstance(error, branch):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def body_of(error: errors.JingfaError) -> dict[str, Any]:
    """Return the RFC 9457 members of an error; ``problems`` or ``findings`` where it carries them."""
    status = status_of(error)
    body = problem(status, _(error.message), code=error.code)
    if isinstance(error, errors.DeploymentInvalid | DraftNotPassed):
        body["findings"] = [finding_json(f) for f in error.findings]
    body |= getattr(error, "members", {})
    faults = getattr(error, "problems", None)
    if faults:
        body["problems"] = [_fault(p) for p in faults]
    return body


def _fault(fault: Any) -> dict[str, str]:
    # Intake has sentences only; a form's problems name their field.
    return {"path": getattr(fault, "path", ""), "message": getattr(fault, "message", str(fault))}


def problem(status: int, detail: str, *, code: str) -> dict[str, Any]:
    """Return a problem document."""
    title = _(TITLES.get(int(status), "系统出错"))
    return {
        "type": f"urn:jingfa:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "code": code,
    }


def finding_json(finding: Any) -> dict[str, Any]:
    """Return a finding with the field names that ``jingfa check`` prints."""
    names = ("severity", "code", "file", "element_id", "element_name", "message", "remedy", "witness")
    return {name: getattr(finding, name) for name in names}


def wants_page(scope: Scope) -> bool:
    """Return whether a person's browser waits for this answer."""
    return not MACHINE_PATHS.match(scope["path"])


def answer(scope: Scope, error: errors.JingfaError) -> Response:
    """Return the answer to an error, as page or as problem document."""
    body = body_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if body["status"] == HTTPStatus.UNAUTHORIZED else {}
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(getattr(error, "retry_after", 5))
    return _respond(scope, body, headers)


def _respond(scope: Scope, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    # A script of ours (draft, upload) asks for the document and words it itself.
    accepts = next((v for k, v in scope["headers"] if k == b"accept"), b"")
    if not wants_page(scope) or b"application/json" in accepts:
        return JSONResponse(body, status_code=body["status"], headers=dict(headers), media_type=MEDIA_TYPE)
    from api.templating import error_page

    return error_page(Request(scope), body, headers)


def _on_hang_up(_request: Request, _error: Exception) -> Response:
    """The browser went to another page before its request was over, as drafts do: nobody reads the answer, nothing is wrong."""
    return Response(status_code=CLIENT_GONE)


#: What somebody has to do before anything else, and where.
FIRST_STEPS: Final[Mapping[type[errors.JingfaError], str]] = MappingProxyType(
    {PasswordChangeNeeded: "/me/password", SecondFactorNeeded: "/me/second-factor"}
)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(errors.JingfaError, _on_jingfa_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(ClientDisconnect, _on_hang_up)
    app.add_exception_handler(Exception, _on_bug)


def _on_jingfa_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.JingfaError)
    _remember_refusal(request, error)
    is_page = wants_page(request.scope) and request.method in {"GET", "HEAD"}
    for needed, where in FIRST_STEPS.items():
        if is_page and isinstance(error, needed):
            return RedirectResponse(where, status_code=303)
    return answer(request.scope, error)


def _remember_refusal(request: Request, error: errors.JingfaError) -> None:
    """Write down who was refused what: the data-protection officer looks for people who try doors (R19)."""
    visitor = getattr(request.state, "visitor", None)
    if visitor is not None and isinstance(error, SubmissionInvalid):
        _remember_never(request, visitor.actor, error)
        return
    named = request.path_params and isinstance(error, errors.NotFound)
    if visitor is None or not (isinstance(error, errors.Forbidden) or named):
        return
    path = getattr(request.scope.get("route"), "path", "")
    detail = {"method": request.method, "route": path, "code": error.code, **request.path_params}
    try:
        with request.app.state.engine.begin() as uow:
            officer.alert(uow, visitor.actor)
            audit.record(uow, visitor.actor, "denied", detail=detail)
    except errors.JingfaError as fault:
        log.warning("a refusal could not be written down: %s", fault.message)


def _remember_never(request: Request, actor: Actor, error: SubmissionInvalid) -> None:
    """A transaction of its own: the one that was refused is gone, the attempt is not."""
    if not never.broken(error.problems):
        return
    task_id = request.path_params.get("user_task_key")
    try:
        with request.app.state.engine.begin() as uow:
            case = uow.user_tasks.instance_of(task_id) if task_id else None
            refusals.note(uow, actor, error.problems, instance_id=case)
    except errors.JingfaError as fault:
        log.warning("a refusal could not be written down: %s", fault.message)


def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    unreadable = any(
        f["type"] in {"json_invalid", "missing"} and f["loc"] == ("body",) or f["type"] == "json_invalid"
        for f in faults
    )
    if any(f["loc"] == ("body",) for f in faults) and not _is_json(request):
        return answer(request.scope, UnsupportedMedia())
    if unreadable:
        return answer(request.scope, MalformedRequest())
    body = body_of(errors.Invalid(_("请求的内容有 %(n)s 处不符合要求。") % {"n": len(faults)}))
    body["problems"] = [
        {"path": ".".join(str(p) for p in f["loc"]), "message": sentence(f)} for f in faults[:50]
    ]
    return _respond(request.scope, body, {})


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # The framework wraps what reading a body raises; ours says more.
    if isinstance(error.__cause__, errors.JingfaError):
        return answer(request.scope, error.__cause__)
    sentences = {
        400: _("请求内容无法读取，请检查格式后重试。"),
        404: _("没有找到您要的内容。请返回列表重新打开。"),
        405: _("这个地址不支持这种操作。"),
    }
    code = re.sub(r"\W+", "-", HTTPStatus(error.status_code).phrase.lower())
    body = problem(error.status_code, sentences.get(error.status_code, _("请求无法处理。")), code=code)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_at(request))
    return _respond(request.scope, body, headers)


def _methods_at(request: Request) -> list[str]:
    """Return what an address takes: the framework names the methods of its first route only."""
    scope, routes = request.scope, request.app.router.routes
    there = (route for route in routes if route.matches(scope)[0] is not Match.NONE)
    return sorted({method for route in there for method in getattr(route, "methods", None) or {"GET"}})


def _on_bug(request: Request, error: Exception) -> Response:
    log.error("unhandled error at %s %s", request.method, request.scope.get("route", "?"), exc_info=error)
    body = problem(
        500,
        _("系统出错，已记录并通知运维人员。您填写的内容没有提交成功，请稍后再试。"),
        code="internal-error",
    )
    response = _respond(request.scope, body, {})
    # This handler runs outside our middleware, so the headers are its own business.
    response.headers.update({**HEADERS, "Content-Security-Policy": CSP, "Cache-Control": "no-store"})
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = HSTS
    return response
