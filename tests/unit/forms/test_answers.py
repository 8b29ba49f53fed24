"""Answers to read."""

from decimal import Decimal

from form_builders import ENVIRONMENT, a_form, parties

from forms.answers import render_answers, sections

FORM = a_form(
    parties(),
    {"type": "number", "key": "amount", "label": "金额"},
    {"type": "textfield", "key": "why", "label": "原因", "conditional": {"hide": "=amount = 1"}},
)
VALUES = {"parties": [{"name": "张三", "idNo": "11010519491231002X"}], "amount": Decimal(1)}


def test_rows_become_sections_and_hidden_fields_are_left_out():
    """Each row has its heading; what is hidden is not shown as unanswered."""
    found = sections(FORM, values=VALUES, environment=ENVIRONMENT)

    assert [section.title for section in found] == ["当事人 1", ""]
    assert [answer.label for section in found for answer in section.answers] == ["姓名", "身份证号", "金额"]


def test_the_mask_has_the_last_word():
    """A reader who may not see a number sees what the mask makes of it."""

    def mask(field, path, words):
        return words[:6] + "********" if field.properties.get("check") == "id-number" else words

    found = str(render_answers(FORM, values=VALUES, environment=ENVIRONMENT, mask=mask, change_url="/t/1"))

    assert "110105********" in found
    assert "19491231" not in found
    assert 'href="/t/1#field-parties-0-name"' in found
