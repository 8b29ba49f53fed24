"""Pages for people. ``ROUTERS`` is the whole of them, written out; the catch-all of ``handover`` comes after ``task``."""

from __future__ import annotations

from api.pages import (
    about,
    absences,
    access,
    account,
    attachments,
    board,
    case,
    cases,
    decisions,
    demo,
    handover,
    measures,
    messages,
    notices,
    officer,
    papers,
    reveal,
    start,
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
    reveal.router,
    access.router,
    absences.router,
    measures.router,
    officer.router,
    messages.router,
    papers.router,
    start.router,
    notices.router,
    decisions.router,
    demo.router,
    about.router,
)
