"""The decision models of deployed processes, as staff read and try them."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.model import Actor
from workflows.processes import definitions
from workflows.store.unit_of_work import UnitOfWork


def files(uow: UnitOfWork, actor: Actor, definition_id: str) -> Mapping[str, bytes]:
    """
    Return the DMN files of a version by name; a bare key means its latest. Tables hold no case data: all staff read them.

    Raises:
        DefinitionNotFound: no such version.
    """
    return uow.packs.canonical(definitions.row(uow, definition_id).id, "dmn")
