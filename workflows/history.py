"""Use cases of history: what happened to a case, which path it took and where its tokens are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.model import Actor
from workflows.model import HistoryView
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class PathView:
    """What to colour in a diagram; everything comes from recorded token moves."""

    elements: tuple[str, ...]  #: completed element ids in order
    flows: tuple[str, ...]  #: taken sequence-flow ids in order
    active: tuple[str, ...]  #: element ids with a waiting token
    incidents: tuple[str, ...]  #: element ids with an open incident
    visits: Mapping[str, int]  #: element id -> times completed


def of_instance(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, all_kinds: bool = False
) -> tuple[HistoryView, ...]:
    """
    List what happened, oldest first: what a person would name; ``all_kinds`` adds every token move.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    raise NotImplementedError


def path(uow: UnitOfWork, actor: Actor, instance_id: str) -> PathView:
    """Return the path for the diagram."""
    raise NotImplementedError
