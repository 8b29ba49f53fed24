"""Send queued notices to the channels beside the inbox; what a channel does not take is tried again for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from tasks.errors import DeliveryRefused, PersonalDataInPublicChannel
from tasks.notices import channels
from workflows.engine import Engine
from workflows.store.sealing import ContentChanged

#: How long to wait after each refusal; a channel may be away for hours. Nothing is lost: the inbox has the notice.
BACK_OFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))


def send_due(engine: Engine, *, limit: int = 50, sender: channels.Sender | None = None) -> int:
    """
    Send the notices that are due; returns how many were tried.

    Each is leased by itself: a channel that hangs must not keep others until their lease is over, and sent twice.
    """
    tried = 0
    while engine.settings.notice_channels and tried < limit:
        with engine.begin() as uow:
            leased = uow.notices.lease_deliveries(uow.now, uow.now + engine.settings.lease, limit=1)
        if not leased:
            break
        _send_one(engine, leased[0], sender or channels.ByApprise(engine.outgoing))
        tried += 1
    return tried


def _send_one(engine: Engine, delivery_id: str, sender: channels.Sender) -> None:
    try:
        with engine.begin() as uow:
            notice = uow.notices.delivery(delivery_id)
    except ContentChanged as damage:
        with engine.begin() as uow:
            uow.notices.set_delivery(delivery_id, state="failed", error=damage.message)
        return
    # Outside any transaction: a channel may take its time.
    outcome = _send(engine, notice, sender)
    with engine.begin() as uow:
        uow.notices.set_delivery(delivery_id, **_next(int(notice["attempts"]), outcome, uow.now))


def _next(failed_before: int, outcome: str | None, now: Any) -> dict[str, Any]:
    """Return what becomes of a delivery: sent, tried again later, or given up."""
    attempts = failed_before + 1
    if outcome is None:
        return {"state": "sent", "attempts": attempts, "error": None}
    if attempts > len(BACK_OFF):
        return {"state": "failed", "attempts": attempts, "error": outcome}
    return {
        "state": "ready",
        "attempts": attempts,
        "error": outcome,
        "run_at": now + BACK_OFF[attempts - 1],
    }


def _send(engine: Engine, notice: Mapping[str, Any], sender: channels.Sender) -> str | None:
    """Return why the channels did not take it, None if they did."""
    link = f"{engine.settings.base_url}{notice['link'] or '/'}"
    try:
        channels.send(
            engine.settings.notice_channels, subject=str(notice["subject"]), link=link, sender=sender
        )
    except (DeliveryRefused, PersonalDataInPublicChannel) as fault:
        return fault.message
    return None
