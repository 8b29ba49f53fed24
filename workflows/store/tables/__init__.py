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
from workflows.store.tables.people import login_attempt, person, role_grant, session, setting, unit
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
from workflows.store.tables.studio import draft_event, draft_file, pack_draft
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
    "attachment",
    "audit_anchor",
    "audit_event",
    "audit_head",
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
    "draft",
    "draft_event",
    "draft_file",
    "event_subscription",
    "file_content",
    "history_event",
    "idempotency_key",
    "incident",
    "instance_party",
    "instance_step",
    "instance_unit",
    "job",
    "lawpack_version",
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
    "process_definition",
    "process_instance",
    "role_grant",
    "rung",
    "sealed_case",
    "second_factor",
    "session",
    "setting",
    "signature",
    "timer",
    "tryout",
    "unit",
    "user_task",
    "user_task_candidate",
]
