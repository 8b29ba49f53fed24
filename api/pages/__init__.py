"""Pages for people, a room a subject. ``ROUTERS`` is the whole of them, written out; the catch-all of ``handover`` comes after ``task``."""

from __future__ import annotations

from api.pages import about, demo, notices, offline
from api.pages.cases import acts, case, deadline_acts, why
from api.pages.identity import account, accounts, again, devices, federation
from api.pages.paperwork import attachments, papers
from api.pages.privacy import access, measures, officer, reveal
from api.pages.studio import (
    calendar,
    decisions,
    difference,
    editor,
    law,
    law_changes,
    law_lists,
    packs,
    rehearsal,
    rehearsal_form,
    review,
    text,
)
from api.pages.supervision import board, bulk, cases, exports, figures, incidents, orders
from api.pages.work import absences, handover, messages, start, task, tasks

ROUTERS = (
    account.router,
    federation.router,
    devices.router,
    again.router,
    accounts.router,
    tasks.router,
    task.router,
    attachments.router,
    handover.router,
    cases.router,
    bulk.router,
    exports.router,
    board.router,
    figures.router,
    case.router,
    reveal.router,
    access.router,
    absences.router,
    measures.router,
    officer.router,
    why.router,
    acts.router,
    deadline_acts.router,
    incidents.router,
    orders.router,
    messages.router,
    papers.router,
    start.router,
    notices.router,
    decisions.router,
    review.packs_router,
    calendar.router,
    law.router,
    law_changes.router,
    law_lists.router,
    packs.router,
    text.router,
    rehearsal.router,
    rehearsal_form.router,
    difference.router,
    review.router,
    editor.router,
    demo.router,
    about.router,
    offline.router,
)
