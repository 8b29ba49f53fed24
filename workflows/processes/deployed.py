"""What is deployed: lists of deployments and definitions, their diagrams, files and decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bpmn import decisions
from bpmn.model import Finding, Json, Value
from tasks import offices
from tasks.model import Actor
from workflows import cursors
from workflows.errors import DefinitionNotFound
from workflows.model import DefinitionView, Deployment, Page
from workflows.processes import definitions
from workflows.store.rows import DefinitionRow
from workflows.store.unit_of_work import UnitOfWork


def view(uow: UnitOfWork, row: Mapping[str, Any], findings: tuple[Finding, ...] = ()) -> Deployment:
    """Return a deployment with the versions that it made."""
    made = uow.packs.of_deployment(row["id"])
    return Deployment(
        id=row["id"],
        name=row["name"],
        deployed_at=row["deployed_at"],
        deployed_by=row["deployed_by"],
        definitions=definitions.views(uow, made),
        findings=findings,
    )


def list_deployments(
    uow: UnitOfWork, actor: Actor, *, cursor: str | None = None, limit: int = 30
) -> Page[Deployment]:
    """List deployments, the newest first."""
    offices.ensure_may_read_models(actor)
    limit = max(1, min(limit, 200))
    found = uow.packs.deployments(before=cursors.id_of(cursor), limit=limit)
    items = tuple(view(uow, row) for row in found)
    return Page(items=items, next_cursor=items[-1].id if len(items) == limit else None)


def list_definitions(
    uow: UnitOfWork, actor: Actor, *, latest_only: bool = True
) -> tuple[DefinitionView, ...]:
    """List process definitions by key."""
    offices.ensure_may_read_models(actor)
    return definitions.views(uow, uow.packs.all(latest_only=latest_only))


def definition(uow: UnitOfWork, actor: Actor, definition_id: str) -> DefinitionView:
    """
    Return one version; a bare key means its latest.

    Raises:
        DefinitionNotFound: no such version.
    """
    offices.ensure_may_read_models(actor)
    return definitions.view(uow, definitions.row(uow, definition_id))


def diagram(uow: UnitOfWork, actor: Actor, definition_id: str) -> bytes:
    """Return the BPMN XML of the version, as it was uploaded."""
    offices.ensure_may_read_models(actor)
    row = (
        definitions.kept_row(uow, definition_id)
        if ":" in definition_id
        else definitions.row(uow, definition_id)
    )
    return uow.installation.keep(("diagram", row.id), lambda: _diagram(uow, row))


def _diagram(uow: UnitOfWork, row: DefinitionRow) -> bytes:
    model = definitions.load(uow, row.id)
    for path in sorted(model.files):
        content = uow.packs.file(row.deployment_id, path) or model.files[path]
        if f'id="{row.key}"'.encode() in content or len(model.files) == 1:
            return content
    raise DefinitionNotFound


def pack_file(uow: UnitOfWork, actor: Actor, definition_id: str, path: str) -> bytes:
    """
    Return one file of the version's pack.

    Raises:
        DefinitionNotFound: no such version or file.
    """
    offices.ensure_may_read_models(actor)
    content = uow.packs.file(definitions.row(uow, definition_id).deployment_id, path)
    if content is None:
        raise DefinitionNotFound("流程包里没有这个文件。请核对路径。")
    return content


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
    offices.ensure_may_read_models(actor)
    environment = uow.installation.environment(uow.now)
    for model in _decision_models(uow, definition_id):
        if any(decision_id in (decision.id, decision.name) for decision in model.decisions):
            outcome = model.evaluate(decision_id, context, environment=environment)
            return {
                "decisions": dict(outcome.values),
                "matched": {name: list(ids) for name, ids in outcome.matched.items()},
                "annotations": {name: list(texts) for name, texts in outcome.annotations.items()},
                "reasons": list(outcome.reasons),
            }
    raise DefinitionNotFound("没有已部署的决策表使用这个标识。请核对决策标识。")


def _decision_models(uow: UnitOfWork, definition_id: str | None) -> Iterator[decisions.DecisionModel]:
    ids = (
        [definitions.row(uow, definition_id).deployment_id]
        if definition_id
        else uow.packs.latest_deployments()
    )
    for deployment_id in ids:
        tables = {p: c for p, c in uow.packs.files(deployment_id).items() if p.endswith(".dmn")}
        for path, content in tables.items():
            imports = {name: data for name, data in tables.items() if name != path}
            yield decisions.load(content, imports=imports)
