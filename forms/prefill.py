"""
What a form shows before anybody typed: the variables of the case, then the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bpmn.feel import Environment
from bpmn.model import Value, Variables
from forms.components.dynamiclist import least_rows, most_rows
from forms.expressions import Formula
from forms.field import Field, Kind
from forms.model import Form
from forms.registry import component_of
from forms.rows import ROW_NAME
from forms.tree import Tree, at, merged, put


def values(
    form: Form, *, context: Variables | None = None, environment: Environment | None = None
) -> dict[str, Value]:
    """
    Return the first values of a form, nested as its paths say.

    A row that shows a row of the case carries its number under ``__row``, so that fields of the row which this form
    does not show survive.

    >>> form = Form.parse({"components": [{"type": "textfield", "key": "a", "label": "甲", "defaultValue": "x"}]})
    >>> values(form)
    {'a': 'x'}
    """
    known = dict(context or {})
    return _level(form.fields, known, dict(known), environment or Environment(now=datetime.now(UTC)))


def _level(
    fields: Sequence[Field], known: Mapping[str, Value], scope: Tree, environment: Environment
) -> Tree:
    tree: Tree = {}
    for field in fields:
        kind = component_of(field).kind
        if kind is Kind.GROUP:
            below = at(known, field.path)
            below = below if isinstance(below, Mapping) else {}
            inner = _level(field.fields, below, {**scope, **below} if field.path else scope, environment)
            _lay(tree, field.path, inner)
        elif kind is Kind.LIST:
            put(tree, field.path, _rows(field, at(known, field.path), scope, environment))
        elif kind is Kind.VALUE:
            put(tree, field.path, _first(field, at(known, field.path), scope, environment))
    return tree


def _lay(tree: Tree, path: tuple[str, ...], inner: Tree) -> None:
    for name, value in inner.items():
        here = (*path, name)
        put(tree, here, merged(at(tree, here), value) if isinstance(value, dict) else value)


def _first(field: Field, known: Value, scope: Tree, environment: Environment) -> Value:
    is_computed = isinstance(field.default, Formula)
    if known is not None and not (is_computed and field.is_readonly):
        return known
    return field.default.evaluate(scope, environment) if isinstance(field.default, Formula) else field.default


def _rows(field: Field, known: Value, scope: Tree, environment: Environment) -> list[Value]:
    stored = known if isinstance(known, list) else []
    rows: list[Value] = []
    for index, row in enumerate(stored[: most_rows(field)]):
        below = row if isinstance(row, Mapping) else {}
        inner = {**scope, **below, "i": index + 1}
        rows.append(_level(field.fields, below, inner, environment) | {ROW_NAME: str(index)})
    wanted = max(least_rows(field), int(field.settings.get("defaultRepetitions") or 0)) if not rows else 0
    return rows + [_level(field.fields, {}, scope, environment) for _ in range(min(wanted, most_rows(field)))]
