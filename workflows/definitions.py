"""Parsed definitions, forms and expressions of deployed packs, kept in memory per version."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bpmn import feel, parser
from bpmn.definition import ProcessDefinition
from bpmn.model import Json, Value
from forms.model import Form
from workflows.errors import DefinitionNotFound, FormNotFound
from workflows.store.rows import DefinitionRow
from workflows.store.unit_of_work import UnitOfWork


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
    return parser.parse(files, process_id=found.key)


def form_document(uow: UnitOfWork, definition_id: str, key: str) -> Mapping[str, Json]:
    """
    Return the form-js document that ``forms/<key>.json`` of the version's pack holds.

    Raises:
        FormNotFound: the pack has no such form.
    """
    deployment_id = kept_row(uow, definition_id).deployment_id
    return uow.installation.keep(("form-json", deployment_id, key), lambda: _read_form(uow, deployment_id, key))


def _read_form(uow: UnitOfWork, deployment_id: str, key: str) -> Mapping[str, Json]:
    content = uow.packs.file(deployment_id, f"forms/{key}.json")
    if content is None:
        raise FormNotFound(f"流程包里没有表单“{key}”。请联系政策编辑人员补充后重新部署。")
    document: Mapping[str, Json] = json.loads(content)
    return document


def form(uow: UnitOfWork, definition_id: str, key: str) -> Form:
    """Return the parsed form."""
    deployment_id = kept_row(uow, definition_id).deployment_id
    lists = {code: listed for code, listed in uow.installation.law.code_lists.items()}
    return uow.installation.keep(
        ("form", deployment_id, key), lambda: Form.parse(form_document(uow, definition_id, key), code_lists=_lists(lists))
    )


def _lists(lists: Mapping[str, object]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    return {code: tuple((entry.code, entry.name) for entry in listed.entries) for code, listed in lists.items()}  # type: ignore[attr-defined]


def evaluate(uow: UnitOfWork, expression: str | None, variables: Mapping[str, Value]) -> Value:
    """Evaluate an attribute of a model: FEEL after a leading ``=``, else the text itself."""
    if not expression:
        return None
    if not expression.startswith("="):
        return expression
    return feel.evaluate(expression[1:], variables, environment=uow.installation.environment(uow.now))
