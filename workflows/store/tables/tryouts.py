"""Shadow cases of drafts: what somebody tried, as the steps of a scenario; no case of anybody."""

from __future__ import annotations

from sqlalchemy import Table

from workflows.store.tables.columns import instant, jsonb, metadata, ref, string

tryout = Table(
    "tryout",
    metadata,
    ref("draft_id", "pack_draft.id", pk=True),
    string("person_id", pk=True),
    jsonb("script"),
    instant("changed_at"),
)
