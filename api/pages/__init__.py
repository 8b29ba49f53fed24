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
    studio_editor,
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
    studio_editor.router,
    demo.router,
    about.router,
)
