"""JSON API, one file a resource. ``ROUTERS`` is the whole of it, written out."""

from __future__ import annotations

from api.routes import (
    absences,
    access,
    audit,
    authentication,
    deadlines,
    decisions,
    deployments,
    differences,
    drafts,
    incidents,
    indicators,
    law_changes,
    messages,
    operations,
    packs,
    privacy,
    process_definitions,
    process_instances,
    supervision,
    user_tasks,
)

ROUTERS = (
    authentication.router,
    user_tasks.router,
    process_instances.router,
    process_definitions.router,
    deployments.router,
    drafts.router,
    differences.router,
    packs.router,
    law_changes.router,
    decisions.router,
    messages.router,
    deadlines.router,
    incidents.router,
    supervision.router,
    indicators.router,
    operations.router,
    audit.router,
    access.router,
    absences.router,
    privacy.router,
)
