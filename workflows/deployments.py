"""Use cases of deployments: packs come in, definitions and their files go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.model import Json, Value
from tasks.model import Actor
from workflows.model import DefinitionView, Deployment, Page
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """
    A pack: path inside the pack -> content.

    ``process.bpmn`` and other ``*.bpmn``, ``decisions/*.dmn``, ``forms/*.json``, ``documents/*``, ``scenarios/*``, ``pack.toml``.
    """

    actor: Actor
    name: str
    files: Mapping[str, bytes]
    trusted: bool = False  #: shipped with the product: parsed in this process instead of a killable child


def deploy(uow: UnitOfWork, command: Deploy) -> Deployment:
    """
    Deploy every executable process of a pack; an unchanged pack makes no new version.

    Raises:
        DeploymentInvalid: what the engine cannot run faithfully, every finding at once.
        Forbidden: the actor may not deploy.
    """
    raise NotImplementedError


def files_of_folder(path: str) -> Mapping[str, bytes]:
    """Read a pack folder or zip into the mapping that ``Deploy.files`` wants; refuses links and odd paths."""
    raise NotImplementedError


def list_deployments(
    uow: UnitOfWork, actor: Actor, *, cursor: str | None = None, limit: int = 30
) -> Page[Deployment]:
    """List deployments, the newest first."""
    raise NotImplementedError


def list_definitions(
    uow: UnitOfWork, actor: Actor, *, latest_only: bool = True
) -> tuple[DefinitionView, ...]:
    """List process definitions by key."""
    raise NotImplementedError


def definition(uow: UnitOfWork, actor: Actor, definition_id: str) -> DefinitionView:
    """
    Return one version; a bare key means its latest.

    Raises:
        DefinitionNotFound: no such version.
    """
    raise NotImplementedError


def diagram(uow: UnitOfWork, actor: Actor, definition_id: str) -> bytes:
    """Return the BPMN XML of the version, as it was uploaded."""
    raise NotImplementedError


def pack_file(uow: UnitOfWork, actor: Actor, definition_id: str, path: str) -> bytes:
    """
    Return one file of the version's pack.

    Raises:
        DefinitionNotFound: no such version or file.
    """
    raise NotImplementedError


def evaluate_decision(
    uow: UnitOfWork,
    actor: Actor,
    decision_id: str,
    context: Mapping[str, Value],
    *,
    definition_id: str | None = None,
) -> Mapping[str, Json]:
    """
    Evaluate a deployed decision (latest version unless a definition is named).

    Returns:
        ``{"decisions": {...}, "matched": {...}, "annotations": {...}, "reasons": [...]}`` with FEEL values.

    Raises:
        DefinitionNotFound: no deployed pack has this decision.
    """
    raise NotImplementedError
