"""Findings about the forms and papers of a pack, used or not: what is deployed is opened by somebody one day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpmn.deadlines.lawpack import LawPack
from bpmn.model import Finding, Severity
from forms import lint as form_lint
from forms.code_lists import options_of_lists
from forms.documents import paper


def check(files: Mapping[str, bytes], law: LawPack) -> Iterator[Finding]:
    """Yield every finding of the files below ``forms/`` and ``documents/``."""
    lists = options_of_lists(law.code_lists)
    for name, data in files.items():
        if name.startswith("forms/"):
            yield from _form(name, data, lists)
        elif name.startswith("documents/"):
            yield from (replace(one, file=name) for one in paper.lint(data, file=name))


def _form(name: str, data: bytes, lists: Mapping[str, object]) -> Iterator[Finding]:
    try:
        schema = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        yield Finding(
            severity=Severity.ERROR,
            code="form-malformed",
            file=name,
            message=f"{name} 不是正确的 JSON：{problem}。",
            remedy="请用表单设计器重新保存。",
        )
        return
    yield from form_lint.lint(schema, file=name, code_lists=lists)
