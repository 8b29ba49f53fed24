"""
The names and data that exist around the models of a pack: what its forms, papers and messages bring, what the law pack knows.

Used by every door that checks a pack, so that all of them say the same. Nothing here reads a database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from bpmn import toml
from bpmn.deadlines.lawpack import LawPack
from bpmn.errors import JingfaError
from bpmn.knowledge import FieldFact, Knowledge, Path
from forms import reading as form_reading
from forms.code_lists import options_of_lists
from forms.documents.paper import Paper
from forms.documents.reading import paths_of
from forms.field import Field, Kind
from forms.model import Form
from forms.registry import COMPONENTS
from tasks import registry
from workflows.scenarios import model as scenario_model

Files = Mapping[str, bytes]
TYPES: Final = {
    "textfield": "text",
    "textarea": "text",
    "number": "number",
    "checkbox": "boolean",
    "checklist": "list",
    "select": "text",
    "radio": "text",
    "datetime": "date",
    "dynamiclist": "list",
    "filepicker": "any",
}


def knowledge_of(files: Files, law: LawPack, *, shared: Iterable[str] = ()) -> Knowledge:
    """
    Return what is known about the data of a pack.

    Args:
        files: path -> content, those of used packs included.
        shared: paths that come from used packs; their papers serve several procedures and leave out what one lacks.
    """
    lists = options_of_lists(law.code_lists)
    parsed = {
        PurePosixPath(name).stem: form
        for name, data in files.items()
        if name.startswith("forms/") and name.endswith(".json") and (form := _form(data, lists)) is not None
    }
    forms = {key: tuple(_facts(form.fields, ())) for key, form in parsed.items()}
    return Knowledge(
        forms=forms,
        form_reads={key: form_reading.paths_of(form) for key, form in parsed.items()},
        papers=dict(_papers({name: data for name, data in files.items() if name not in frozenset(shared)})),
        messages=_messages(files, forms),
        operations=registry.RESULTS,
        failures=registry.FAILURES,
    )


def _form(data: bytes, lists: Mapping[str, Any]) -> Form | None:
    try:
        return Form.parse(json.loads(data.decode("utf-8-sig")), code_lists=lists)
    except (ValueError, RecursionError, JingfaError):
        return None


def _facts(fields: Iterable[Field], within: Path) -> Iterator[FieldFact]:
    for one in fields:
        path = (*within, *one.path)
        kind = COMPONENTS[one.type].kind
        if one.path and kind is not Kind.GROUP:
            yield FieldFact(path=path, type=_type(one), options=_options(one))
        elif one.path and not one.fields:
            yield FieldFact(path=path, type="any")
        if kind is Kind.GROUP:
            yield from _facts(one.fields, path)


def _type(field: Field) -> str:
    return "any" if field.type == "datetime" else TYPES.get(field.type, "any")


def _options(field: Field) -> frozenset[str] | None:
    is_closed = field.type in ("select", "radio") and field.options and field.options_from is None
    return frozenset(one.value for one in field.options) if is_closed else None


def _papers(files: Files) -> Iterator[tuple[str, frozenset[Path]]]:
    for name, data in files.items():
        if name.startswith("documents/") and name.endswith(".toml"):
            try:
                paper = Paper.parse(data, file=name)
            except JingfaError:
                continue
            yield paper.code, paths_of(paper)


def _messages(files: Files, forms: Mapping[str, tuple[FieldFact, ...]]) -> dict[str, tuple[FieldFact, ...]]:
    """What messages bring: their content in samples and scenarios, and the form by which a person enters them."""
    found: dict[str, list[FieldFact]] = {}
    for name, sample in _samples(files).items():
        if name not in forms and isinstance(sample, Mapping):
            found.setdefault(str(name), []).extend(_leaves(sample, ()))
    for name, values in _sent(files):
        found.setdefault(name, []).extend(_leaves(values, ()))
    for entry in _settings(files).get("message") or ():
        found.setdefault(str(entry.get("name")), []).extend(forms.get(str(entry.get("form")), ()))
    return {name: tuple(facts) for name, facts in found.items()}


def _sent(files: Files) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the messages and signals that the scenarios send, with what they bring."""
    for name, data in files.items():
        if name.startswith("scenarios/") and PurePosixPath(name).name != scenario_model.SAMPLES:
            raw = _yaml(data)
            for step in [raw.get("start"), *(raw.get("steps") or ())]:
                event = (step.get("message") or step.get("signal")) if isinstance(step, Mapping) else None
                if event and isinstance(step.get("values"), Mapping):
                    yield str(event), step["values"]


def _samples(files: Files) -> Mapping[str, Any]:
    return _yaml(files.get(f"scenarios/{scenario_model.SAMPLES}", b""))


def _yaml(data: bytes) -> Mapping[str, Any]:
    try:
        found = scenario_model.loads(data) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _leaves(sample: Mapping[str, Any], within: Path) -> Iterator[FieldFact]:
    for name, value in sample.items():
        path = (*within, str(name))
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, path)
        else:
            yield FieldFact(path=path, type="any")


def _settings(files: Files) -> Mapping[str, Any]:
    try:
        return toml.loads(files.get("pack.toml", b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return {}
