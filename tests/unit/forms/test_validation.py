"""From a raw submission to FEEL values."""

from decimal import Decimal

import pytest
from form_builders import a_form, parties, problems_of, values_of

from forms.errors import SubmissionInvalid

OTHER = [
    {
        "type": "radio",
        "key": "kind",
        "label": "类型",
        "values": [{"value": "a", "label": "甲"}, {"value": "z", "label": "其他"}],
    },
    {
        "type": "textfield",
        "key": "other",
        "label": "其他类型",
        "validate": {"required": True},
        "conditional": {"hide": '=kind != "z"'},
    },
]


def group(path, *components):
    return {"type": "group", "path": path, "label": "组", "components": list(components)}


def test_groups_and_dotted_keys_nest():
    """Values land under the path of their group and the dots of their key."""
    form = a_form(group("dispatch", {"type": "textfield", "key": "place.addr", "label": "地点"}))

    assert values_of(form, {"dispatch": {"place": {"addr": "海陵"}}}) == {
        "dispatch": {"place": {"addr": "海陵"}}
    }


def test_unknown_names_are_dropped():
    """A submission cannot write a variable that the form does not show."""
    form = a_form({"type": "textfield", "key": "a", "label": "甲"})

    assert values_of(form, {"a": "1", "approved": True, "__proto__": {}}) == {"a": "1"}


def test_problems_carry_the_path_of_their_row():
    """A fault in a row is found by its number."""
    form = a_form(parties(min="2"))

    found = problems_of(form, {"parties": [{"name": "张三"}, {"idNo": "1"}]})

    assert found == {"parties.1.name": "请填写姓名", "parties.1.idNo": "身份证号应为 18 位，末位可为 X"}


def test_number_of_rows_is_bounded_both_ways():
    """Too few and too many rows are named."""
    form = a_form(parties(min="2", max="3"))

    assert problems_of(form, {"parties": [{"name": "甲"}]}) == {"parties": "至少填写 2 个当事人"}
    assert problems_of(form, {"parties": [{"name": "甲"}] * 4}) == {"parties": "最多填写 3 个当事人"}


def test_a_hidden_field_is_neither_asked_for_nor_kept():
    """What a condition hides is dropped, whatever was sent."""
    form = a_form(*OTHER)

    assert values_of(form, {"kind": "a", "other": "x"}) == {"kind": "a"}
    assert problems_of(form, {"kind": "z"}) == {"other": "请填写其他类型"}


def test_a_stale_answer_behind_a_hidden_question_decides_nothing():
    """A condition sees null where the field it reads is hidden."""
    more = {"type": "textfield", "key": "more", "label": "再说", "conditional": {"hide": '=other != "x"'}}
    form = a_form(*OTHER, more)

    assert values_of(form, {"kind": "a", "other": "x", "more": "y"}) == {"kind": "a"}


def test_conditions_read_the_variables_of_the_case():
    """A condition may ask for what earlier steps found."""
    form = a_form(
        {"type": "textfield", "key": "a", "label": "甲", "conditional": {"hide": "=dispute.people > 5"}}
    )

    assert values_of(form, {"a": "1"}, context={"dispute": {"people": Decimal(6)}}) == {}


def test_conditions_in_a_row_read_their_row():
    """Inside a row the row's own fields come first."""
    rows = parties()
    rows["components"].append(
        {"type": "textfield", "key": "why", "label": "原因", "conditional": {"hide": '=name = "甲"'}}
    )

    found = values_of(a_form(rows), {"parties": [{"name": "甲", "why": "x"}, {"name": "乙", "why": "y"}]})

    assert [row.get("why") for row in found["parties"]] == [None, "y"]


def test_readonly_fields_are_computed_and_never_taken():
    """A read-only field cannot be forged: it comes from its formula."""
    form = a_form(
        {"type": "number", "key": "a", "label": "甲"},
        {"type": "number", "key": "b", "label": "乙", "readonly": True, "defaultValue": "=a * 2"},
        {"type": "textfield", "key": "c", "label": "丙", "disabled": True},
    )

    assert values_of(form, {"a": "2", "b": "99", "c": "x"}) == {"a": Decimal(2), "b": Decimal(4)}


def test_the_callers_variables_stay_as_they_are():
    """Validation never writes into the variables of the case."""
    context = {"g": {"total": Decimal(1)}}
    form = a_form(
        group("g", {"type": "number", "key": "total", "label": "计", "readonly": True, "defaultValue": "=5"})
    )

    values_of(form, {}, context=context)

    assert context == {"g": {"total": Decimal(1)}}


def test_an_empty_visible_field_clears_its_variable():
    """Leaving an optional field empty is an answer: null."""
    form = a_form(
        {"type": "textfield", "key": "a", "label": "甲"}, {"type": "checkbox", "key": "b", "label": "乙"}
    )

    assert values_of(form, {}) == {"a": None, "b": False}


def test_rows_keep_what_the_form_does_not_show():
    """A row that shows a row of the case keeps that row's other fields; a new row starts empty."""
    context = {"parties": [{"name": "旧", "phone": "1"}, {"name": "乙", "phone": "2"}]}
    sent = {"parties": [{"name": "新"}, {"name": "乙二", "__row": "1"}]}

    found = values_of(a_form(parties()), sent, context=context)

    assert [(row["name"], row.get("phone")) for row in found["parties"]] == [("新", None), ("乙二", "2")]


def test_birth_and_gender_come_from_the_identity_number():
    """A field that derives fills what it can, and contradicts what does not fit."""
    derives = {"check": "id-number", "derives": "birth gender"}
    form = a_form(
        {"type": "textfield", "key": "idNo", "label": "身份证号", "properties": derives},
        {"type": "select", "key": "gender", "label": "性别", "values": [{"value": "男"}, {"value": "女"}]},
    )

    assert values_of(form, {"idNo": "11010519491231002x"})["gender"] == "女"
    assert "idNo" in problems_of(form, {"idNo": "11010519491231002X", "gender": "男"})


@pytest.mark.parametrize(
    "hostile",
    [
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {"k": {"l": {}}}}}}}}}}}}},
        {"a": "x" * (1024 * 1024 + 1)},
        {"a": [0] * 20_001},
        [],
        "text",
    ],
)
def test_oversized_submissions_are_refused_as_a_whole(hostile):
    """Depth, size and shape are looked at before anything else."""
    with pytest.raises(SubmissionInvalid) as refused:
        values_of(a_form(*OTHER), hostile)

    assert [problem.path for problem in refused.value.problems] == [""]


@pytest.mark.parametrize("wrong", ["x", 3, ["x"], {"a": 1}])
def test_a_list_of_the_wrong_shape_is_a_problem_not_a_crash(wrong):
    """Programs may send anything in place of rows."""
    assert problems_of(a_form(parties()), {"parties": wrong}) == {"parties": "当事人的内容结构不正确"}


def test_problems_can_be_told_in_another_language():
    """A problem keeps its message id, so a gettext function can word it again."""
    form = a_form({"type": "textfield", "key": "a", "label": "甲", "validate": {"required": True}})
    english = {"请填写{label}": "Enter {label}", "甲": "A"}

    with pytest.raises(SubmissionInvalid) as refused:
        values_of(form, {})

    assert refused.value.problems[0].in_words(lambda text: english.get(text, text)) == "Enter A"


def test_options_may_come_from_a_code_list_or_the_case():
    """A select takes options from the law pack by name, or from a FEEL list."""
    from forms.field import Option
    from forms.model import Form

    raw = {
        "components": [
            {"type": "select", "key": "t", "label": "类型", "valuesKey": "dispute-type"},
            {"type": "select", "key": "p", "label": "当事人", "valuesExpression": "=names"},
        ]
    }
    form = Form.parse(raw, code_lists={"dispute-type": (Option("0201", "噪音"),)})

    assert problems_of(form, {"t": "0201", "p": "张三"}, context={"names": ["张三"]}) == {}
    assert set(problems_of(form, {"t": "0202", "p": "李四"}, context={"names": ["张三"]})) == {"t", "p"}


def test_a_choice_that_the_case_does_not_offer_is_refused_with_its_reason():
    """Past the limit only 不予受理 is offered: whoever sends 受理 reads why."""
    from forms.model import Form

    why = "超过申请期限的不能受理"
    offered = '=if late then ["不予受理"] else ["受理", "不予受理"]'
    field = {"type": "radio", "key": "r", "label": "结果", "description": why, "valuesExpression": offered}
    form = Form.parse({"components": [field]})

    assert problems_of(form, {"r": "受理"}, context={"late": True}) == {"r": f"结果不能选“受理”：{why}"}
    assert problems_of(form, {"r": "受理"}, context={"late": False}) == {}
