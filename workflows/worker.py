"""
The draining loop: timers, rungs, messages, jobs, deliveries. ``jingfa worker`` and the Prefect flow run the same function.

It sleeps until work is announced (LISTEN/NOTIFY), the next due instant, or half a minute, whichever comes first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Final

from bpmn.errors import JingfaError
from workflows.clockwork import jobs, timers
from workflows.correlation import delivery
from workflows.engine import Engine
from workflows.errors import StoreUnavailable
from workflows.inbox import sending, settling
from workflows.privacy import sealing
from workflows.studio import following, law_force, proving, publication
from workflows.supervision import exports
from workflows.work import absences

log = logging.getLogger(__name__)
LONGEST_SLEEP = 30.0
PAUSE_AFTER_FAULT = 2.0
PAUSE_APART = 2.0


@dataclass(frozen=True, kw_only=True)
class Drained:
    """How much one round did."""

    timers: int = 0
    rungs: int = 0
    starts: int = 0
    messages: int = 0
    jobs: int = 0
    notices: int = 0
    settled: int = 0  #: notices whose matter is done
    handed_over: int = 0  #: tasks moved for an absence
    announced: int = 0  #: requests for named grants that their deciders were told of
    laws: int = 0
    studio: int = 0  #: rounds of proofs and publications; ``run`` gives them a thread of their own

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
        "settled": settling.settle_due,
        "handed_over": absences.turn_due,
        "announced": sealing.announce_due,
        "laws": law_force.enforce_due,
    }
)


#: Stages with a thread of their own under ``run``: a channel that hangs must not keep timers waiting.
APART: Final = frozenset({"notices"})


def drain_once(engine: Engine) -> Drained:
    """Do what is due now."""
    return Drained(**{name: stage(engine) for name, stage in STAGES.items()})


def drain(engine: Engine, *, rounds: int = 100) -> Drained:
    """Drain until nothing is left, at most *rounds* times: what one round does may make work for the next."""
    done = Drained()
    for _ in range(rounds):
        found = replace(drain_once(engine), studio=int(studio_once(engine)))
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
    # A long list takes a minute to write, a large pack to prove; timers must not wait for them.
    apart = [
        threading.Thread(target=_apart, args=(engine, stop, work), name=name, daemon=True)
        for name, work in (("exports", _write_export), ("studio", studio_once), ("notices", _send_notice))
    ]
    for thread in apart:
        thread.start()
    while not stop.is_set():
        try:
            done = round_once(engine)
            if on_round is not None:
                on_round(done)
            if not done.total:
                _wait(engine, stop)
        except Exception as fault:  # whatever it was, the loop must go on
            log.warning("drain: %s", fault, exc_info=not isinstance(fault, JingfaError))
            stop.wait(PAUSE_AFTER_FAULT)
    for thread in apart:
        thread.join(timeout=PAUSE_AFTER_FAULT)


def round_once(engine: Engine) -> Drained:
    """
    Do what is due now but for notices; a fault in one stage keeps no other from its work.

    Raises:
        StoreUnavailable: the database is away, for every stage alike.
    """
    return Drained(**{name: _survived(name, engine) for name in STAGES if name not in APART})


def _survived(name: str, engine: Engine) -> int:
    try:
        return STAGES[name](engine)
    except StoreUnavailable:
        raise
    except Exception as fault:  # whatever it was, the rest of the work must go on
        log.warning("drain %s: %s", name, fault, exc_info=not isinstance(fault, JingfaError))
        return 0


def studio_once(engine: Engine, goes_on: Callable[[], bool] = lambda: True) -> bool:
    """Prove a draft, publish what is due, let the users of shared packs follow; tells whether there was anything to do."""
    proved = proving.prove_next(engine, goes_on=goes_on)
    published = publication.publish_due(engine)
    return bool(proved or published or following.follow_due(engine))


def _write_export(engine: Engine, goes_on: Callable[[], bool]) -> bool:
    return exports.write_next(engine, goes_on=goes_on)


def _send_notice(engine: Engine, _goes_on: Callable[[], bool]) -> bool:
    return bool(sending.send_due(engine, limit=1))


def _apart(engine: Engine, stop: threading.Event, work: Callable[[Engine, Callable[[], bool]], bool]) -> None:
    while not stop.is_set():
        try:
            if not work(engine, lambda: not stop.is_set()):
                stop.wait(PAUSE_APART)
        except Exception as fault:  # whatever it was, the next one must have its turn
            name = threading.current_thread().name
            log.warning("%s: %s", name, fault, exc_info=not isinstance(fault, JingfaError))
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
