"""Pages for people. ``ROUTERS`` is the whole of them, written out; the catch-all of ``handover`` comes after ``task``."""

from __future__ import annotations

from api.pages import (
    about,
    account,
    attachments,
    board,
    case,
    cases,
    decisions,
    demo,
    handover,
    messages,
    notices,
    papers,
    start,
    studio,
    studio_review,
    studio_text,
    task,
    tasks,
)

ROUTERS = (
    account.router,
    tasks.router,
    task.router,
    attachments.router,
    handover.router,
    cases.router,
    board.router,
    case.router,
    messages.router,
    papers.router,
    start.router,
    notices.router,
    decisions.router,
    studio_review.packs_router,
    studio.router,
    studio_text.router,
    studio_review.router,
    demo.router,
    about.router,
)
