"""
What handlers may ask of the outside. ``workflows/clockwork/handler_ports.py`` fills it; tests use ``FakePorts``.

Every call is safe to repeat with the same job: notices, papers and deliveries are keyed by ``job.id``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bpmn.deadlines import Calendar
from bpmn.deadlines.lawpack import LawPack
from bpmn.model import Json, Value


class Ports(Protocol):
    """The outside of a handler, as of one job."""

    def now(self) -> datetime:
        """Return the business instant."""

    def law(self) -> LawPack:
        """Return the law pack in force."""

    def calendar(self) -> Calendar:
        """Return the working-day calendar with every imported year."""

    def notify(self, to: Sequence[str], *, kind: str, subject: str, body: str) -> Sequence[str]:
        """
        Put a notice into inboxes; returns the names of who got it.

        Args:
            to: ``role:R06@justice`` (a role at a unit slot of the case), ``role:R13``, ``person:<account>`` or ``owner``.
        """

    def render_paper(self, code: str, content: Mapping[str, Value]) -> Mapping[str, Json]:
        """Render a paper and keep it with the case; returns ``{"id", "sha256", "pages"}``."""

    def find_place(self, address: str, village_code: str | None) -> Mapping[str, Json]:
        """Return ``{"villageCode"?, "gridCode"?, "units": {slot: unit id}}``; units of the starter when nothing fits."""

    def towns(self) -> Sequence[Mapping[str, Json]]:
        """Return ``{"unit", "unitName", "units": {slot: unit id}}`` of each town, by name."""

    def special_names(self, parties: Sequence[Mapping[str, Value]]) -> Sequence[str]:
        """Return the names of parties that carry the special-person flag; nothing else about them."""

    def registered(self, parties: Sequence[Mapping[str, Value]]) -> Mapping[str, Json]:
        """Return ``{"count", "numbers"}``: other running hand-overs of the same persons, by business key."""

    def counts(self, unit: str, since: date, until: date) -> Sequence[Mapping[str, Json]]:
        """Return ``{"code", "name", "started", "completed", "open", "overdue"}`` for each process with cases in the unit."""

    def happened(self, unit: str, since: date, until: date, *, exact: bool) -> Mapping[str, Json]:
        """Return figures by kind of what happened, ``workflows/indicators/happened.py``; *exact* keeps small special counts."""

    def carried(self, unit: str, processes: Sequence[str]) -> Sequence[Mapping[str, Json]]:
        """Return the items of the unit's last period of these processes that are not done."""

    def raised(self, unit: str, processes: Sequence[str], since: date) -> Sequence[Mapping[str, Json]]:
        """Return the undone items of cases of these processes that run in the unit or ended since, with ``ref``."""

    def persons_in_care(self, unit: str) -> Sequence[Mapping[str, Json]]:
        """
        Return special persons in the unit's care: no name, no number, no free text.

        Each is ``{"ref", "category", "categoryName", "minor", "counted", "grade", "everyDays", "next", "endsOn", "visits", "alerts",
        "facts"}``, dates as text; ``facts`` are those that table DT-4 reads.
        """

    def repeats(
        self, dispatch: Mapping[str, Value], parties: Sequence[Mapping[str, Value]]
    ) -> Mapping[str, Json]:
        """Return ``{"repeat30", "repeat90", "related"}``: earlier dispatches of the same parties or place."""

    def next_number(self, series: str, year: int) -> int:
        """Return the next number of a series in a year, from 1, without gaps; a repeated job gets its own again."""

    def deliver(self, system: str, kind: str, content: Mapping[str, Json]) -> str:
        """
        Hand a document to another system's outbox; returns the receipt number.

        Raises:
            DeliveryRefused: the system is not set up, or did not take it.
        """
