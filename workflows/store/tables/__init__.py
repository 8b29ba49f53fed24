"""
The tables. The serialised instance is the truth; everything a wait state needs is an index derived from it.

Times are ``timestamptz``. Ids made here are time-ordered text (``workflows/store/ids.py``), so that new rows land at the end
of an index. Personal data stands only in columns of the ``Sealed`` types, which are encrypted (``workflows/store/sealing.py``).
"""

from __future__ import annotations

from workflows.store.tables.columns import metadata
from workflows.store.tables.deadlines import deadline, deadline_event, rung
from workflows.store.tables.instances import (
    instance_party,
    instance_step,
    instance_unit,
    participant,
    process_instance,
)
from workflows.store.tables.packs import (
    calendar_year,
    definition_file,
    definition_start,
    deployment,
    deployment_file,
    file_content,
    lawpack_version,
    process_definition,
)
from workflows.store.tables.people import (
    federated_identity,
    login_attempt,
    person,
    role_grant,
    session,
    setting,
    unit,
)
from workflows.store.tables.privacy import (
    absence,
    absence_task,
    audit_detail,
    audit_review,
    disposal,
    grant_request,
    legal_hold,
    person_request,
    restriction,
    reveal,
)
from workflows.store.tables.records import (
    attachment,
    audit_event,
    audit_head,
    comment,
    delivery,
    dispatch,
    draft,
    history_event,
    idempotency_key,
    notice,
    paper,
    signature,
)
from workflows.store.tables.studio import draft_event, draft_file, draft_proof, law_change, pack_draft
from workflows.store.tables.supervision import export, saved_search, supervision_order
from workflows.store.tables.trust import audit_anchor, named_grant, past_password, sealed_case, second_factor
from workflows.store.tables.tryouts import tryout
from workflows.store.tables.wait_states import (
    event_subscription,
    incident,
    job,
    message,
    timer,
    user_task,
    user_task_candidate,
)

__all__ = [
    "absence",
    "absence_task",
    "attachment",
    "audit_anchor",
    "audit_detail",
    "audit_event",
    "audit_head",
    "audit_review",
    "calendar_year",
    "comment",
    "deadline",
    "deadline_event",
    "definition_file",
    "definition_start",
    "delivery",
    "deployment",
    "deployment_file",
    "dispatch",
    "disposal",
    "draft",
    "draft_event",
    "draft_file",
    "draft_proof",
    "event_subscription",
    "export",
    "federated_identity",
    "file_content",
    "grant_request",
    "history_event",
    "idempotency_key",
    "incident",
    "instance_party",
    "instance_step",
    "instance_unit",
    "job",
    "law_change",
    "lawpack_version",
    "legal_hold",
    "login_attempt",
    "message",
    "metadata",
    "named_grant",
    "notice",
    "pack_draft",
    "paper",
    "participant",
    "past_password",
    "person",
    "person_request",
    "process_definition",
    "process_instance",
    "restriction",
    "reveal",
    "role_grant",
    "rung",
    "saved_search",
    "sealed_case",
    "second_factor",
    "session",
    "setting",
    "signature",
    "supervision_order",
    "timer",
    "tryout",
    "unit",
    "user_task",
    "user_task_candidate",
]
