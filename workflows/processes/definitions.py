"""Parsed definitions, forms and expressions of deployed packs, kept in memory per version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import bpmn
from bpmn import feel, parser, toml
from bpmn.definition import ProcessDefinition
from bpmn.model import Json, Value
from forms.code_lists import options_of_lists
from forms.model import Form
from workflows.errors import DefinitionNotFound, FormNotFound
from workflows.model import DefinitionView
from workflows.store.rows import DefinitionRow
from workflows.store.unit_of_work import UnitOfWork

LAW_FORMS = Path(bpmn.__file__).parent / "library" / "lawpack" / "forms"
LAW_FORM_KEYS = frozenset({"ladder-note", "ladder-remedy"})


def row(uow: UnitOfWork, definition_id: str) -> DefinitionRow:
    """
    Return one version; a bare key means its latest.

    Raises:
        DefinitionNotFound: no such version.
    """
    find = uow.packs.get if ":" in definition_id else uow.packs.latest
    found = find(definition_id)
    if found is None:
        raise DefinitionNotFound
    return found


def kept_row(uow: UnitOfWork, definition_id: str) -> DefinitionRow:
    """Return one version by its full id, from memory when possible: versions never change."""
    return uow.installation.keep(("row", definition_id), lambda: row(uow, definition_id))


def load(uow: UnitOfWork, definition_id: str) -> ProcessDefinition:
    """Return the parsed definition of one version."""
    return uow.installation.keep(("definition", definition_id), lambda: _parse(uow, definition_id))


def _parse(uow: UnitOfWork, definition_id: str) -> ProcessDefinition:
    found = row(uow, definition_id)
    files = uow.packs.canonical(found.id, "bpmn") | uow.packs.canonical(found.id, "dmn")
    return parser.reread(files, process_id=found.key)


def form_document(uow: UnitOfWork, definition_id: str, key: str) -> Mapping[str, Json]:
    """
    Return the form-js document that ``forms/<key>.json`` of the version's pack holds.

    Raises:
        FormNotFound: the pack has no such form.
    """
    deployment_id = kept_row(uow, definition_id).deployment_id
    return uow.installation.keep(
        ("form-json", deployment_id, key), lambda: _read_form(uow, deployment_id, key)
    )


def _read_form(uow: UnitOfWork, deployment_id: str, key: str) -> Mapping[str, Json]:
    content = uow.packs.file(deployment_id, f"forms/{key}.json") or _shared_form(key)
    if content is None:
        raise FormNotFound(f"流程包里没有表单“{key}”。请联系政策编辑人员补充后重新部署。")
    document: Mapping[str, Json] = json.loads(content)
    return document


def pack_settings(uow: UnitOfWork, definition_id: str) -> Mapping[str, Json]:
    """Return the ``pack.toml`` of a version; empty when the pack has none."""
    deployment_id = kept_row(uow, definition_id).deployment_id
    return uow.installation.keep(("pack-toml", deployment_id), lambda: _read_settings(uow, deployment_id))


def _read_settings(uow: UnitOfWork, deployment_id: str) -> Mapping[str, Json]:
    content = uow.packs.file(deployment_id, "pack.toml")
    return toml.loads(content.decode()) if content else {}


def _shared_form(key: str) -> bytes | None:
    """Return a form of the law pack: those of tasks that no diagram has."""
    file = LAW_FORMS / f"{key}.json"
    return file.read_bytes() if key in LAW_FORM_KEYS else None


def form(uow: UnitOfWork, definition_id: str, key: str) -> Form:
    """Return the parsed form."""
    deployment_id = kept_row(uow, definition_id).deployment_id
    law = uow.installation.law
    lists = law.code_lists
    return uow.installation.keep(
        ("form", law.digest, deployment_id, key),
        lambda: Form.parse(form_document(uow, definition_id, key), code_lists=options_of_lists(lists)),
    )


def evaluate(uow: UnitOfWork, expression: str | None, variables: Mapping[str, Value]) -> Value:
    """Evaluate an attribute of a model: FEEL after a leading ``=``, else the text itself."""
    if not expression:
        return None
    if not expression.startswith("="):
        return expression
    return feel.evaluate(expression[1:], variables, environment=uow.installation.environment(uow.now))


def views(uow: UnitOfWork, rows: Iterable[DefinitionRow]) -> tuple[DefinitionView, ...]:
    """Return versions as lists show them; two queries, however many there are."""
    rows = tuple(rows)
    latest = {row.id for row in uow.packs.all(latest_only=True)}
    running = uow.instances.running(row.id for row in rows)
    return tuple(
        DefinitionView(
            id=row.id,
            key=row.key,
            version=row.version,
            name=row.name,
            digest=row.digest,
            deployment_id=row.deployment_id,
            deployed_at=row.deployed_at,
            is_latest=row.id in latest,
            starters=row.starters,
            start_form=row.start_form,
            running=running.get(row.id, 0),
        )
        for row in rows
    )


def view(uow: UnitOfWork, row: DefinitionRow) -> DefinitionView:
    """Return one version as lists show it."""
    return views(uow, [row])[0]
