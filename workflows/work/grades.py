"""
Use cases of automated grades: which rules matched, what came out, and which person confirmed it.

A grade is a suggestion: no decision about a person is made by a machine alone, and whoever is graded may ask a person for
an explanation (``workflows/privacy/measures.py``).

Legal source: ``sources.toml#PIPL-24``
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks import masking
from tasks.model import SYSTEM, Actor
from workflows import cases
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One run of a decision table in a case."""

    name: str
    at: datetime
    results: tuple[tuple[str, str], ...]  #: name -> value, personal data masked
    because: tuple[str, ...]  #: what the matching rules say
    reasons: tuple[str, ...]  #: why something could not be worked out
    confirmed_by: str  #: who took the next step by hand; empty while nobody has
    confirmed_in: str  #: name of that step
    confirmed_at: datetime | None


def of_case(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[Grade, ...]:
    """
    Return the automated grades of a case, the latest first.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    names = {p["name"]: masking.name(p["name"]) for p in _people(cases.content(uow, row))}
    events = uow.history.of_instance(instance_id, kinds=("decided", "completed"))
    people = uow.people.names(event["by_id"] for event in events)
    return tuple(reversed([*_grades(uow, events, people, names)]))


def _people(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    parties = content.get("parties")
    yield from (p for p in parties or () if isinstance(p, Mapping) and isinstance(p.get("name"), str))


def _grades(
    uow: UnitOfWork, events: Sequence[Mapping[str, Any]], people: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[Grade]:
    for number, event in enumerate(events):
        if event["kind"] != "decided":
            continue
        detail = event["detail"]
        after = (e for e in events[number + 1 :] if e["element_type"] == "userTask" and _by_hand(e))
        confirmed = next(after, None)
        yield Grade(
            name=event["element_name"] or str(detail.get("decision") or ""),
            at=event["at"],
            results=tuple(_results(detail.get("result"), uow, names)),
            because=tuple(_because(detail)),
            reasons=tuple(str(reason) for reason in detail.get("reasons") or ()),
            confirmed_by=people.get(confirmed["by_id"], "") if confirmed else "",
            confirmed_in=confirmed["element_name"] if confirmed else "",
            confirmed_at=confirmed["at"] if confirmed else None,
        )


def _by_hand(event: Mapping[str, Any]) -> bool:
    return event["by_id"] not in (None, SYSTEM.person_id)


def _results(result: Any, uow: UnitOfWork, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    shown = result if isinstance(result, Mapping) else {"": result}
    for name, value in masking.variables(shown, uow.now.date()).items():
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        if value not in (None, "", []) and not isinstance(value, Mapping):
            yield name, _without(text, names)


def _because(detail: Mapping[str, Any]) -> Iterator[str]:
    for rules in (detail.get("annotations") or {}).values():
        for rule in rules:
            yield "；".join(text for text in rule["texts"] if text)


def _without(text: str, names: Mapping[str, str]) -> str:
    for full, masked in names.items():
        text = text.replace(full, masked) if len(full) > 1 else text
    return text
