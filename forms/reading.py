"""What the expressions of a form read beside its own fields: conditions, defaults, options, texts."""

from __future__ import annotations

from collections.abc import Iterator

from forms.expressions import Formula, Template
from forms.field import Field, Kind
from forms.model import Form
from forms.registry import COMPONENTS

Path = tuple[str, ...]


def paths_of(form: Form) -> frozenset[Path]:
    """Return the paths that the expressions of *form* read and that are no fields of it, whatever their group."""
    own = {name for one in form.walk() for name in one.path}
    return frozenset(path for path in _paths(form.fields) if path[0] not in own)


def _paths(fields: tuple[Field, ...]) -> Iterator[Path]:
    for one in fields:
        # Inside a row, a name may be one of its columns under another spelling: rows are left to the preview.
        if COMPONENTS[one.type].kind is not Kind.LIST:
            yield from (path for found in _formulas(one) for path in found.expression.paths)
            yield from _paths(one.fields)


def _formulas(field: Field) -> Iterator[Formula]:
    yield from (one for one in (field.hide, field.default, field.options_from) if isinstance(one, Formula))
    text = field.settings.get("text")
    if isinstance(text, str):
        yield from (piece for piece in Template.parse(text).pieces if isinstance(piece, Formula))
