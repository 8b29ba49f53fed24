"""Decision tables for staff: try one with values and see which rules fired. No case is touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fastapi import APIRouter, Request
from lxml import etree
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, listed, show
from bpmn import decisions, feel
from bpmn.decisions import DecisionModel
from bpmn.errors import Invalid, NotFound
from bpmn.feel import FeelSyntaxError, to_json
from tasks.model import Actor
from workflows.engine import Engine
from workflows.model import DefinitionView
from workflows.processes import decision_tables, deployed
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

Typed: TypeAlias = Callable[[str], str | None]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A line of a table."""

    id: str
    cells: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A decision table as people read it."""

    id: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    annotated: bool


@router.get("/decisions")
def list_decisions(request: Request, engine: EngineOf, actor: SignedIn, q: str = "") -> Response:
    """List the tables of every deployed process; one that several share stands once, with all of them."""
    word = q.strip()[:100]
    with engine.begin() as uow:
        shared: dict[Table, list[DefinitionView]] = {}
        for definition in deployed.list_definitions(uow, actor):
            for xml in _files(uow, actor, definition.id):
                for table in tables_of(xml):
                    shared.setdefault(table, []).append(definition)
        lines = [_line(table, users) for table, users in shared.items()]
        found = [
            line for line in lines if word.lower() in f"{line['name']} {line['users']} {line['id']}".lower()
        ]
        return show(
            request, uow, actor, "studio/decisions.html", {"tables": found, "q": word}, active="decisions"
        )


def _line(table: Table, users: list[DefinitionView]) -> dict[str, str]:
    names = listed(dict.fromkeys(user.name or user.key for user in users))
    return {
        "id": table.id,
        "name": table.name,
        "users": names,
        "link": f"/decisions/{users[0].key}/{table.id}",
    }


def _files(uow: UnitOfWork, actor: Actor, definition_id: str) -> list[bytes]:
    return list(decision_tables.files(uow, actor, definition_id).values())


@router.get("/decisions/{process_key}/{decision_id}")
def show_decision(
    process_key: str, decision_id: str, request: Request, engine: EngineOf, actor: SignedIn
) -> Response:
    """Show a table and ask for values."""
    return _page(process_key, decision_id, request, engine, actor)


@router.post("/decisions/{process_key}/{decision_id}")
def try_decision(
    process_key: str, decision_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form
) -> Response:
    """Evaluate the table with the values and mark the rules that fired."""
    return _page(process_key, decision_id, request, engine, actor, form)


def _page(
    process_key: str,
    decision_id: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        xml, table = _found(uow, actor, process_key, decision_id)
        model = decisions.load(xml)
        inputs = inputs_of(xml, model, decision_id, _typed(form))
        context: dict[str, Any] = {
            "table": table,
            "inputs": inputs,
            "outcome": None,
            "matched": (),
            "reasons": (),
        }
        if form is not None and not any(i["problem"] for i in inputs):
            context |= tried(model, decision_id, inputs, uow.installation.environment(uow.now))
        return show(request, uow, actor, "studio/decision.html", context, active="decisions")


def _found(uow: UnitOfWork, actor: Actor, process_key: str, decision_id: str) -> tuple[bytes, Table]:
    for xml in _files(uow, actor, process_key):
        for table in tables_of(xml):
            if table.id == decision_id:
                return xml, table
    raise NotFound


def _typed(form: Posted | None) -> Typed:
    return lambda name: form.text(f"v.{name}") if form else ""


def tried(
    model: DecisionModel, decision_id: str, inputs: list[dict[str, Any]], environment: feel.Environment
) -> dict[str, Any]:
    """Return what a decision answers to what was typed: values in words, ids of the rules that fired, reasons."""
    given = nested({i["name"]: i["typed"] for i in inputs})
    outcome = model.evaluate(decision_id, given, environment=environment)
    return {
        "outcome": {name: _words(value) for name, value in outcome.values.items()},
        "matched": sorted({rule for rules in outcome.matched.values() for rule in rules}),
        "reasons": list(outcome.reasons),
    }


def inputs_of(xml: bytes, model: DecisionModel, decision_id: str, typed: Typed) -> list[dict[str, Any]]:
    """
    Ask for what the tables of the file read, as paths like ``dispute.people``; what they never name, as a whole.

    Args:
        typed: path -> what was typed there, if anything.
    """
    decision = next((d for d in model.decisions if d.id == decision_id), None)
    roots = {i.name: i.type for i in decision.inputs} if decision is not None else {}
    wanted = {path: kind for path, kind in paths_of(xml).items() if path.split(".")[0] in roots}
    unseen = {
        root: kind for root, kind in roots.items() if not any(path.split(".")[0] == root for path in wanted)
    }
    labels = labels_of(xml)
    return [
        _input(name, kind, typed(name) or "") | {"label": labels.get(name, name)}
        for name, kind in (wanted | unseen).items()
    ]


def labels_of(xml: bytes) -> dict[str, str]:
    """Return what the input columns call the plain paths that they read."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    columns = (e for e in root.iter() if isinstance(e.tag, str) and etree.QName(e).localname == "input")
    return {_first_text(e, "inputExpression"): str(e.get("label")) for e in columns if e.get("label")}


def paths_of(xml: bytes) -> dict[str, str]:
    """Return the plain paths that input columns read, with the FEEL type of the column."""
    found: dict[str, str] = {}
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname == "inputExpression":
            text = _text(element)
            if all(part.isidentifier() for part in text.split(".")):
                found.setdefault(text, str(element.get("typeRef") or ""))
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """
    Lay path values into one context.

    >>> nested({"a.b": 1, "a.c": 2, "d": None})
    {'a': {'b': 1, 'c': 2}, 'd': None}
    """
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *above, name = path.split(".")
        here = tree
        for part in above:
            below = here.setdefault(part, {})
            here = below if isinstance(below, dict) else {}
        here[name] = value
    return tree


def _input(name: str, kind: str, text: str) -> dict[str, Any]:
    typed, problem = typed_value(text, kind)
    return {"name": name, "hint": hint_of(kind), "value": text, "typed": typed, "problem": problem}


def typed_value(text: str, kind: str) -> tuple[Any, str]:
    """
    Read what staff typed as a FEEL value; text needs no quotes.

    >>> typed_value("三人", "string"), typed_value("", "number")
    (('三人', ''), (None, ''))
    """
    if not text:
        return None, ""
    if kind == "string" and not text.startswith('"'):
        return text, ""
    try:
        return feel.evaluate(text, {}), ""
    except (FeelSyntaxError, Invalid):
        return (
            (text, "")
            if not kind or kind == "Any"
            else (None, _("请填写%(kind)s。") % {"kind": hint_of(kind)})
        )


def hint_of(kind: str) -> str:
    """Say how to write a value of a FEEL type."""
    hints = {
        "number": _("数字，如 3 或 1200.50"),
        "string": _("文字"),
        "boolean": _("true 或 false"),
        "date": _('日期，如 date("2026-11-23")'),
        "date and time": _('日期时间，如 date and time("2026-11-23T09:00:00+08:00")'),
    }
    return hints.get(kind, _("FEEL 表达式或文字"))


def _words(value: Any) -> str:
    import orjson

    shown = to_json(value)
    return shown if isinstance(shown, str) else orjson.dumps(shown).decode()


def tables_of(xml: bytes) -> tuple[Table, ...]:
    """Return the decision tables of a DMN file; other decisions have no lines to show."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml, parser)
    found = (e for e in root.iter() if isinstance(e.tag, str) and etree.QName(e).localname == "decision")
    return tuple(table for decision in found if (table := _table(decision)) is not None)


def _table(decision: etree._Element) -> Table | None:
    table = next(_children(decision, "decisionTable"), None)
    if table is None:
        return None
    rules = tuple(_rule(rule) for rule in _children(table, "rule"))
    return Table(
        id=str(decision.get("id")),
        name=str(decision.get("name") or decision.get("id")),
        inputs=tuple(e.get("label") or _first_text(e, "inputExpression") for e in _children(table, "input")),
        outputs=tuple(e.get("label") or e.get("name") or "" for e in _children(table, "output")),
        rules=rules,
        annotated=any(rule.note for rule in rules),
    )


def _rule(rule: etree._Element) -> Rule:
    cells = [*_children(rule, "inputEntry"), *_children(rule, "outputEntry")]
    notes = [*_children(rule, "annotationEntry"), *_children(rule, "description")]
    return Rule(
        id=str(rule.get("id")),
        cells=tuple(_cell(_text(cell)) for cell in cells),
        note="；".join(text for note in notes if (text := _text(note))),
    )


def _cell(text: str) -> str:
    """Return what a cell says as staff read it; the model keeps FEEL."""
    return {"": _("不限"), "-": _("不限"), "true": _("是"), "false": _("否")}.get(text, text)


def _children(element: etree._Element, name: str) -> Any:
    return (e for e in element if isinstance(e.tag, str) and etree.QName(e).localname == name)


def _text(element: etree._Element) -> str:
    return "".join(str(t) for t in element.itertext()).strip()


def _first_text(element: etree._Element, name: str) -> str:
    return next((_text(e) for e in _children(element, name)), "")
