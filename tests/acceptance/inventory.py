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
    ("GET", "/sw.js"): Route(need=PUBLIC),
    ("GET", "/offline"): Route(need=PUBLIC),
    ("GET", "/robots.txt"): Route(need=PUBLIC),
    ("GET", "/.well-known/security.txt"): Route(need=PUBLIC),
    ("GET", "/openapi.json"): Route(need=PUBLIC),
    ("GET", "/health/live"): Route(need=PUBLIC),
    ("GET", "/health/ready"): Route(need=PUBLIC),
    ("GET", "/login"): Route(need=PUBLIC),
    ("GET", "/login/oidc"): Route(need="login"),
    ("GET", "/login/oidc/callback"): Route(need="login"),
    ("POST", "/login"): Route(need="login"),
    ("POST", "/language"): Route(need=PUBLIC, body={"lang": "zh"}),
    ("POST", "/v2/authentication/login"): Route(need="login"),
    ("GET", "/metrics"): Route(need="machines"),
    # -- programs outside, by a token of the settings: no person, whatever their role
    ("POST", "/v2/jobs/activation"): Route(need="job-worker", body={"type": "payment"}),
    ("POST", "/v2/jobs/{job_key}/completion"): Route(need="job-worker", body={}),
    ("POST", "/v2/jobs/{job_key}/failure"): Route(need="job-worker", body={}),
    ("POST", "/v2/jobs/{job_key}/error"): Route(need="job-worker", body={"errorCode": "E-X"}),
    # -- one's own
    ("POST", "/logout"): Route(need=SIGNED_IN, body={"x": "1"}),
    ("POST", "/v2/authentication/logout"): Route(need=SIGNED_IN, body={}),
    ("GET", "/v2/authentication/me"): Route(need=SIGNED_IN),
    ("GET", "/v2/authentication/sessions"): Route(need=SIGNED_IN),
    ("DELETE", "/v2/authentication/sessions/{session_id}"): Route(need="unknown", id="session"),
    ("POST", "/v2/authentication/confirmation"): Route(need="code", body={"password": "x"}),
    ("POST", "/v2/authentication/second-factor"): Route(need="code", body={"password": "x"}),
    ("POST", "/v2/authentication/second-factor/confirmation"): Route(need="code", body={"code": "x"}),
    ("POST", "/v2/authentication/second-factor/removal"): Route(need="code", body={"code": "x"}),
    ("GET", "/me"): Route(need=SIGNED_IN),
    ("GET", "/me/password"): Route(need=SIGNED_IN),
    ("POST", "/me/password"): Route(need=SIGNED_IN, body={"old": "x", "new": "y"}),
    ("GET", "/me/sessions"): Route(need=SIGNED_IN),
    ("POST", "/me/sessions/end"): Route(need=SIGNED_IN, body={"x": "1"}),
    ("POST", "/me/sessions/{session_id}/end"): Route(need="unknown", id="session", body={"x": "1"}),
    ("POST", "/me/confirmation"): Route(need="code", body={"password": "x"}),
    ("GET", "/me/second-factor"): Route(need=SIGNED_IN),
    ("POST", "/me/second-factor"): Route(need="code", body={"password": "x"}),
    ("POST", "/me/second-factor/confirmation"): Route(need="code", body={"code": "x"}),
    ("POST", "/me/second-factor/recovery-codes"): Route(need="code", body={"code": "x"}),
    ("POST", "/me/second-factor/removal"): Route(need="code", body={"code": "x"}),
    # -- accounts: kept by R20, read along by R19
    ("GET", "/accounts"): Route(need="users-read"),
    ("GET", "/accounts/new"): Route(need="users"),
    ("POST", "/accounts"): Route(need="users", body={"account": "x"}),
    ("GET", "/accounts/{person_id}"): Route(need="users-read", id="person"),
    ("POST", "/accounts/{person_id}/password"): Route(need="users", id="person", body={"x": "1"}),
    ("POST", "/accounts/{person_id}/roles"): Route(
        need="users", id="person", body={"role": "R02", "unit": "station"}
    ),
    ("POST", "/accounts/{person_id}/roles/removal"): Route(
        need="users", id="person", body={"role": "R02", "unit": "x"}
    ),
    ("POST", "/accounts/{person_id}/{deed}"): Route(need="users", id="person", body={"x": "1"}),
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
    ("POST", "/v2/drafts/{draft_key}/rebase"): _draft("edit"),
    ("POST", "/v2/drafts/{draft_key}/checks"): _draft("read", path="a.md", content=""),
    ("GET", "/v2/drafts/{draft_key}/proof"): _draft("read"),
    ("POST", "/v2/drafts/{draft_key}/submission"): _draft("edit", note="n"),
    ("POST", "/v2/drafts/{draft_key}/approval"): _draft("approve", revision=1),
    ("POST", "/v2/drafts/{draft_key}/rejection"): _draft("approve", reason="r"),
    ("POST", "/v2/drafts/{draft_key}/withdrawal"): _draft("edit", reason="r"),
    ("GET", "/v2/drafts/{draft_key}/export"): _draft("read"),
    ("GET", "/studio/{draft_key}/edit/{path:path}"): _draft("read"),
    ("GET", "/studio/{draft_key}/vocabulary"): _draft("read"),
    ("POST", "/studio/{draft_key}/preview"): _draft("read", schema={"components": []}),
    ("POST", "/studio/{draft_key}/trial"): _draft("read", content="", decision="d"),
    ("GET", "/v2/packs"): Route(need="studio:read"),
    ("GET", "/v2/packs/{pack_key}/versions"): Route(need="studio:read", id="pack"),
    ("GET", "/v2/packs/{pack_key}/versions/{version}/export"): Route(need="studio:read", id="pack"),
    ("POST", "/v2/packs/{pack_key}/rollback"): Route(
        need="studio:edit", id="pack", body={"version": 1, "reason": "r"}
    ),
    ("GET", "/studio"): Route(need="studio:read"),
    ("POST", "/studio/drafts"): Route(need="studio:edit", body={"pack": "pack"}),
    ("GET", "/studio/law"): Route(need="studio:read"),
    ("GET", "/studio/law/deadlines"): Route(need="studio:read"),
    ("GET", "/studio/law/deadlines/{code}"): Route(need="studio:read", id="code"),
    ("POST", "/studio/law/deadlines/{code}"): Route(need="studio:edit", id="code", body={"x": "1"}),
    ("GET", "/studio/law/parameters"): Route(need="studio:read"),
    ("POST", "/studio/law/parameters"): Route(need="studio:edit", body={"x": "1"}),
    ("GET", "/studio/law/parameters/{code}"): Route(need="studio:read", id="code"),
    ("POST", "/studio/law/parameters/{code}"): Route(need="studio:edit", id="code", body={"x": "1"}),
    ("GET", "/studio/law/lists"): Route(need="studio:read"),
    ("GET", "/studio/law/lists/{code}"): Route(need="studio:read", id="code"),
    ("POST", "/studio/law/lists/{code}"): Route(need="studio:edit", id="code", body={"x": "1"}),
    ("GET", "/v2/law-changes"): Route(need="studio:read"),
    ("POST", "/v2/law-changes"): Route(
        need="studio:edit", body={"section": "list", "code": "x", "fields": {}, "reason": "r"}
    ),
    ("GET", "/v2/law-changes/{law_change_key}"): Route(need="studio:read", id="code"),
    ("POST", "/v2/law-changes/{law_change_key}/approval"): Route(
        need="studio:approve", id="code", body={"note": "n"}
    ),
    ("POST", "/v2/law-changes/{law_change_key}/rejection"): Route(
        need="studio:approve", id="code", body={"reason": "r"}
    ),
    ("POST", "/v2/law-changes/{law_change_key}/withdrawal"): Route(need="studio:edit", id="code"),
    ("GET", "/studio/law/calendars"): Route(need="studio:read"),
    ("POST", "/studio/law/calendars"): Route(need="studio:calendar", body={"x": "1"}),
    ("GET", "/studio/law/changes/{change_id}"): Route(need="studio:read", id="code"),
    ("POST", "/studio/law/changes/{change_id}/approval"): Route(
        need="studio:approve", id="code", body={"x": "1"}
    ),
    ("POST", "/studio/law/changes/{change_id}/rejection"): Route(
        need="studio:approve", id="code", body={"reason": "r"}
    ),
    ("POST", "/studio/law/changes/{change_id}/withdrawal"): Route(
        need="studio:edit", id="code", body={"x": "1"}
    ),
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
    ("POST", "/studio/{draft_key}/rebase"): _draft("edit", x="1"),
    ("POST", "/studio/{draft_key}/takeover"): _draft("edit", reason="r"),
    ("POST", "/studio/{draft_key}/approval"): _draft("approve", revision="1"),
    ("POST", "/studio/{draft_key}/rejection"): _draft("approve", reason="r"),
    # -- the board: numbers of one's own units
    ("GET", "/figures"): Route(need="board"),
    ("GET", "/figures/file.{kind}"): Route(need="board"),
    ("GET", "/figures/{indicator_id}"): Route(need="board"),
    ("GET", "/figures/{indicator_id}/cases"): Route(need="board-lists"),
    ("GET", "/v2/indicators"): Route(need="board"),
    ("GET", "/v2/indicators/{indicator_id}/cases"): Route(need="board-lists"),
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
    ("POST", "/v2/process-instances/{process_instance_key}/resumption"): _case("supervise", reason="r"),
    ("GET", "/v2/process-instances/{process_instance_key}/supervision-orders"): _case("see"),
    ("POST", "/v2/process-instances/{process_instance_key}/supervision-orders"): _case(
        "supervise", assignee="nobody", text="t", dueDate="2999-01-01"
    ),
    ("POST", "/v2/process-instances/{process_instance_key}/missing-message"): _case(
        "supervise", name="m", reason="r"
    ),
    # Acts on many rows ask the rules for each row; a row that is refused is reported, not the request.
    ("POST", "/v2/process-instances/bulk"): Route(
        need=SIGNED_IN, body={"act": "suspend", "processInstanceKeys": ["x"], "reason": "r"}
    ),
    ("POST", "/v2/user-tasks/bulk-assignment"): Route(
        need=SIGNED_IN, body={"userTaskKeys": ["x"], "assignee": "y", "reason": "r"}
    ),
    ("POST", "/v2/supervision-orders/{supervision_order_key}/answer"): Route(
        need="order:answer", id="order", body={"text": "t"}
    ),
    ("POST", "/v2/supervision-orders/{supervision_order_key}/closure"): Route(
        need="order:close", id="order", body={}
    ),
    ("GET", "/orders"): Route(need=SIGNED_IN),
    ("GET", "/orders/{order_id}"): Route(need="order:see", id="order"),
    ("POST", "/orders/{order_id}/answer"): Route(need="order:answer", id="order", body={"answer": "t"}),
    ("POST", "/orders/{order_id}/close"): Route(need="order:close", id="order", body={"x": "1"}),
    # -- supervisors: many rows, files
    ("GET", "/cases/bulk"): Route(need="supervisors"),
    ("POST", "/cases/bulk"): Route(need="supervisors", body={"x": "1"}),
    ("GET", "/workload"): Route(need="supervisors"),
    ("POST", "/workload"): Route(need="supervisors", body={"x": "1"}),
    ("POST", "/cases/exports"): Route(need="supervisors", body={"purpose": "核对", "f.text": "none-such"}),
    ("GET", "/exports/{export_id}"): Route(need="unknown", id="export"),
    ("GET", "/exports/{export_id}/file"): Route(need="unknown", id="export"),
    ("POST", "/cases/searches"): Route(need=SIGNED_IN, body={"name": "n"}),
    ("POST", "/cases/searches/forget"): Route(need=SIGNED_IN, body={"name": "n"}),
    ("GET", "/cases/{case_id}"): _case("see"),
    ("GET", "/cases/{case_id}/diagram.xml"): _case("see"),
    ("GET", "/cases/{case_id}/reveal"): _case("reveal"),
    ("POST", "/cases/{case_id}/reveal"): _case("reveal", purpose="V02", reason="核对", fields="phone"),
    ("GET", "/cases/{case_id}/reveals/{reveal_id}"): _case("look"),
    ("GET", "/cases/{case_id}/access"): _case("access"),
    ("GET", "/cases/{case_id}/seal"): _case("supervise-page"),
    ("POST", "/cases/{case_id}/seal"): _case("supervise", reason="未成年人", _open="0"),
    ("POST", "/cases/{case_id}/grants"): _case("supervise", person="colleague", purpose="复核", days="7"),
    ("GET", "/v2/process-instances/{process_instance_key}/access"): _case("access"),
    ("POST", "/v2/process-instances/{process_instance_key}/clear-data"): _case(
        "reveal", purpose="V02", reason="核对", fields=["phone"]
    ),
    ("POST", "/v2/process-instances/{process_instance_key}/sealing"): _case("supervise", reason="r"),
    ("POST", "/v2/process-instances/{process_instance_key}/unsealing"): _case("supervise", reason="r"),
    ("POST", "/v2/process-instances/{process_instance_key}/grants"): _case(
        "supervise", person="colleague", purpose="复核", days=7
    ),
    # -- absences: one's own, or one's staff's
    ("GET", "/absences"): Route(need=SIGNED_IN),
    ("POST", "/absences"): Route(need=SIGNED_IN, body={"from": "x", "to": "y"}),
    ("GET", "/absences/{absence_id}"): Route(need="unknown", id="absence"),
    ("POST", "/absences/{absence_id}/end"): Route(need="unknown", id="absence", body={"x": "1"}),
    ("POST", "/v2/absences"): Route(
        need=SIGNED_IN, body={"beginsAt": "2026-01-01T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"}
    ),
    ("GET", "/v2/absences/{absence_key}"): Route(need="unknown", id="absence"),
    ("POST", "/v2/absences/{absence_key}/end"): Route(need="unknown", id="absence", body={}),
    # -- the data-protection officer, and what leaders decide about personal data
    ("GET", "/dpo"): Route(need="audit"),
    ("POST", "/dpo/reviews"): Route(need="audit", body={"note": "本周无异常"}),
    ("POST", "/dpo/verification"): Route(need="audit", body={"x": "1"}),
    ("GET", "/dpo/audit"): Route(need="audit"),
    ("GET", "/dpo/audit/export"): Route(need="audit"),
    ("GET", "/dpo/fields"): Route(need="audit"),
    ("GET", "/dpo/requests"): Route(need="audit"),
    ("POST", "/dpo/requests"): Route(need="audit", body={"number": "1"}),
    ("POST", "/dpo/requests/{number}/copy"): Route(need="audit-unknown", id="number", body={"x": "1"}),
    ("POST", "/dpo/requests/{number}/close"): Route(need="audit-unknown", id="number", body={"x": "1"}),
    ("GET", "/measures"): Route(need=SIGNED_IN),
    ("POST", "/measures/{measure_id}"): Route(need="unknown", id="measure", body={"reason": "r"}),
    ("GET", "/cases/{case_id}/hold"): _case("supervise-page"),
    ("POST", "/cases/{case_id}/hold"): _case("supervise", reason="诉讼"),
    ("GET", "/cases/{case_id}/grades"): _case("see"),
    ("POST", "/v2/privacy/anomalies/search"): Route(
        need="audit", body={"firstOn": "2026-11-23", "lastOn": "2026-11-24"}
    ),
    ("POST", "/v2/audit-reviews"): Route(
        need="audit", body={"firstOn": "2026-11-23", "lastOn": "2026-11-24", "note": "本周无异常"}
    ),
    ("GET", "/v2/audit-events/verification"): Route(need="audit"),
    ("POST", "/v2/privacy/requests"): Route(
        need="audit",
        body={"number": "1", "kind": "export", "idNumber": "1", "note": "n", "identityChecked": True},
    ),
    ("GET", "/v2/privacy/requests/{number}/copy"): Route(need="audit-unknown", id="number"),
    ("POST", "/v2/privacy/measures/search"): Route(need=SIGNED_IN, body={}),
    ("POST", "/v2/privacy/measures/{measure_key}/decision"): Route(
        need="unknown", id="measure", body={"approve": True, "reason": "r"}
    ),
    ("GET", "/v2/process-instances/{process_instance_key}/grades"): _case("see"),
    # -- named grants
    ("GET", "/grants"): Route(need="grants"),
    ("POST", "/grants"): Route(
        need="ask", body={"number": "none", "purpose": "V04", "reason": "r", "days": "7"}
    ),
    ("POST", "/grants/{request_id}"): Route(need="unknown", id="request", body={"_do": "grant"}),
    ("POST", "/v2/grant-requests"): Route(
        need="ask", body={"businessKey": "none", "purpose": "V04", "reason": "r"}
    ),
    ("POST", "/v2/grant-requests/{request_id}/decision"): Route(
        need="unknown", id="request", body={"granted": True}
    ),
    ("GET", "/cases/{case_id}/why"): _case("see"),
    ("GET", "/cases/{case_id}/acts/{act}"): _case("supervise"),
    ("POST", "/cases/{case_id}/acts/{act}"): _case("supervise", reason="r"),
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
    ("POST", "/v2/deadlines/{deadline_key}/pause"): Route(
        need="case:supervise", id="deadline", body={"reason": "r"}
    ),
    ("POST", "/v2/deadlines/{deadline_key}/resumption"): Route(
        need="case:supervise", id="deadline", body={"reason": "r"}
    ),
    ("GET", "/deadlines/{deadline_id}/{deadline_act}"): Route(need="case:supervise", id="deadline"),
    ("POST", "/deadlines/{deadline_id}/{deadline_act}"): Route(
        need="case:supervise", id="deadline", body={"reason": "r", "amount": "1"}
    ),
    ("GET", "/files/{file_id}"): Route(need="case:clear", id="file"),
    ("GET", "/papers/{paper_id}.pdf"): Route(need="case:clear", id="paper"),
    ("GET", "/papers/{paper_id}.docx"): Route(need="case:clear", id="paper"),
    ("GET", "/papers/{paper_id}/sign"): Route(need="case:clear", id="paper"),
    ("POST", "/papers/{paper_id}/sign"): Route(need="case:sign", id="paper", body={"password": "x"}),
    ("POST", "/v2/audit-events/search"): Route(need="audit", body={}),
    ("POST", "/v2/incidents/search"): Route(need="operate", body={}),
    ("GET", "/v2/incidents/{incident_key}"): Route(need="incident", id="incident"),
    ("GET", "/incidents"): Route(need="operate"),
    ("GET", "/incidents/{incident_id}"): Route(need="incident", id="incident"),
    ("POST", "/incidents/{incident_id}"): Route(need="repair", id="incident", body={"reason": "r"}),
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
