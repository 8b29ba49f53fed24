"""What the generated OpenAPI document needs beyond the routes: documented errors, security schemes, stable names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from api.auth import declared
from api.problems import MEDIA_TYPE, TITLES
from api.schemas import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute

DESCRIPTION: Final = """
资源名称与 Camunda 8 REST API 一致；错误为 RFC 9457 `application/problem+json`，`detail` 是给人看的中文句子，`code` 供程序判断。

每个 POST 都接受 `Idempotency-Key`：同一个键重复提交同一请求只办理一次。列表用游标翻页：把 `page.endCursor` 作为下一次的 `after`。

认证：`POST /v2/authentication/login` 取得令牌后放入 `Authorization: Bearer …`；浏览器会话另须带 `X-CSRF-Token`。
"""

#: What ``api/security.py`` answers before a route is asked.
ENVELOPE: Final = frozenset({400, 408, 413, 414, 415, 421, 429, 431})
TAGS: Final = [
    {"name": "authentication", "description": "登录与本人信息"},
    {"name": "user-tasks", "description": "任务：查询、签收、办结、草稿"},
    {"name": "process-instances", "description": "事项：发起、查询、撤销"},
    {"name": "process-definitions", "description": "已部署的流程"},
    {"name": "deployments", "description": "部署流程包"},
    {"name": "decisions", "description": "决策表与 FEEL 表达式求值"},
    {"name": "messages", "description": "消息、信号与来件"},
    {"name": "deadlines", "description": "期限与其计算说明"},
    {"name": "jobs", "description": "外部程序领取和办结自动步骤的作业（Camunda 8 的 job worker）"},
    {"name": "incidents", "description": "技术异常"},
    {"name": "papers", "description": "文书"},
    {"name": "access", "description": "谁看得到、完整个人信息、封存与指名授权"},
    {"name": "privacy", "description": "个人信息保护：异常、复核、权利申请、保存期限、评级说明"},
    {"name": "absences", "description": "请假与代办"},
    {"name": "audit", "description": "审计"},
    {"name": "operations", "description": "健康检查与指标"},
]


def faults(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route: the statuses it names and those that any signed-in route may answer."""
    return {status: _fault(status) for status in sorted({401, 403, 503, *statuses})}


def open_faults(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a public route."""
    return {status: _fault(status) for status in statuses}


def _fault(status: int) -> dict[str, Any]:
    return {
        "description": TITLES[status],
        "model": Problem,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def install(app: FastAPI) -> None:
    """Replace the generator of ``/openapi.json`` by ours."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, tags=TAGS
    )
    schema["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "jf_session"},
    }
    for route in app.routes:
        operations = schema["paths"].get(getattr(route, "path_format", ""), {})
        for method in operations.keys() & {m.lower() for m in getattr(route, "methods", None) or ()}:
            _complete(operations[method], route)  # type: ignore[arg-type]
    return schema


def _any_answer(operation: dict[str, Any]) -> frozenset[int]:
    """Return the errors that an operation may answer whatever its route does: the guard's and the idempotency key's."""
    keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    return ENVELOPE | ({409} if keyed else frozenset())


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    allow = declared(route)
    if allow is not None and not allow.public:
        operation["security"] = [{"bearer": []}, {"session": []}]
        if allow.roles:
            operation["x-roles"] = sorted(allow.roles)
    for status in _any_answer(operation):
        operation["responses"].setdefault(str(status), _fault(status))
    for status, answer in operation["responses"].items():
        # The framework documents a model of an error as JSON and its own validation error; we answer problems only.
        if int(status) >= 400 and (MEDIA_TYPE in answer.get("content", {}) or status == "422"):
            operation["responses"][status] = {k: v for k, v in _fault(int(status)).items() if k != "model"}
