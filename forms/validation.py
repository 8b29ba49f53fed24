"""
From a raw submission to FEEL values, or every problem at once.

Fields are looked at in document order. A hidden field's value is dropped, and conditions further down see it as null,
so a stale answer behind a hidden question decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from bpmn.feel import Environment
from bpmn.model import Json, Value, Variables
from forms import never
from forms.checks import identity_of
from forms.errors import Problem, SubmissionInvalid
from forms.expressions import Formula
from forms.field import Fault, Field, Kind, Situation, Unreadable
from forms.locale import N_
from forms.model import Form, options_of
from forms.registry import component_of
from forms.rows import ROW_NAME, originals
from forms.submission import ensure_bounded
from forms.tree import Tree, at, copied, dotted, merged, put

Path = tuple[str | int, ...]


def validate(
    form: Form,
    submission: Mapping[str, Json],
    *,
    context: Variables | None = None,
    environment: Environment | None = None,
    files: Collection[str] | None = None,
) -> dict[str, Value]:
    """
    Return the values of a submission, nested as the form's paths say.

    Args:
        form: the form that was filled in.

        submission: raw values, nested; at most 1 MiB of text and 12 levels. Names the form does not know are dropped.

        context: variables of the case that conditions, computed values and options read.

        environment: clock and functions for FEEL; the machine's clock where None.

        files: ids that file fields may refer to; None accepts every well-formed id.

    Returns:
        One entry for each visible field; None (or ``[]``, ``False``) where an optional field was left empty.

    Raises:
        SubmissionInvalid: one ``Problem`` for each faulty field, in form order.

    >>> form = Form.parse({"components": [{"type": "number", "key": "n", "label": "人数"}]})
    >>> validate(form, {"n": "1,200"})
    {'n': Decimal('1200')}
    """
    ensure_bounded(submission)
    reading = _Reading(environment or Environment(now=datetime.now(UTC)), files)
    typed = reading.typed(form.fields, submission, ())
    # Computed fields are written into the scope on the way; the caller's variables must not change under it.
    known = {name: copied(value) for name, value in (context or {}).items()}
    scope = merged(known, typed)
    values = reading.checked(form.fields, typed, known, scope, scope, ())
    if reading.problems:
        raise SubmissionInvalid(reading.problems)
    return values


class _Reading:
    """One pass over one submission."""

    def __init__(self, environment: Environment, files: Collection[str] | None) -> None:
        self.problems: list[Problem] = []
        self._environment = environment
        self._files = files
        self._unreadable: dict[Path, Fault] = {}

    # -- first: every raw value becomes a typed one, whether visible or not, because conditions may look ahead

    def typed(self, fields: Sequence[Field], raw: Mapping[str, Json], base: Path) -> Tree:
        """Return the typed values of one level; what cannot be read is None and remembered."""
        tree: Tree = {}
        for field in fields:
            kind = component_of(field).kind
            path = base + field.path
            if kind is Kind.GROUP:
                inner = self._parsed(field, at(raw, field.path), path) if field.path else raw
                below = self.typed(field.fields, inner or {}, path)
                for name, value in below.items():
                    put(
                        tree,
                        (*field.path, name),
                        merged(at(tree, (*field.path, name)), value) if isinstance(value, dict) else value,
                    )
            elif kind is Kind.LIST:
                put(tree, field.path, self._typed_rows(field, at(raw, field.path), path))
            elif kind is Kind.VALUE and not field.is_readonly:
                put(tree, field.path, self._parsed(field, at(raw, field.path), path))
        for field in fields:
            _fill_derived(field, tree)
        return tree

    def _typed_rows(self, field: Field, raw: Json, path: Path) -> list[Tree]:
        rows = self._parsed(field, raw, path) or []
        return [
            self.typed(field.fields, row, (*path, index)) | {ROW_NAME: row[ROW_NAME]}
            if ROW_NAME in row
            else self.typed(field.fields, row, (*path, index))
            for index, row in enumerate(rows)
        ]

    def _parsed(self, field: Field, raw: Json, path: Path) -> Value:
        try:
            return component_of(field).parse(field, raw, Situation(environment=self._environment))
        except Unreadable as unreadable:
            self._unreadable[path] = unreadable.fault
            return None

    # -- then: in document order, what is visible is checked and kept

    def checked(
        self,
        fields: Sequence[Field],
        typed: Tree,
        known: Mapping[str, Value],
        scope: Tree,
        node: Tree,
        base: Path,
    ) -> Tree:
        """
        Return the values of one level and note their problems.

        *scope* is what FEEL sees here; *node* is the part of the outer scope that this level owns.
        """
        values: Tree = {}
        for field in fields:
            kind = component_of(field).kind
            path = base + field.path
            if field.hide is not None and field.hide.is_true(scope, self._environment):
                _forget(field, scope, node)
            elif kind is Kind.GROUP:
                self._check_group(field, typed, known, scope, node, path, values)
            elif kind is Kind.LIST:
                put(values, field.path, self._checked_rows(field, typed, known, scope, path))
            elif kind is Kind.VALUE:
                self._check_value(field, typed, known, scope, node, path, values)
        return values

    def _check_group(
        self,
        field: Field,
        typed: Tree,
        known: Mapping[str, Value],
        scope: Tree,
        node: Tree,
        path: Path,
        values: Tree,
    ) -> None:
        if self._noted(field, path):
            return
        if not field.path:
            _pour(values, self.checked(field.fields, typed, known, scope, node, path))
            return
        below = at(node, field.path)
        below = below if isinstance(below, dict) else {}
        inner_known = at(known, field.path)
        inner = self.checked(
            field.fields,
            at(typed, field.path) or {},
            inner_known if isinstance(inner_known, Mapping) else {},
            {**scope, **below, "this": below, "parent": scope},
            below,
            path,
        )
        put(values, field.path, merged(at(values, field.path), inner))

    def _checked_rows(
        self, field: Field, typed: Tree, known: Mapping[str, Value], scope: Tree, path: Path
    ) -> list[Value]:
        rows: list[Tree] = at(typed, field.path) or []
        if not self._noted(field, path):
            self._judge(field, rows, scope, path)
        shown = originals(field, rows, at(known, field.path))
        result = []
        for index, (row, original) in enumerate(zip(rows, shown, strict=True)):
            row.pop(ROW_NAME, None)
            live = merged(original, row)
            inner = {**scope, **live, "this": live, "parent": scope, "i": index + 1}
            result.append(
                merged(original, self.checked(field.fields, row, original, inner, live, (*path, index)))
            )
        return result

    def _check_value(
        self,
        field: Field,
        typed: Tree,
        known: Mapping[str, Value],
        scope: Tree,
        node: Tree,
        path: Path,
        values: Tree,
    ) -> None:
        if field.is_readonly:
            self._compute(field, scope, node, values)
            return
        value = at(typed, field.path)
        if not self._noted(field, path):
            self._judge(field, value, scope, path)
        put(values, field.path, value)
        self._derive(field, value, scope, path, values)

    def _compute(self, field: Field, scope: Tree, node: Tree, values: Tree) -> None:
        # A read-only field is never taken from the submission: it is computed here, or stays as the case has it.
        if isinstance(field.default, Formula):
            value = field.default.evaluate(scope, self._environment)
            for tree in (values, scope, node):
                put(tree, field.path, value)

    def _noted(self, field: Field, path: Path) -> bool:
        fault = self._unreadable.get(path)
        if fault is not None:
            self._note(field, fault, path)
        return fault is not None

    def _judge(self, field: Field, value: Value, scope: Tree, path: Path) -> None:
        component = component_of(field)
        # What may never be done is refused by its own name, before "not among the choices" hides what was tried.
        forbidden = never.fault(value, field.forbidden)
        if forbidden is not None:
            self._note(field, forbidden, path)
            return
        # 0 is an answer, although it equals False.
        if component.kind is Kind.VALUE and (value is None or value is False or value == []):
            if field.required and component.missing:
                # "请填写请说明…" reads badly: a label that already asks is the message.
                self._note(
                    field, Fault("{label}" if field.label.startswith("请") else component.missing), path
                )
            return
        situation = Situation(
            environment=self._environment,
            scope=scope,
            options=options_of(field, scope, self._environment),
            files=self._files,
        )
        fault = component.validate(field, value, situation)
        if fault is not None:
            self._note(field, fault, path)

    def _derive(self, field: Field, value: Value, scope: Tree, path: Path, values: Tree) -> None:
        for name, derived in _derived(field, value).items():
            if scope.get(name) not in (None, "", derived):
                self._note(field, Fault(N_("{label}与所填的出生日期或性别不一致，请核对")), path)
                return
            put(values, (*field.path[:-1], name), derived)

    def _note(self, field: Field, fault: Fault, path: Path) -> None:
        parameters = {"label": field.label or N_("此项"), **fault.parameters}
        self.problems.append(Problem(dotted(path), fault.msgid.format(**parameters), fault.msgid, parameters))


def _derived(field: Field, value: Value) -> dict[str, Value]:
    """Return what ``properties.derives`` takes out of an identity number, {} for any other field."""
    wanted = field.properties.get("derives", "").split()
    identity = identity_of(value) if wanted and isinstance(value, str) else None
    known = {"birth": identity.birth, "gender": identity.gender} if identity else {}
    return {name: known[name] for name in wanted if name in known}


def _fill_derived(field: Field, tree: Tree) -> None:
    """Fill empty fields beside an identity number, so that nobody has to type what the number says."""
    for name, derived in _derived(field, at(tree, field.path)).items():
        beside = (*field.path[:-1], name)
        holder = at(tree, beside[:-1])
        if isinstance(holder, dict) and name in holder and holder[name] is None:
            put(tree, beside, derived)


def _forget(field: Field, scope: Tree, node: Tree) -> None:
    if not field.path:
        for child in field.fields:
            _forget(child, scope, node)
        return
    for tree in (scope, node):
        put(tree, field.path, None)


def _pour(values: Tree, more: Tree) -> None:
    for name, value in more.items():
        values[name] = merged(values.get(name), value) if isinstance(value, dict) else value
