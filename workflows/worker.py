"""
The draining loop: timers, rungs, messages, jobs, deliveries. ``jingfa worker`` and the Prefect flow run the same function.

It sleeps until work is announced (LISTEN/NOTIFY), the next due instant, or half a minute, whichever comes first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields

from bpmn.errors import JingfaError
from tasks.errors import DeliveryRefused, PersonalDataInPublicChannel
from tasks.notices import channels
from workflows.clockwork import jobs, timers
from workflows.correlation import delivery
from workflows.engine import Engine
from workflows.privacy import sealing
from workflows.studio import law_force, publication
from workflows.supervision import exports
from workflows.work import absences

log = logging.getLogger(__name__)
LONGEST_SLEEP = 30.0
PAUSE_AFTER_FAULT = 2.0
PAUSE_BETWEEN_EXPORTS = 2.0


@dataclass(frozen=True, kw_only=True)
class Drained:
    """How much one round did."""

    timers: int = 0
    rungs: int = 0
    starts: int = 0
    messages: int = 0
    jobs: int = 0
    notices: int = 0
    handed_over: int = 0  #: tasks moved for an absence
    announced: int = 0  #: requests for named grants that their deciders were told of
    publications: int = 0
    laws: int = 0

    @property
    def total(self) -> int:
        """Everything together; 0 means that nothing was left to do."""
        return sum(getattr(self, field.name) for field in fields(self))


def drain_once(engine: Engine) -> Drained:
    """Do what is due now, each thing in its own transaction."""
    return Drained(
        timers=timers.fire_due_timers(engine),
        rungs=timers.fire_due_rungs(engine),
        starts=timers.fire_due_starts(engine),
        messages=delivery.deliver_pending(engine),
        jobs=jobs.run_due(engine),
        notices=send_notices(engine),
        handed_over=absences.turn_due(engine),
        announced=sealing.announce_due(engine),
        publications=publication.publish_due(engine),
        laws=law_force.enforce_due(engine),
    )


def drain(engine: Engine, *, rounds: int = 100) -> Drained:
    """Drain until nothing is left, at most *rounds* times: what one round does may make work for the next."""
    done = Drained()
    for _ in range(rounds):
        found = drain_once(engine)
        if not found.total:
            break
        done = Drained(**{f.name: getattr(done, f.name) + getattr(found, f.name) for f in fields(Drained)})
    return done


def run(engine: Engine, stop: threading.Event, *, on_round: Callable[[Drained], None] | None = None) -> None:
    """
    Drain until *stop* is set. A database that is away is waited for.

    Args:
        on_round: Told after each round, e.g. for a heartbeat.
    """
    # A long list takes a minute to write; timers must not wait for it.
    writing = threading.Thread(target=_write_exports, args=(engine, stop), name="exports", daemon=True)
    writing.start()
    while not stop.is_set():
        try:
            done = drain_once(engine)
            if on_round is not None:
                on_round(done)
            if not done.total:
                _wait(engine, stop)
        except JingfaError as fault:
            log.warning("drain: %s", fault.message)
            stop.wait(PAUSE_AFTER_FAULT)
        except Exception:  # whatever it was, the rest of the work must go on
            log.exception("drain")
            stop.wait(PAUSE_AFTER_FAULT)
    writing.join(timeout=PAUSE_AFTER_FAULT)


def _write_exports(engine: Engine, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            if not exports.write_next(engine, goes_on=lambda: not stop.is_set()):
                stop.wait(PAUSE_BETWEEN_EXPORTS)
        except JingfaError as fault:
            log.warning("exports: %s", fault.message)
            stop.wait(PAUSE_AFTER_FAULT)


def _wait(engine: Engine, stop: threading.Event) -> None:
    """Wait for work in slices of a second, so that a stop is heard; waiting asks the database nothing."""
    end = time.monotonic() + min(_sleep(engine), LONGEST_SLEEP)
    while not stop.is_set() and (left := end - time.monotonic()) > 0:
        if engine.listen(min(1.0, left)):
            break


def _sleep(engine: Engine) -> float:
    """Return the seconds until something is due, a second at least, so that a busy row is not asked for in a circle."""
    due = timers.next_due(engine)
    return LONGEST_SLEEP if due is None else max(1.0, (due - engine.now()).total_seconds())


def send_notices(engine: Engine, *, limit: int = 50, sender: channels.Sender | None = None) -> int:
    """Send queued notices to the configured channels; a refused one is tried again, five times."""
    addresses = engine.settings.notice_channels
    if not addresses:
        return 0
    with engine.begin() as uow:
        leased = uow.notices.lease_deliveries(uow.now, uow.now + engine.settings.lease, limit=limit)
    for notice in leased:
        link = f"{engine.settings.base_url}{notice['link'] or '/'}"
        outcome = _send(
            addresses, str(notice["subject"]), link, sender or channels.ByApprise(engine.outgoing)
        )
        with engine.begin() as uow:
            attempts = int(notice["attempts"]) + 1
            state = "sent" if outcome is None else ("ready" if attempts < 5 else "failed")  # noqa: PLR2004
            uow.notices.set_delivery(notice["delivery_id"], state=state, attempts=attempts, error=outcome)
    return len(leased)


def _send(addresses: tuple[str, ...], subject: str, link: str, sender: channels.Sender) -> str | None:
    try:
        channels.send(addresses, subject=subject, link=link, sender=sender)
    except (DeliveryRefused, PersonalDataInPublicChannel) as fault:
        return fault.message
    return None
