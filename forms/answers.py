"""
The answers of a form as HTML to read: for check-your-answers and for the pages of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from markupsafe import Markup

from bpmn.feel import Environment
from bpmn.model import Value, Variables
from forms.field import Field, Kind, Situation
from forms.locale import Translate, chinese
from forms.model import Form, options_of
from forms.registry import component_of
from forms.rendering import TEMPLATES, UploadedFile, field_anchor
from forms.tree import Tree, at, dotted, merged

Path: TypeAlias = tuple[str | int, ...]
Mask: TypeAlias = Callable[[Field, str, str], str]
"""``(field, path, words) -> words`` as this reader may see them; ``field.properties["check"]`` tells what kind of number
it is, ``field.properties["mask"]`` what staff declared."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer in words."""

    path: str
    label: str
    words: str  #: "" where nothing was answered
    files: tuple[UploadedFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """Answers under one heading: a group, or a row of a list."""

    title: str
    answers: tuple[Answer, ...]


def sections(
    form: Form,
    *,
    values: Mapping[str, Value],
    context: Variables | None = None,
    environment: Environment | None = None,
    translate: Translate = chinese,
    mask: Mask | None = None,
    files: Mapping[str, UploadedFile] | None = None,
) -> tuple[Section, ...]:
    """
    Return the answers of *values* (FEEL values, as ``validation.validate`` returns them) in form order.

    Hidden fields are left out, unanswered ones are there with empty words; *mask* has the last word on every answer.
    """
    reader = _Reader(
        environment or Environment(now=datetime.now(UTC)), translate, mask or _unmasked, files or {}
    )
    reader.open(form.title)
    reader.level(form.fields, dict(values), merged(context or {}, values), ())
    return reader.sections()


def render_answers(
    form: Form,
    *,
    values: Mapping[str, Value],
    context: Variables | None = None,
    environment: Environment | None = None,
    translate: Translate = chinese,
    mask: Mask | None = None,
    files: Mapping[str, UploadedFile] | None = None,
    change_url: str = "",
) -> Markup:
    """
    Return the answers as description lists; with *change_url* each line links back to its field.
    """
    found = sections(
        form,
        values=values,
        context=context,
        environment=environment,
        translate=translate,
        mask=mask,
        files=files,
    )
    template = TEMPLATES.get_template("_answers.html.jinja")
    return Markup(template.render(_=translate, sections=found, change_url=change_url, anchor=field_anchor))


def _unmasked(_field: Field, _path: str, words: str) -> str:
    return words


class _Reader:
    """Collects sections while it walks the form."""

    def __init__(
        self, environment: Environment, translate: Translate, mask: Mask, files: Mapping[str, UploadedFile]
    ) -> None:
        self._environment = environment
        self._translate = translate
        self._mask = mask
        self._files = files
        self._found: list[tuple[str, list[Answer]]] = []

    def open(self, title: str) -> None:
        """Begin a section."""
        self._found.append((self._translate(title) if title else "", []))

    def sections(self) -> tuple[Section, ...]:
        """Return the sections that hold an answer."""
        return tuple(
            Section(title=title, answers=tuple(answers)) for title, answers in self._found if answers
        )

    def level(self, fields: Sequence[Field], tree: Tree, scope: Tree, base: Path) -> None:
        """Read one level of fields."""
        for field in fields:
            if field.hide is not None and field.hide.is_true(scope, self._environment):
                continue
            kind = component_of(field).kind
            if kind is Kind.GROUP:
                self._group(field, tree, scope, base)
            elif kind is Kind.LIST:
                self._list(field, tree, scope, base)
            elif kind is Kind.VALUE:
                self._found[-1][1].append(
                    self._answer(field, at(tree, field.path), scope, dotted(base + field.path))
                )

    def _group(self, field: Field, tree: Tree, scope: Tree, base: Path) -> None:
        title = self._found[-1][0]
        below = at(tree, field.path)
        below = below if isinstance(below, dict) else {}
        if field.label:
            self.open(field.label)
        inner = {**scope, **below, "this": below, "parent": scope} if field.path else scope
        self.level(field.fields, below, inner, base + field.path)
        if field.label:
            self._found.append((title, []))

    def _list(self, field: Field, tree: Tree, scope: Tree, base: Path) -> None:
        title = self._found[-1][0]
        rows = at(tree, field.path)
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            self._found.append((f"{self._translate(field.item_label)} {index + 1}", []))
            live = row if isinstance(row, dict) else {}
            inner = {**scope, **live, "this": live, "parent": scope, "i": index + 1}
            self.level(field.fields, live, inner, (*base, *field.path, index))
        self._found.append((title, []))

    def _answer(self, field: Field, value: Value, scope: Tree, path: str) -> Answer:
        options = options_of(field, scope, self._environment)
        situation = Situation(environment=self._environment, scope=scope, options=options)
        words = component_of(field).words(field, value, situation, self._translate)
        held = component_of(field).shown(field, value) if component_of(field).is_many else ()
        files = (
            tuple(self._files[item] for item in held if item in self._files) if isinstance(held, list) else ()
        )
        return Answer(
            path=path, label=self._translate(field.label), words=self._mask(field, path, words), files=files
        )
