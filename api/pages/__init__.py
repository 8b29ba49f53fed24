"""Pages for people. ``ROUTERS`` is the whole of them, written out; the catch-all of ``handover`` comes after ``task``."""

from __future__ import annotations

from api.pages import (
    about,
    account,
    accounts,
    attachments,
    board,
    case,
    cases,
    decisions,
    demo,
    devices,
    federation,
    handover,
    messages,
    notices,
    papers,
    start,
    task,
    tasks,
)

ROUTERS = (
    account.router,
    federation.router,
    devices.router,
    accounts.router,
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
    demo.router,
    about.router,
)
