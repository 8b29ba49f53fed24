"""A form on a page: its fields, its faults, its files, and what the pressed button asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from markupsafe import Markup

from api.i18n import gettext as _
from api.templating import environment as templates
from bpmn import feel
from bpmn.model import Json, Value
from forms import answers, prefill, rendering, submission
from forms.code_lists import options_of_lists
from forms.errors import Problem
from forms.model import Form
from workflows.installation import Installation
from workflows.model import AttachmentView


@dataclass(frozen=True, kw_only=True)
class FormOnPage:
    """One form with the case it reads from and the clock."""

    form: Form
    context: Mapping[str, Value]
    environment: feel.Environment
    upload_url: str
    files: Mapping[str, rendering.UploadedFile]

    def first_values(self) -> Mapping[str, Value]:
        """Return what the fields show before anybody typed."""
        return prefill.values(self.form, context=self.context, environment=self.environment)

    def fields(self, values: Mapping[str, Any], problems: Sequence[Problem] = ()) -> Markup:
        """Return the fields as HTML."""
        return rendering.render_fields(
            self.form,
            values=values,
            problems=problems,
            context=self.context,
            environment=self.environment,
            translate=_,
            page=rendering.Page(upload_url=self.upload_url, files=self.files),
        )

    @property
    def known(self) -> str:
        """What conditions read beyond the fields themselves, as JSON for the browser."""
        trees = [field.hide.tree for field in self.form.walk() if field.hide is not None]
        names = {name for tree in trees for name in _names(tree)}
        return orjson.dumps({n: feel.to_json(v) for n, v in self.context.items() if n in names}).decode()

    def answers(self, values: Mapping[str, Value], *, change_url: str = "") -> Markup:
        """Return the answers to read before they take effect."""
        return answers.render_answers(
            self.form,
            values=values,
            context=self.context,
            environment=self.environment,
            translate=_,
            files=self.files,
            change_url=change_url,
        )

    def summary(self, problems: Sequence[Problem]) -> Markup:
        """Return the error summary, each line linked to its field."""
        lines = [
            {"anchor": rendering.field_anchor(p.path), "message": self._where(p) + p.in_words(_)}
            for p in problems
        ]
        module: Any = templates().get_template("_ui.html").make_module({"lang": ""})
        return Markup(module.error_summary(lines))

    def _where(self, problem: Problem) -> str:
        """Name the row of a fault: 当事人 1：."""
        parts = problem.path.split(".")
        rows = [i for i, part in enumerate(parts[:-1]) if part.isdigit()]
        found = [(self.form.field_at(".".join(parts[:i])), int(parts[i]) + 1) for i in rows]
        return "".join(f"{_(field.item_label)} {number}：" for field, number in found if field is not None)

    def read(self, pairs: Sequence[tuple[str, object]]) -> tuple[submission.Action, dict[str, Json]]:
        """Return what was pressed and the nested raw submission, rows added or removed as the button asks."""
        action = submission.action_of(pairs)
        raw = submission.from_pairs(self.form, pairs)
        return action, submission.applied(self.form, raw, action)


def on_page(
    schema: Mapping[str, Json] | None,
    *,
    installation: Installation,
    context: Mapping[str, Value],
    environment: feel.Environment,
    upload_url: str,
    files: Sequence[AttachmentView] = (),
) -> FormOnPage | None:
    """Return the form ready for a page; None when there is none."""
    if schema is None:
        return None
    return FormOnPage(
        form=_parsed(schema, installation),
        context=context,
        environment=environment,
        upload_url=upload_url,
        files={file.id: held(file) for file in files},
    )


def _parsed(schema: Mapping[str, Json], installation: Installation) -> Form:
    """Return the form with the code lists in force, parsed once for equal ones."""
    law = installation.law
    text = orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)
    return installation.keep(
        ("page-form", law.digest, text),
        lambda: Form.parse(orjson.loads(text), code_lists=options_of_lists(law.code_lists)),
    )


def _names(tree: Any) -> Iterator[str]:
    """Yield the variables that a syntax tree reads."""
    if isinstance(tree, Mapping):
        if tree.get("node") == "Name":
            yield str(tree["name"])
        for value in tree.values():
            yield from _names(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _names(value)


def held(file: AttachmentView) -> rendering.UploadedFile:
    """Return a file as forms show it."""
    size = f"{max(file.size / 1048576, 0.1):.1f} MB"
    return rendering.UploadedFile(id=file.id, name=file.name, size=size, url=f"/files/{file.id}")


def digest(raw: Mapping[str, Any]) -> str:
    """Return a short fingerprint of a submission: what was checked is what is confirmed."""
    return hashlib.sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:24]
