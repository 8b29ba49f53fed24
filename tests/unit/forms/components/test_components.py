"""Each component: what it reads, refuses, describes and says in words."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from form_builders import SITUATION, a_field, a_form, problems_of, values_of

from forms.field import Situation, Unreadable
from forms.locale import chinese
from forms.registry import COMPONENTS, component_of

CHOICES = {"values": [{"label": "甲项", "value": "a"}, {"label": "乙项", "value": "b"}]}


def read(raw, **field):
    made = a_field(**field)
    return component_of(made).parse(made, raw, SITUATION)


def refused(raw, **field):
    try:
        read(raw, **field)
    except Unreadable as unreadable:
        return unreadable.fault.msgid
    return problems_of(a_form({"label": "项目", "key": "x", **field}), {"x": raw}).get("x")


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ({"type": "textfield"}, " 张\u200b三 ", "张三"),
        ({"type": "textfield"}, "", None),
        ({"type": "textfield"}, 12, "12"),
        ({"type": "textfield"}, Decimal("1E+2"), "100"),
        ({"type": "datetime", "subtype": "date"}, datetime(2026, 2, 28, 9), date(2026, 2, 28)),
        ({"type": "textarea"}, "一\r\n二", "一\n二"),
        ({"type": "number"}, "１,２００.50", Decimal("1200.50")),
        ({"type": "number"}, 0.1, Decimal("0.1")),
        ({"type": "number"}, 7, Decimal(7)),
        ({"type": "number"}, "-3", Decimal(-3)),
        ({"type": "datetime", "subtype": "date"}, "2026-2-28", date(2026, 2, 28)),
        ({"type": "datetime", "subtype": "date"}, "2026年2月28日", date(2026, 2, 28)),
        ({"type": "datetime", "subtype": "time"}, "9:05", time(9, 5)),
        ({"type": "select", **CHOICES}, "a", "a"),
        ({"type": "radio", **CHOICES}, "", None),
        ({"type": "checklist", **CHOICES}, ["b", "a", "b"], ["b", "a"]),
        ({"type": "checklist", **CHOICES}, "a", ["a"]),
        ({"type": "checkbox"}, "true", True),
        ({"type": "checkbox"}, None, False),
        ({"type": "filepicker"}, [{"id": "f-1"}, "f-1"], ["f-1"]),
    ],
)
def test_raw_values_become_feel_values(field, raw, value):
    """Text and JSON alike become values of the FEEL types."""
    assert read(raw, **field) == value


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ({"type": "textfield"}, ["a"]),
        pytest.param({"type": "textfield"}, 10**5000, id="huge-text"),
        ({"type": "textfield"}, "\ud842"),
        ({"type": "number"}, "1e5"),
        ({"type": "number"}, "NaN"),
        ({"type": "number"}, float("inf")),
        ({"type": "number"}, True),
        ({"type": "number"}, "9" * 35),
        pytest.param({"type": "number"}, 10**5000, id="huge"),
        ({"type": "number", "decimalDigits": 2}, "1.005"),
        ({"type": "number", "validate": {"min": 0}}, "-1"),
        ({"type": "number", "validate": {"max": 9.5}}, "9.6"),
        ({"type": "datetime", "subtype": "date"}, "2026-02-30"),
        ({"type": "datetime", "subtype": "date"}, "0001-01-01"),
        ({"type": "datetime", "subtype": "date"}, 20260101),
        ({"type": "datetime", "subtype": "time"}, "25:00"),
        ({"type": "datetime", "subtype": "datetime"}, "2026-11-23"),
        ({"type": "datetime", "subtype": "date", "properties": {"within": "past"}}, "2026-11-24"),
        ({"type": "select", **CHOICES}, "c"),
        ({"type": "radio", **CHOICES}, {"value": "a"}),
        ({"type": "checklist", **CHOICES}, ["a", "c"]),
        ({"type": "checkbox"}, "maybe"),
        ({"type": "filepicker"}, "../etc/passwd"),
        ({"type": "filepicker"}, ["a", "b"]),
        ({"type": "textfield", "validate": {"maxLength": 3}}, "𠮷𠮷"),
        ({"type": "textfield", "validate": {"minLength": 3}}, "ab"),
        ({"type": "textfield"}, "长" * 501),
        ({"type": "textfield", "validate": {"pattern": "^x", "patternErrorMessage": "要 {x} 开头"}}, "y"),
        ({"type": "textfield", "properties": {"check": "mobile"}}, "123"),
    ],
)
def test_what_does_not_fit_is_refused(field, raw):
    """Every component refuses what is not its own, with words."""
    assert refused(raw, **field)


def test_a_local_moment_gets_the_zone_of_the_case():
    """A date and time without an offset is local time; one with an offset is brought there."""
    local = read("2026-11-23T09:30", type="datetime", subtype="datetime")
    offset = read("2026-11-23T01:30Z", type="datetime", subtype="datetime")

    assert local == offset
    assert local.utcoffset().total_seconds() == 8 * 3600


def test_required_fields_are_missed_in_their_own_words():
    """What is missing is asked for as the component is answered."""
    form = a_form(
        *(
            {"type": kind, "key": kind, "label": kind, "validate": {"required": True}, **CHOICES}
            for kind in ("textfield", "select", "checkbox", "filepicker", "checklist")
        )
    )

    assert problems_of(form, {}) == {
        "textfield": "请填写textfield",
        "select": "请选择select",
        "checkbox": "请勾选“checkbox”",
        "filepicker": "请上传filepicker",
        "checklist": "请选择checklist",
    }


def test_files_must_belong_to_the_case():
    """A file id that the case does not hold is refused."""
    form = a_form({"type": "filepicker", "key": "x", "label": "证据"})

    assert problems_of(form, {"x": ["other"]}, files={"mine"}) == {"x": "证据中有文件已失效，请重新上传"}
    assert values_of(form, {"x": ["mine"]}, files={"mine"}) == {"x": ["mine"]}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ({"type": "number", "appearance": {"suffixAdorner": "元"}}, Decimal("12000.5"), "12,000.5 元"),
        ({"type": "datetime"}, date(2026, 1, 5), "2026年1月5日"),
        ({"type": "datetime", "subtype": "datetime"}, datetime(2026, 1, 5, 9, 3), "2026年1月5日 09:03"),
        ({"type": "checkbox"}, True, "是"),
        ({"type": "checklist", **CHOICES}, ["a", "b"], "甲项、乙项"),
        ({"type": "select", **CHOICES}, "a", "甲项"),
        ({"type": "filepicker"}, ["x", "y"], "2 个文件"),
        ({"type": "textfield"}, None, ""),
    ],
)
def test_values_are_put_into_words(field, value, words):
    """Read-only answers are written as people write them."""
    made = a_field(**field)
    situation = Situation(environment=SITUATION.environment, options=made.options)

    assert component_of(made).words(made, value, situation, chinese) == words


def test_every_component_has_its_template_beside_it():
    """The list in the registry, the modules and the templates belong together."""
    folder = Path(__file__).parents[4] / "forms" / "components"

    for name, component in COMPONENTS.items():
        assert (folder / f"{name}.py").is_file()
        assert (folder / component.template).is_file()
