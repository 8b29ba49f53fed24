"""Which messages people may enter by hand, and who: ``[[message]]`` of a ``pack.toml`` (name, title, form, roles, ``at``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.errors import Forbidden
from bpmn.model import Json
from tasks import rules
from tasks.model import Actor
from workflows.processes import definitions
from workflows.store.rows import InstanceRow, SubscriptionRow
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class EnteredMessage:
    """A message that a pack lets people enter by hand."""

    id: str  #: stable within the pack's version: name and place in the list
    name: str
    title: str
    form: str  #: form key
    roles: frozenset[str]
    elements: frozenset[str] = frozenset()  #: waiting elements that it is for; empty = every wait of its name

    def fits(self, wait: SubscriptionRow) -> bool:
        """Tell whether a wait is for this message."""
        return self.name == wait.event_name and (not self.elements or wait.element_id in self.elements)


def entered_by_hand(uow: UnitOfWork, definition_id: str) -> tuple[EnteredMessage, ...]:
    """Return what the ``pack.toml`` of a version lets people enter."""
    deployment_id = definitions.kept_row(uow, definition_id).deployment_id
    return uow.installation.keep(("messages", deployment_id), lambda: _read(uow, definition_id))


def _read(uow: UnitOfWork, definition_id: str) -> tuple[EnteredMessage, ...]:
    entries = definitions.pack_settings(uow, definition_id).get("message", ())
    return tuple(_message(number, entry) for number, entry in enumerate(entries, start=1))


def _message(number: int, entry: Mapping[str, Json]) -> EnteredMessage:
    return EnteredMessage(
        id=f"{entry['name'].lower()}-{number}",
        name=entry["name"],
        title=entry.get("title", entry["name"]),
        form=entry["form"],
        roles=frozenset(entry["roles"]),
        elements=frozenset(entry.get("at", ())),
    )


def ensure_theirs(uow: UnitOfWork, actor: Actor, row: InstanceRow, name: str) -> None:
    """
    Refuse a message that the pack gives to certain roles, whatever door it comes by; others are for any case worker.

    Raises:
        Forbidden: the actor holds none of its roles, or has to stand aside in this case.
    """
    named = [one for one in entered_by_hand(uow, row.definition_id) if one.name == name]
    if rules.is_system(actor) or not named:
        return
    if not any(actor.has(*one.roles) for one in named):
        raise Forbidden(f"“{named[0].title}”不由您的岗位登记。请转给有权登记的人员。")
    rules.ensure_no_conflict(actor.person_id, uow.instances.facts(row.id))
