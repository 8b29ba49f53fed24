"""Builders of forms and situations for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime

from bpmn.feel import Environment
from forms.errors import SubmissionInvalid
from forms.field import Situation
from forms.model import Form
from forms.validation import validate

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ENVIRONMENT = Environment(now=NOW)
SITUATION = Situation(environment=ENVIRONMENT)


def a_form(*components):
    """Return a parsed form of these raw components."""
    return Form.parse({"type": "default", "id": "test", "components": list(components)})


def a_field(**raw):
    """Return one parsed field; label and key are given where missing."""
    return a_form({"label": "项目", "key": "x", **raw}).fields[0]


def parties(**properties):
    """Return a raw list of parties with name and identity number."""
    return {
        "type": "dynamiclist",
        "path": "parties",
        "label": "当事人",
        "properties": {"itemLabel": "当事人", **properties},
        "components": [
            {"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": True}},
            {"type": "textfield", "key": "idNo", "label": "身份证号", "properties": {"check": "id-number"}},
        ],
    }


def values_of(form, submission, **more):
    """Validate at a fixed clock."""
    return validate(form, submission, environment=ENVIRONMENT, **more)


def problems_of(form, submission, **more):
    """Return path -> message of a refused submission, {} where it is accepted."""
    try:
        values_of(form, submission, **more)
    except SubmissionInvalid as refused:
        return {problem.path: problem.message for problem in refused.problems}
    return {}
