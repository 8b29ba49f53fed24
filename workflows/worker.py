"""
The draining loop: timers, rungs, messages, jobs, deliveries. ``jingfa worker`` and the Prefect flow run the same function.

It sleeps until work is announced (LISTEN/NOTIFY), the next due instant, or half a minute, whichever comes first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from bpmn.errors import JingfaError, Unavailable
from workflows.clockwork import jobs, timers
from workflows.correlation import delivery
from workflows.engine import Engine
from workflows.inbox import sending
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


#: What one round does, in this order; each thing in transactions of its own.
STAGES: Final[Mapping[str, Callable[[Engine], int]]] = MappingProxyType(
    {
        "timers": timers.fire_due_timers,
        "rungs": timers.fire_due_rungs,
        "starts": timers.fire_due_starts,
        "messages": delivery.deliver_pending,
        "jobs": jobs.run_due,
        "notices": sending.send_due,
        "handed_over": absences.turn_due,
        "announced": sealing.announce_due,
        "publications": publication.publish_due,
        "laws": law_force.enforce_due,
    }
)


def drain_once(engine: Engine) -> Drained:
    """Do what is due now."""
    return Drained(**{name: stage(engine) for name, stage in STAGES.items()})


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
            done = Drained(**{name: _survived(name, engine) for name in STAGES})
            if on_round is not None:
                on_round(done)
            if not done.total:
                _wait(engine, stop)
        except Exception as fault:  # whatever it was, the loop must go on
            log.warning("drain: %s", fault, exc_info=not isinstance(fault, JingfaError))
            stop.wait(PAUSE_AFTER_FAULT)
    writing.join(timeout=PAUSE_AFTER_FAULT)


def _survived(name: str, engine: Engine) -> int:
    """
    Do one stage; a fault in one must not keep the others from their work, round after round.

    Raises:
        Unavailable: the database is away, for every stage alike.
    """
    try:
        return STAGES[name](engine)
    except Unavailable:
        raise
    except Exception:  # whatever it was, the rest of the work must go on
        log.exception("drain: %s", name)
        return 0


def _write_exports(engine: Engine, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            if not exports.write_next(engine, goes_on=lambda: not stop.is_set()):
                stop.wait(PAUSE_BETWEEN_EXPORTS)
        except Exception as fault:  # the thread must live to write the next one
            log.warning("exports: %s", fault, exc_info=not isinstance(fault, JingfaError))
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
