"""Forms as HTML."""

import json
import os
import re
from decimal import Decimal
from pathlib import Path

from form_builders import ENVIRONMENT, a_form, parties
from lxml import html as lxml_html

from forms import prefill
from forms.errors import Problem, SubmissionInvalid
from forms.model import Form
from forms.rendering import Page, UploadedFile, render
from forms.validation import validate

GOLDEN = Path(__file__).parents[2] / "golden" / "forms"


def page_of(form, values=None, **more):
    return lxml_html.fromstring(
        f"<div>{render(form, values=values or {}, environment=ENVIRONMENT, **more)}</div>"
    )


def test_golden_form_of_every_component():
    """The whole page fragment of a form with faults, rows, files and conditions is as reviewed."""
    form = Form.parse(json.loads((GOLDEN / "intake.form.json").read_text("utf-8")))
    sent = {
        "parties": [{"name": "张𠮷", "idNo": "110105194912310021"}, {}],
        "disputeType": "other",
        "evidence": ["f1"],
    }
    try:
        problems = ()
        validate(form, sent, environment=ENVIRONMENT)
    except SubmissionInvalid as refused:
        problems = refused.problems

    page = Page(
        hidden={"csrf": "t"},
        upload_url="/files",
        files={"f1": UploadedFile(id="f1", name="照片.jpg", size="2 MB")},
    )
    found = str(render(form, values=sent, problems=problems, environment=ENVIRONMENT, page=page)) + "\n"

    golden = GOLDEN / "intake.html"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


def test_the_first_submit_button_submits():
    """Enter presses the first button, so it is a hidden submit."""
    buttons = page_of(a_form(parties(min="1")), {"parties": [{}, {}]}).findall(".//button")

    assert buttons[0].get("value") == "submit"
    assert {button.get("value") for button in buttons} >= {"add:parties", "remove:parties:0", "save"}


def test_every_input_has_a_visible_label_and_its_error():
    """Label, hint and error are tied to their input."""
    form = a_form({"type": "textfield", "key": "a", "label": "姓名", "description": "与证件一致"})
    tree = page_of(form, problems=[Problem("a", "请填写姓名")])
    box = tree.find(".//input[@name='a']")

    assert tree.find(f".//label[@for='{box.get('id')}']").text_content() == "姓名 （选填）"
    assert box.get("aria-describedby") == "field-a-hint field-a-error"
    assert box.get("aria-invalid") == "true"
    assert tree.find(".//a[@href='#field-a']").text == "请填写姓名"


def test_conditions_travel_to_the_browser():
    """A conditional field carries its syntax tree and starts hidden where its condition says so."""
    form = a_form(
        {"type": "textfield", "key": "a", "label": "甲"},
        {"type": "textfield", "key": "b", "label": "乙", "conditional": {"hide": '=a != "x"'}},
    )

    hidden = page_of(form).find(".//*[@data-hide]")
    shown = page_of(form, {"a": "x"}).find(".//*[@data-hide]")

    assert json.loads(hidden.get("data-hide"))
    assert hidden.get("data-hidden") is not None
    assert shown.get("data-hidden") is None


def test_values_are_escaped_everywhere():
    """What people and staff write is text, never markup."""
    nasty = '"><script>alert(1)</script>'
    form = a_form(
        {"type": "textfield", "key": "a", "label": nasty, "description": nasty},
        {"type": "textarea", "key": "b", "label": "乙"},
        {"type": "text", "text": f"{nasty} **{{{{ a }}}}** [x](javascript:alert(1))"},
        parties(),
    )

    found = str(
        render(form, values={"a": nasty, "b": nasty, "parties": [{"name": nasty}]}, environment=ENVIRONMENT)
    )

    assert "<script" not in found
    assert "javascript:" not in re.sub(r"\[x\]\(javascript:alert\(1\)\)", "", found)


def test_half_a_character_can_be_shown_again():
    """A refused submission with a lone surrogate still makes a page that can be sent."""
    form = a_form({"type": "textfield", "key": "a", "label": "甲"})

    assert render(form, values={"a": "x\ud842"}, environment=ENVIRONMENT).encode("utf-8")


def test_computed_text_is_never_read_as_markdown():
    """What a formula yields stays text even inside bold."""
    form = a_form({"type": "text", "text": "共 **{{ n }}** 人：{{ who }}"})

    found = str(
        render(form, values={}, context={"n": Decimal(3), "who": "**a** <b>"}, environment=ENVIRONMENT)
    )

    assert "<strong>3</strong> 人：**a** &lt;b&gt;" in found


def test_uploaded_files_stay_and_can_be_removed():
    """A file field shows what is held and posts new files to their own address."""
    form = a_form({"type": "filepicker", "key": "e", "label": "证据", "multiple": True, "accept": "image/*"})
    page = Page(
        upload_url="/tasks/1/files", files={"f1": UploadedFile(id="f1", name="a.jpg", url="/files/f1")}
    )

    tree = page_of(form, {"e": ["f1"]}, page=page)

    assert tree.find(".//input[@type='hidden'][@name='e']").get("value") == "f1"
    assert tree.find(".//input[@type='file']").get("data-upload") == "/tasks/1/files?field=e"
    assert "drop:e:f1" in {button.get("value") for button in tree.findall(".//button")}


def test_all_words_go_through_the_translation():
    """Another language needs only another gettext function."""
    form = a_form({"type": "textfield", "key": "a", "label": "姓名"})

    found = str(render(form, values={}, environment=ENVIRONMENT, translate=lambda text: f"<{text}>"))

    assert "&lt;姓名&gt;" in found
    assert "&lt;提交&gt;" in found
    assert "&lt;（选填）&gt;" in found


def test_prefill_shows_the_case_and_the_defaults():
    """Variables of the case win over defaults; rows know which row of the case they show."""
    form = a_form(parties(min="1"), {"type": "textfield", "key": "a", "label": "甲", "defaultValue": "默认"})

    assert prefill.values(form, environment=ENVIRONMENT) == {
        "parties": [{"name": None, "idNo": None}],
        "a": "默认",
    }
    found = prefill.values(form, context={"a": "有", "parties": [{"name": "张"}]}, environment=ENVIRONMENT)
    assert found == {"a": "有", "parties": [{"name": "张", "idNo": None, "__row": "0"}]}
