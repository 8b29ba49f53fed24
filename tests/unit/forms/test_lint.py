"""Findings about a form's JSON."""

import json
from pathlib import Path

import pytest

from forms.errors import FormInvalid
from forms.lint import lint
from forms.model import Form


def codes(*components, **more):
    return [finding.code for finding in lint({"components": list(components)}, **more)]


def field(**raw):
    return {"type": "textfield", "key": "a", "label": "甲", **raw}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (field(type="iframe"), "component-unknown"),
        (field(label=""), "label-missing"),
        (field(key=""), "key-invalid"),
        (field(key="_do"), "key-invalid"),
        (field(key="0a"), "key-invalid"),
        (field(key="__proto__"), "key-invalid"),
        (field(conditional={"hide": "=a >"}), "feel-invalid"),
        (field(conditional={"hide": 5}), "feel-invalid"),
        (field(conditional=[1]), "component-malformed"),
        (field(defaultValue="=1 +"), "feel-invalid"),
        (field(validate={"pattern": "("}), "pattern-unusable"),
        (field(validate={"pattern": "(a+)+$"}), "pattern-unusable"),
        (field(validate={"maxLength": "x"}), "limit-invalid"),
        (field(properties={"check": "nope"}), "check-unknown"),
        (field(properties={"min": "two"}), "property-invalid"),
        (field(type="select"), "options-missing"),
        (field(type="select", values=[{"label": "x"}]), "option-malformed"),
        (field(type="select", values=[{"value": "x"}, {"value": "x"}]), "option-duplicate"),
        (field(type="datetime", subtype="year"), "subtype-unknown"),
        ({"type": "text", "text": "{{ a + }}"}, "feel-invalid"),
        (3, "component-malformed"),
        ({"key": "a"}, "component-malformed"),
    ],
)
def test_each_fault_has_its_finding(raw, code):
    """Every fault is found, in Chinese, with a remedy."""
    findings = lint({"components": [raw]})

    assert code in [finding.code for finding in findings]
    assert all(finding.message and finding.remedy for finding in findings)


def test_duplicate_keys_are_found_across_groups():
    """Two fields may not write the same variable; the same key in two lists is fine."""
    rows = {"type": "dynamiclist", "path": "rows", "label": "行", "components": [field()]}

    assert codes(field(), {"type": "group", "components": [field()]}) == ["key-duplicate"]
    assert codes(field(), rows, rows | {"path": "other"}) == []


def test_two_components_of_one_id_are_found():
    """The designer opens no form in which an id stands twice."""
    assert codes(field() | {"id": "a"}, field() | {"id": "a", "key": "other"}) == ["id-duplicate"]


def test_unknown_code_lists_are_found_where_the_law_pack_is_known():
    """A code list is only looked for where the list of lists is given."""
    raw = field(type="select", valuesKey="dispute-type")

    assert codes(raw, code_lists={}) == ["code-list-unknown"]
    assert codes(raw) == []


def test_a_hinted_code_list_that_is_missing_is_a_warning():
    """Options written in the form serve where the hinted list is unknown, so the form still works."""
    raw = field(type="select", values=[{"value": "x"}], properties={"codeList": "nothing"})

    (finding,) = lint({"components": [raw]}, code_lists={})

    assert (finding.code, finding.severity) == ("code-list-not-found", "warning")
    assert Form.parse({"components": [raw]}, code_lists={}).fields[0].options[0].value == "x"


@pytest.mark.parametrize("schema", [None, [], "x", {}, {"components": {}}, {"components": [[[]]]}])
def test_any_shape_is_answered_with_findings(schema):
    """Hostile JSON never crashes the linter."""
    assert lint(schema)


def test_size_and_depth_are_bounded():
    """A form cannot be used to exhaust the server."""
    deep = {"type": "group", "components": []}
    for _ in range(50):
        deep = {"type": "group", "components": [deep]}

    assert codes(deep) == ["form-too-deep"]
    assert codes(*[{"type": "spacer"}] * 600) == ["form-too-long"]


def test_parse_refuses_with_every_finding():
    """A faulty form is refused with all of its findings at once."""
    with pytest.raises(FormInvalid) as refused:
        Form.parse({"components": [field(label=""), field(key="b", properties={"check": "nope"})]})

    assert len(refused.value.findings) == 2


def test_the_golden_form_is_clean():
    """The form that the golden page is made of has no finding."""
    schema = json.loads(
        (Path(__file__).parents[2] / "golden" / "forms" / "intake.form.json").read_text("utf-8")
    )

    assert lint(schema) == ()


def test_a_rule_that_no_law_pack_holds_is_found() -> None:
    """A field that means to refuse must not pass everything because its list is missing."""
    raw = field(properties={"never": "caer"})

    assert codes(raw, code_lists={"never-care": ()}) == ["never-list-unknown"]
