"""Short words for the deadline tests: the shipped law pack, times in China, ledgers in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bpmn.deadlines import Calendar, LedgerEvent, LedgerEventKind, Reckoning, lawpack, reckon
from bpmn.deadlines.calendar import ZONE

Reckon = Callable[..., Reckoning]


def read_event(text: str) -> LedgerEvent:
    """Read ``2026-09-05 09:00 pause`` or ``2026-09-25 extend:10`` as an event in China."""
    when, _, what = text.rpartition(" ")
    kind, _, amount = what.partition(":")
    at = datetime.fromisoformat(when).replace(tzinfo=ZONE)
    return LedgerEvent(kind=LedgerEventKind(kind), at=at, amount=int(amount) if amount else None)


@pytest.fixture(scope="session")
def pack() -> lawpack.LawPack:
    """The shipped law pack."""
    return lawpack.load()


@pytest.fixture(scope="session")
def reckoned(pack: lawpack.LawPack) -> Reckon:
    """``reckoned("D-110", "2026-09-18 16:40", "2026-10-01 pause")``: a reckoning by the shipped pack."""

    def reckoned(
        code: str, start: str, *events: str, calendar: Calendar | None = None, **more: object
    ) -> Reckoning:
        ledger = [read_event(f"{start} start"), *(read_event(text) for text in events)]
        more = {
            key: datetime.fromisoformat(str(v)).replace(tzinfo=ZONE) if key == "at" else v
            for key, v in more.items()
        }
        return reckon(pack.catalogue.find(code), ledger, calendar or pack.calendar, **more)  # type: ignore[arg-type]

    return reckoned
