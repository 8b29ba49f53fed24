"""The ports of ``tasks/ports.py`` filled by use cases: each call is a transaction of its own, outside the job's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bpmn.deadlines import Calendar
from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.lawpack import LawPack
from bpmn.errors import NotFound
from bpmn.model import Json, Value
from forms.documents.pdf import page_count
from tasks.errors import DeliveryRefused, HandlerFailed
from tasks.model import SYSTEM, Job, UnitKind
from workflows import places, values
from workflows.execution import parties
from workflows.identity import people
from workflows.inbox import announcing
from workflows.indicators import figures, happened
from workflows.paperwork import papers
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.engine import Engine


class HandlerPorts:
    """The outside of one job."""

    def __init__(self, engine: Engine, job: Job) -> None:
        self._engine = engine
        self._job = job

    def now(self) -> datetime:
        """Return the business instant."""
        return self._engine.now()

    def law(self) -> LawPack:
        """Return the law pack in force."""
        return self._engine.installation.law

    def calendar(self) -> Calendar:
        """Return the working-day calendar."""
        return self._engine.installation.calendar

    def notify(self, to: Sequence[str], *, kind: str, subject: str, body: str) -> Sequence[str]:
        """Put a notice into the inboxes of those the words name."""
        with self._engine.begin() as uow:
            row = self._instance(uow)
            recipients = [person_id for word in to for person_id in _recipients(uow, row, word)]
            link = f"/cases/{row.id}"
            announcing.put(
                uow, recipients, kind=kind, subject=subject, body=body, link=link, instance_id=row.id
            )
            return sorted(uow.people.names(recipients).values())

    def render_paper(self, code: str, content: Mapping[str, Value]) -> Mapping[str, Json]:
        """Render a paper and keep it with the case."""
        with self._engine.begin() as uow:
            row = self._instance(uow)
            try:
                paper_id = papers.render(uow, row, code, by=SYSTEM, extra=content)
            except NotFound as error:
                raise HandlerFailed(error.message) from error
            found = uow.files.paper(paper_id)
            if found is None:
                raise HandlerFailed
            return {"id": paper_id, "sha256": found["digest"], "pages": page_count(bytes(found["pdf"]))}

    def find_place(self, address: str, village_code: str | None) -> Mapping[str, Json]:
        """Return village, grid and units of an address, else the units of whoever started the case."""
        with self._engine.begin() as uow:
            tree = people.organisation(uow)
            place = places.find(tree, address, village_code)
            if place is not None:
                return {"villageCode": place.id, "units": places.units_of(tree, place.id)}
            row = self._instance(uow)
            known = values.decode(row.variables).get("units")
            if isinstance(known, dict) and known:
                return {"units": known}
            return {"units": places.units_of_person(tree, uow.people.roles(row.started_by))}

    def towns(self) -> Sequence[Mapping[str, Json]]:
        """Return the towns with the units that serve them."""
        with self._engine.begin() as uow:
            tree = people.organisation(uow)
            towns = sorted((unit for unit in tree if unit.kind is UnitKind.TOWN), key=lambda unit: unit.name)
            return [
                {"unit": town.id, "unitName": town.name, "units": places.around(tree, town)} for town in towns
            ]

    def special_names(self, parties: Sequence[Mapping[str, Value]]) -> Sequence[str]:
        """Return the parties whose keyed hash is in the register (setting ``special-person-hashes``)."""
        with self._engine.begin() as uow:
            register = set(uow.settings.get("special-person-hashes") or ())
            return [str(p.get("name")) for p in parties if _is_registered(uow, p, register)]

    def registered(self, parties: Sequence[Mapping[str, Value]]) -> Mapping[str, Json]:
        """Count other running hand-overs of the same persons."""
        with self._engine.begin() as uow:
            hashes = hashes_of(uow, parties)
            keys = uow.instances.running_with_parties(hashes, process="handover-%", but=self._job.instance_id)
            return {"count": len(keys), "numbers": list(keys)}

    def counts(self, unit: str, since: date, until: date) -> Sequence[Mapping[str, Json]]:
        """Count the cases of a unit by process."""
        with self._engine.begin() as uow:
            return figures.counts(uow, unit, since, until)

    def happened(self, unit: str, since: date, until: date, *, exact: bool) -> Mapping[str, Json]:
        """Count by kind what really happened in the unit."""
        with self._engine.begin() as uow:
            return happened.of_unit(uow, unit, since, until, exact=exact)

    def carried(self, unit: str, processes: Sequence[str]) -> Sequence[Mapping[str, Json]]:
        """Return what earlier periods left undone."""
        with self._engine.begin() as uow:
            return figures.carried(uow, unit, processes, but=self._job.instance_id)

    def raised(self, unit: str, processes: Sequence[str], since: date) -> Sequence[Mapping[str, Json]]:
        """Return what cases that run, or ended since, still ask of a meeting."""
        with self._engine.begin() as uow:
            return figures.raised(uow, unit, processes, datetime.combine(since, time.min, ZONE))

    def persons_in_care(self, unit: str) -> Sequence[Mapping[str, Json]]:
        """Return references, grades and visit facts of the unit's special persons."""
        with self._engine.begin() as uow:
            return figures.persons_in_care(uow, unit)

    def repeats(
        self, dispatch: Mapping[str, Value], parties: Sequence[Mapping[str, Value]]
    ) -> Mapping[str, Json]:
        """Count earlier dispatches of the same parties or place in 30 and 90 days."""
        with self._engine.begin() as uow:
            return repeats_of(
                uow, {"dispatch": dispatch, "parties": list(parties)}, but=self._job.instance_id
            )

    def next_number(self, series: str, year: int) -> int:
        """Take the next number of a series; the same job gets the same number again."""
        with self._engine.begin() as uow:
            return uow.settings.take_number(series, year, self._job.id)

    def deliver(self, system: str, kind: str, content: Mapping[str, Json]) -> str:
        """Write a document into the other system's outbox folder; the gateway takes it from there."""
        receipt = f"{self._job.id[:12]}-{hashlib.sha256(system.encode()).hexdigest()[:6]}"
        folder = self._engine.settings.data / "outbox" / _folder(system)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            document = {
                "receipt": receipt,
                "system": system,
                "kind": kind,
                "content": values.to_json(dict(content)),
            }
            target = folder / f"{kind}-{receipt}.json"
            part = target.with_suffix(".part")
            part.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
            part.replace(target)
        except OSError as error:
            raise DeliveryRefused(f"无法写入“{system}”的交换目录 {folder}：{error.strerror}。") from error
        return receipt

    def _instance(self, uow: UnitOfWork) -> InstanceRow:
        row = uow.instances.get(self._job.instance_id)
        if row is None:
            raise HandlerFailed
        return row


def hashes_of(uow: UnitOfWork, persons: Sequence[Mapping[str, Value]]) -> tuple[str, ...]:
    """Return the keyed hashes of persons."""
    return parties.hashes(uow.installation, {"parties": list(persons)})


def repeats_of(uow: UnitOfWork, content: Mapping[str, Any], *, but: str | None = None) -> dict[str, Json]:
    """Return ``repeat30``, ``repeat90`` and ``related`` dispatch numbers of the same parties or place."""
    since = uow.now - timedelta(days=90)
    ids = set(uow.instances.with_parties(parties.hashes(uow.installation, content), since=since)) - {but}
    rows = {row.no: row for row in uow.dispatches.of_instances(ids)} if ids else {}
    place = parties.place_hash(uow.installation, content)
    if place is not None:
        rows |= {row.no: row for row in uow.dispatches.at_place(place, since=since) if row.instance_id != but}
    recent = [row for row in rows.values() if row.received_at >= uow.now - timedelta(days=30)]
    return {"repeat30": len(recent), "repeat90": len(rows), "related": sorted(rows)[:50]}


def _recipients(uow: UnitOfWork, row: InstanceRow, word: str) -> list[str]:
    kind, _, rest = word.partition(":")
    if kind == "person":
        found = uow.people.by_account(rest)
        return [found.id] if found else []
    if kind == "role":
        role, _, slot = rest.partition("@")
        units = uow.instances.units(row.id)
        chosen = [units[slot]] if slot in units else list(units.values()) or ["*"]
        return [person.id for person in uow.people.holding(f"{role}@{unit}" for unit in chosen)]
    tasks = uow.user_tasks.of_instance(row.id)
    return list(dict.fromkeys(t.assignee_id for t in tasks if t.assignee_id)) or _starter(uow, row)


def _starter(uow: UnitOfWork, row: InstanceRow) -> list[str]:
    return [row.started_by] if uow.people.get(row.started_by) else []


def _is_registered(uow: UnitOfWork, party: Mapping[str, Value], register: set[str]) -> bool:
    return not register.isdisjoint(parties.hashes(uow.installation, {"parties": [party]}))


def _folder(system: str) -> str:
    """Return a safe folder name: letters and digits of any script."""
    return "".join(c for c in system if c.isalnum())[:40] or "other"
