"""
A form as HTML that is complete without JavaScript, and its answers as HTML to read.

Scripts only add comfort: they evaluate the FEEL trees in ``data-hide``, check numbers when a field is left, and upload
files when chosen. ``docs/forms.md`` lists every class and data attribute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import UTC, datetime
from typing import TypeAlias

from jinja2 import Environment as Templates
from jinja2 import PackageLoader
from markupsafe import Markup, escape

from bpmn.feel import Environment
from bpmn.model import Value, Variables
from forms.components.dynamiclist import least_rows, most_rows
from forms.errors import Problem
from forms.expressions import Formula, Template
from forms.field import Field, Kind, Situation, Unreadable
from forms.locale import N_, Translate, chinese
from forms.markdown import to_html
from forms.model import Form, options_of
from forms.registry import component_of
from forms.rows import ROW_NAME, originals
from forms.submission import ACTION_NAME, COUNT_NAME
from forms.tree import Tree, at, dotted, merged, put
from forms.words import in_words

Path: TypeAlias = tuple[str | int, ...]

TEMPLATES = Templates(
    loader=PackageLoader("forms", "components"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file that is already held for the case, as a form shows it."""

    id: str
    name: str
    size: str = ""  #: in words, e.g. ``2.1 MB``
    url: str = ""  #: where it can be looked at; "" shows no link


@dataclass(frozen=True, kw_only=True)
class Page:
    """What surrounds a form on its page."""

    action: str = ""  #: where the form posts to; "" is the page's own address
    hidden: Mapping[str, str] = with_default(
        default_factory=dict
    )  #: hidden inputs, e.g. the CSRF token and the idempotency key
    upload_url: str = ""  #: where files are posted when chosen; ``?field=PATH`` is added
    files: Mapping[str, UploadedFile] = with_default(default_factory=dict)  #: held files by id
    submit_label: str = N_("提交")
    can_save: bool = True  #: shows 保存草稿


def render(
    form: Form,
    *,
    values: Mapping[str, object],
    problems: Sequence[Problem] = (),
    context: Variables | None = None,
    environment: Environment | None = None,
    translate: Translate = chinese,
    page: Page | None = None,
) -> Markup:
    """
    Return the whole ``<form>`` element with its error summary.

    Args:
        form: the form.

        values: what its inputs hold: raw text as submitted, or FEEL values as ``prefill.values`` gives them.

        problems: of the last try; each is shown in the summary and at its field.

        context: variables of the case that conditions, options and computed texts read.

        environment: clock and functions for FEEL.

        translate: gettext function; message ids are Chinese.

        page: what surrounds the form.
    """
    writer = _Writer(environment, translate, page or Page(), problems)
    return Markup(
        TEMPLATES.get_template("form.html.jinja").render(
            _=translate,
            form=form,
            page=writer.page,
            summary=writer.summary(form),
            fields=writer.form_fields(form, values, context),
            action_name=ACTION_NAME,
        )
    )


def render_fields(
    form: Form,
    *,
    values: Mapping[str, object],
    problems: Sequence[Problem] = (),
    context: Variables | None = None,
    environment: Environment | None = None,
    translate: Translate = chinese,
    page: Page | None = None,
) -> Markup:
    """Return the fields alone, as ``render`` puts them into the form: for a page that brings its own frame."""
    return _Writer(environment, translate, page or Page(), problems).form_fields(form, values, context)


def field_anchor(path: str) -> str:
    """
    Return the HTML id of the field at *path*, for links to it.

    >>> field_anchor("parties.0.idNo")
    'field-parties-0-idNo'
    """
    return "field-" + path.replace(".", "-")


def whole_characters(html: Markup) -> Markup:
    """Return *html* with every half character replaced: a refused submission is shown again, and must be sendable."""
    return Markup(html.encode("utf-8", "replace").decode("utf-8"))


class _Writer:
    """Writes one form once."""

    def __init__(
        self, environment: Environment | None, translate: Translate, page: Page, problems: Sequence[Problem]
    ) -> None:
        self.page = page
        self._environment = environment or Environment(now=datetime.now(UTC))
        self._translate = translate
        self._problems = problems
        self._errors = {problem.path: problem.in_words(translate) for problem in reversed(problems)}

    def form_fields(self, form: Form, values: Mapping[str, object], context: Variables | None) -> Markup:
        """Return the fields of the top level."""
        tree, known = dict(values), dict(context or {})
        scope = merged(known, _typed(form.fields, tree, known, self._environment))
        return whole_characters(self._level(form.fields, tree, scope, ()))

    def summary(self, form: Form) -> Markup:
        """Return the error summary, "" where there is no problem."""
        if not self._problems:
            return Markup("")
        lines = [
            (problem.path, self._where(form, problem) + problem.in_words(self._translate))
            for problem in self._problems
        ]
        template = TEMPLATES.get_template("_summary.html.jinja")
        return Markup(template.render(_=self._translate, lines=lines, anchor=field_anchor))

    def _where(self, form: Form, problem: Problem) -> str:
        """Return the row of a problem in words: 当事人 1："""
        parts = problem.path.split(".")
        rows = [index for index, part in enumerate(parts[:-1]) if part.isdigit()]
        words = []
        for index in rows:
            rows_field = form.field_at(".".join(parts[:index]))
            if rows_field is not None:
                words.append(f"{self._translate(rows_field.item_label)} {int(parts[index]) + 1}")
        return "，".join(words) + ("：" if words else "")

    def _level(self, fields: Sequence[Field], tree: Tree, scope: Tree, base: Path) -> Markup:
        return Markup("").join(self._field(field, tree, scope, base) for field in fields)

    def _field(self, field: Field, tree: Tree, scope: Tree, base: Path) -> Markup:
        component = component_of(field)
        path = base + field.path
        name = dotted(path)
        value = at(tree, field.path)
        if field.is_readonly and isinstance(field.default, Formula):
            value = field.default.evaluate(scope, self._environment)
        situation = Situation(
            environment=self._environment, scope=scope, options=options_of(field, scope, self._environment)
        )
        is_hidden = field.hide is not None and field.hide.is_true(scope, self._environment)
        if is_hidden:
            _forget(field, scope)
        return Markup(
            TEMPLATES.get_template(component.template).render(
                _=self._translate,
                field=field,
                name=name,
                anchor=field_anchor(name) if field.path else "",
                value=component.shown(field, value),
                words=component.words(field, value, situation, self._translate),
                error=self._errors.get(name, "") if field.path else "",
                options=situation.options,
                is_hidden=is_hidden,
                hide=json.dumps(field.hide.tree, ensure_ascii=False, default=str) if field.hide else "",
                base=dotted(base),
                action_name=ACTION_NAME,
                page=self.page,
                content=self._content(field, tree, scope, base),
                **self._rows(field, value, scope, path),
            )
        )

    def _content(self, field: Field, tree: Tree, scope: Tree, base: Path) -> Markup:
        kind = component_of(field).kind
        if kind is Kind.GROUP:
            below = at(tree, field.path)
            seen = at(scope, field.path)
            inner = (
                {**scope, **seen, "this": seen, "parent": scope}
                if field.path and isinstance(seen, Mapping)
                else scope
            )
            return self._level(
                field.fields, below if isinstance(below, dict) else {}, inner, base + field.path
            )
        return self.text(field, scope) if field.settings.get("text") else Markup("")

    def text(self, field: Field, scope: Tree) -> Markup:
        """Return a text with its computed pieces: what a formula yields is never read as Markdown."""
        written = Template.parse(str(field.settings.get("text") or ""))
        held: dict[str, str] = {}
        pieces = []
        for is_computed, piece in written.pieces_filled(scope, self._environment):
            if is_computed:
                mark = f"\ue000{len(held)}\ue001"
                held[mark] = escape(in_words(piece))
                pieces.append(mark)
            else:
                pieces.append(self._translate(str(piece)) if str(piece).strip() else str(piece))
        html = to_html("".join(pieces))
        for mark, words in held.items():
            html = Markup(html.replace(mark, words))
        return html

    def _rows(self, field: Field, value: Value, scope: Tree, path: Path) -> dict[str, object]:
        if component_of(field).kind is not Kind.LIST:
            return {}
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        may_change = field.settings.get("allowAddRemove", True) is not False
        return {
            "rows": [self._row(field, row, scope, (*path, index)) for index, row in enumerate(rows)],
            "origins": [str(row.get(ROW_NAME, "")) for row in rows],
            "may_add": may_change and len(rows) < most_rows(field),
            "may_remove": may_change and len(rows) > least_rows(field),
            "count_name": COUNT_NAME,
            "row_name": ROW_NAME,
        }

    def _row(self, field: Field, row: Tree, scope: Tree, path: Path) -> Markup:
        index = int(path[-1])
        live = at(scope, field.path)[index]
        return self._level(
            field.fields, row, {**scope, **live, "this": live, "parent": scope, "i": index + 1}, path
        )


def _forget(field: Field, scope: Tree) -> None:
    for child in field.fields if not field.path else ():
        _forget(child, scope)
    if field.path:
        put(scope, field.path, None)


def _typed(fields: Sequence[Field], raw: Tree, known: Mapping[str, Value], environment: Environment) -> Tree:
    """Return what conditions see of values that may still be raw text; what cannot be read is null."""
    tree: Tree = {}
    for field in fields:
        kind = component_of(field).kind
        value, stored = at(raw, field.path), at(known, field.path)
        if kind is Kind.GROUP:
            below = value if isinstance(value, dict) else {}
            inner = _typed(field.fields, below, stored if isinstance(stored, Mapping) else {}, environment)
            for name, item in inner.items():
                here = (*field.path, name)
                put(tree, here, merged(at(tree, here), item) if isinstance(item, dict) else item)
        elif kind is Kind.LIST:
            put(tree, field.path, _typed_rows(field, value, stored, environment))
        elif kind is Kind.VALUE and not field.is_readonly:
            put(tree, field.path, _read(field, value, environment))
    return tree


def _typed_rows(field: Field, value: Value, stored: Value, environment: Environment) -> list[Tree]:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return [
        merged(original, _typed(field.fields, row, original, environment))
        for row, original in zip(rows, originals(field, rows, stored), strict=True)
    ]


def _read(field: Field, raw: Value, environment: Environment) -> Value:
    try:
        return component_of(field).parse(field, raw, Situation(environment=environment))
    except Unreadable:
        return None
