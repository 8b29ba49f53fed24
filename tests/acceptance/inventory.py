"""
Every route of the product and what it needs, by the words of the matrix. A route that is not here fails the build.

``id`` is what the address names: nothing, a case, a task, a file, a paper, a deadline, an incident, a notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: What a stranger, anybody signed in, or only somebody with a right may do.
PUBLIC, SIGNED_IN = "public", "signed-in"


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route: who may, of what, and a body that a right-holder could send."""

    need: str
    id: str = ""
    body: dict[str, Any] | None = None  #: JSON for /v2 and machines, form fields for pages


def _case(need: str, **body: Any) -> Route:
    return Route(need=f"case:{need}", id="case", body=body or None)


def _task(need: str, **body: Any) -> Route:
    return Route(need=f"task:{need}", id="task", body=body or None)


def _draft(need: str, **body: Any) -> Route:
    return Route(need=f"studio:{need}", id="draft", body=body or None)


#: What an address names beside its id.
NAMED = {"path": "m0.bpmn", "version": "1"}

ROUTES: dict[tuple[str, str], Route] = {
    # -- nobody's data
    ("GET", "/help"): Route(need=PUBLIC),
    ("GET", "/icon.svg"): Route(need=PUBLIC),
    ("GET", "/robots.txt"): Route(need=PUBLIC),
    ("GET", "/.well-known/security.txt"): Route(need=PUBLIC),
    ("GET", "/openapi.json"): Route(need=PUBLIC),
    ("GET", "/health/live"): Route(need=PUBLIC),
    ("GET", "/health/ready"): Route(need=PUBLIC),
    ("GET", "/login"): Route(need=PUBLIC),
    ("POST", "/login"): Route(need="login"),
    ("POST", "/language"): Route(need=PUBLIC, body={"lang": "zh"}),
    ("POST", "/v2/authentication/login"): Route(need="login"),
    ("GET", "/metrics"): Route(need="machines"),
    # -- one's own
    ("POST", "/logout"): Route(need=SIGNED_IN, body={"x": "1"}),
    ("POST", "/v2/authentication/logout"): Route(need=SIGNED_IN, body={}),
    ("GET", "/v2/authentication/me"): Route(need=SIGNED_IN),
    ("GET", "/v2/authentication/sessions"): Route(need=SIGNED_IN),
    ("DELETE", "/v2/authentication/sessions/{session_id}"): Route(need="unknown", id="session"),
    ("POST", "/v2/authentication/second-factor"): Route(need=SIGNED_IN, body={}),
    ("POST", "/v2/authentication/second-factor/confirmation"): Route(need="code", body={"code": "x"}),
    ("POST", "/v2/authentication/second-factor/removal"): Route(need="code", body={"code": "x"}),
    ("GET", "/me"): Route(need=SIGNED_IN),
    ("GET", "/me/password"): Route(need=SIGNED_IN),
    ("POST", "/me/password"): Route(need=SIGNED_IN, body={"old": "x", "new": "y"}),
    ("GET", "/"): Route(need=SIGNED_IN),
    ("GET", "/cases"): Route(need=SIGNED_IN),
    ("GET", "/notices"): Route(need=SIGNED_IN),
    ("POST", "/notices/read"): Route(need=SIGNED_IN, body={"x": "1"}),
    ("GET", "/notices/{notice_id}"): Route(need="notice", id="notice"),
    ("POST", "/files"): Route(need=SIGNED_IN, body={"x": "1"}),
    ("POST", "/demo/clock"): Route(need=SIGNED_IN, body={"hours": "x"}),
    ("POST", "/v2/user-tasks/search"): Route(need=SIGNED_IN, body={}),
    ("POST", "/v2/process-instances/search"): Route(need=SIGNED_IN, body={}),
    # -- models: all staff read them
    ("GET", "/start"): Route(need=SIGNED_IN),
    ("GET", "/start/{process_key}"): Route(need="start", id="process"),
    ("POST", "/start/{process_key}"): Route(need="start", id="process", body={"x": "1"}),
    ("POST", "/v2/process-instances"): Route(need="start", body={"processDefinitionId": "p"}),
    ("GET", "/decisions"): Route(need=SIGNED_IN),
    ("GET", "/decisions/{process_key}/{decision_id}"): Route(need="unknown", id="process"),
    ("POST", "/decisions/{process_key}/{decision_id}"): Route(need="unknown", id="process", body={"x": "1"}),
    ("POST", "/v2/process-definitions/search"): Route(need=SIGNED_IN, body={}),
    ("GET", "/v2/process-definitions/{process_definition_key}"): Route(need=SIGNED_IN, id="definition"),
    ("GET", "/v2/process-definitions/{process_definition_key}/xml"): Route(need=SIGNED_IN, id="definition"),
    ("GET", "/v2/process-definitions/{process_definition_id}/form"): Route(need="start", id="process"),
    ("POST", "/v2/decision-definitions/evaluation"): Route(need=SIGNED_IN, body={}),
    ("POST", "/v2/expression/evaluation"): Route(need=SIGNED_IN, body={"expression": "=1"}),
    ("POST", "/deployments"): Route(need="deploy"),
    ("POST", "/v2/deployments"): Route(need="deploy"),
    ("POST", "/v2/deployments/search"): Route(need=SIGNED_IN, body={}),
    # -- the studio: drafts of packs, no case data
    ("GET", "/v2/drafts"): Route(need="studio:read"),
    ("POST", "/v2/drafts"): Route(need="studio:edit", body={"packKey": "pack"}),
    ("GET", "/v2/drafts/{draft_key}"): _draft("read"),
    ("GET", "/v2/drafts/{draft_key}/files/{path:path}"): _draft("read"),
    ("GET", "/v2/drafts/{draft_key}/files/{path:path}/revisions"): _draft("read"),
    ("PUT", "/v2/drafts/{draft_key}/files/{path:path}"): _draft("edit"),
    ("DELETE", "/v2/drafts/{draft_key}/files/{path:path}"): _draft("edit"),
    ("POST", "/v2/drafts/{draft_key}/imports"): _draft("edit"),
    ("POST", "/v2/drafts/{draft_key}/editing"): _draft("edit", x=1),
    ("POST", "/v2/drafts/{draft_key}/takeover"): _draft("edit", reason="r"),
    ("POST", "/v2/drafts/{draft_key}/checks"): _draft("read", path="a.md", content=""),
    ("POST", "/v2/drafts/{draft_key}/submission"): _draft("edit", note="n"),
    ("POST", "/v2/drafts/{draft_key}/approval"): _draft("approve", revision=1),
    ("POST", "/v2/drafts/{draft_key}/rejection"): _draft("approve", reason="r"),
    ("POST", "/v2/drafts/{draft_key}/withdrawal"): _draft("edit", reason="r"),
    ("GET", "/v2/drafts/{draft_key}/export"): _draft("read"),
    ("GET", "/v2/packs"): Route(need="studio:read"),
    ("GET", "/v2/packs/{pack_key}/versions"): Route(need="studio:read", id="pack"),
    ("GET", "/v2/packs/{pack_key}/versions/{version}/export"): Route(need="studio:read", id="pack"),
    ("POST", "/v2/packs/{pack_key}/rollback"): Route(
        need="studio:edit", id="pack", body={"version": 1, "reason": "r"}
    ),
    ("GET", "/studio"): Route(need="studio:read"),
    ("POST", "/studio/drafts"): Route(need="studio:edit", body={"pack": "pack"}),
    ("GET", "/studio/packs/{pack_key}"): Route(need="studio:read", id="pack"),
    ("POST", "/studio/packs/{pack_key}/rollback"): Route(
        need="studio:edit", id="pack", body={"version": "1"}
    ),
    ("GET", "/studio/{draft_key}"): _draft("read"),
    ("GET", "/studio/{draft_key}/review"): _draft("read"),
    ("GET", "/studio/{draft_key}/try"): _draft("read"),
    ("POST", "/studio/{draft_key}/try"): _draft("read", _do="restart"),
    ("GET", "/studio/{draft_key}/try/{element_id}"): _draft("read"),
    ("POST", "/studio/{draft_key}/try/{element_id}"): _draft("read", x="1"),
    ("GET", "/studio/{draft_key}/difference"): _draft("read"),
    ("GET", "/studio/{draft_key}/difference/{side}/{path:path}"): _draft("read"),
    ("GET", "/v2/drafts/{draft_key}/difference"): _draft("read"),
    ("GET", "/v2/packs/{pack_key}/versions/{first}/difference/{second}"): Route(
        need="studio:read", id="pack"
    ),
    ("GET", "/studio/{draft_key}/text/{path:path}"): _draft("read"),
    ("POST", "/studio/{draft_key}/text/{path:path}"): _draft("edit", content="x", revision="1"),
    ("POST", "/studio/{draft_key}/files"): _draft("edit", path="a.md"),
    ("POST", "/studio/{draft_key}/imports"): _draft("edit", x="1"),
    ("POST", "/studio/{draft_key}/deletion"): _draft("edit", path="a.md"),
    ("POST", "/studio/{draft_key}/submission"): _draft("edit", note="n"),
    ("POST", "/studio/{draft_key}/withdrawal"): _draft("edit", reason="r"),
    ("POST", "/studio/{draft_key}/takeover"): _draft("edit", reason="r"),
    ("POST", "/studio/{draft_key}/approval"): _draft("approve", revision="1"),
    ("POST", "/studio/{draft_key}/rejection"): _draft("approve", reason="r"),
    # -- the board: numbers of one's own units
    ("GET", "/board"): Route(need="board"),
    ("GET", "/board/cases"): Route(need="board"),
    ("GET", "/board/diagram.xml"): Route(need="board"),
    ("GET", "/board/stream"): Route(need="stream"),
    # -- messages and dispatches
    ("POST", "/dispatches"): Route(need="register", body={"dispatch": {}}),
    ("POST", "/messages"): Route(need="send", body={"name": "nobody-waits", "correlationKey": "k"}),
    ("POST", "/v2/messages/publication"): Route(
        need="send", body={"name": "nobody-waits", "correlationKey": "k"}
    ),
    ("POST", "/v2/signals/broadcast"): Route(need="send", body={"signalName": "nobody-waits"}),
    # -- cases
    ("GET", "/v2/process-instances/{process_instance_key}"): _case("see"),
    ("GET", "/v2/process-instances/{process_instance_key}/history"): _case("see"),
    ("GET", "/v2/process-instances/{process_instance_key}/deadlines"): _case("see"),
    ("POST", "/v2/process-instances/{process_instance_key}/cancellation"): _case("supervise", reason="r"),
    ("POST", "/v2/process-instances/{process_instance_key}/suspension"): _case("supervise", reason="r"),
    ("POST", "/v2/process-instances/{process_instance_key}/resumption"): _case("supervise", x=1),
    ("GET", "/cases/{case_id}"): _case("see"),
    ("GET", "/cases/{case_id}/diagram.xml"): _case("see"),
    ("GET", "/cases/{case_id}/cancel"): _case("see"),
    ("POST", "/cases/{case_id}/cancel"): _case("supervise", reason="r"),
    ("POST", "/cases/{case_id}/reveal"): _case("reveal", purpose="核对身份"),
    ("POST", "/cases/{case_id}/comments"): _case("see", text="留言"),
    ("POST", "/cases/{case_id}/danger"): _case("danger", x="1"),
    ("POST", "/cases/{case_id}/papers"): _case("paper", code="W99"),
    ("GET", "/cases/{case_id}/messages/{message_id}"): _case("message"),
    ("POST", "/cases/{case_id}/messages/{message_id}"): _case("message", x="1"),
    ("GET", "/cases/{case_id}/submitted"): Route(need=SIGNED_IN, id="case"),
    # -- tasks
    ("GET", "/v2/user-tasks/{user_task_key}"): _task("see"),
    ("GET", "/v2/user-tasks/{user_task_key}/form"): _task("see"),
    ("POST", "/v2/user-tasks/{user_task_key}/assignment"): _task("claim", reason=""),
    ("DELETE", "/v2/user-tasks/{user_task_key}/assignee"): _task("release"),
    ("POST", "/v2/user-tasks/{user_task_key}/completion"): _task("complete", variables={}),
    ("POST", "/v2/user-tasks/{user_task_key}/error"): _task("complete", errorCode="E-X"),
    ("POST", "/v2/user-tasks/{user_task_key}/return"): _task("return", reason="r"),
    ("POST", "/v2/user-tasks/{user_task_key}/withdrawal"): _task("withdraw", reason="r"),
    ("POST", "/v2/user-tasks/{user_task_key}/reminder"): _task("remind", text="请办"),
    ("PUT", "/v2/user-tasks/{user_task_key}/draft"): _task("draft", variables={}),
    ("GET", "/tasks/{task_id}"): _task("see"),
    ("POST", "/tasks/{task_id}"): _task("form", _do="save"),
    ("POST", "/tasks/{task_id}/draft"): _task("form", x="1"),
    ("POST", "/tasks/{task_id}/files"): _task("see", x="1"),
    ("POST", "/tasks/{task_id}/claim"): _task("claim", x="1"),
    ("POST", "/tasks/{task_id}/release"): _task("release", x="1"),
    ("GET", "/tasks/{task_id}/{kind}"): _task("see"),
    ("POST", "/tasks/{task_id}/{kind}"): _task("transfer", to="colleague", reason="r"),
    # -- what hangs on a case
    ("GET", "/v2/deadlines/{deadline_key}"): Route(need="case:see", id="deadline"),
    ("POST", "/v2/deadlines/{deadline_key}/extension"): Route(
        need="case:supervise", id="deadline", body={"amount": 1, "reason": "r"}
    ),
    ("GET", "/files/{file_id}"): Route(need="case:part", id="file"),
    ("GET", "/papers/{paper_id}.pdf"): Route(need="case:clear", id="paper"),
    ("GET", "/papers/{paper_id}.docx"): Route(need="case:clear", id="paper"),
    ("GET", "/papers/{paper_id}/sign"): Route(need="case:clear", id="paper"),
    ("POST", "/papers/{paper_id}/sign"): Route(need="case:sign", id="paper", body={"password": "x"}),
    ("POST", "/v2/audit-events/search"): Route(need="audit", body={}),
    ("POST", "/v2/incidents/search"): Route(need="operate", body={}),
    ("GET", "/v2/incidents/{incident_key}"): Route(need="incident", id="incident"),
    ("POST", "/v2/incidents/{incident_key}/resolution"): Route(need="repair", id="incident", body={}),
}

#: Files of the shipped browser code; nothing else may be mounted.
MOUNTS = frozenset({"/static"})


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody: a role in a unit, and how that unit stands to the case's."""

    role: str
    relation: str  #: own, above, town, foreign
    unit: str
    id: str = field(default="")
