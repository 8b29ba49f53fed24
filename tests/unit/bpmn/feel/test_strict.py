"""Strict mode refuses at deployment what no data can make right."""

from __future__ import annotations

import pytest

from bpmn import feel
from bpmn.feel import types

PARTY = types.Type("context", members={"age": types.NUMBER, "name": types.STRING})
TYPES = {"amount": types.NUMBER, "status": types.STRING, "party": PARTY, "parties": types.Type("list", PARTY)}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("amout > 5", "是否想写“amount”"),
        ('amount > "5"', "永远没有结果"),
        ("party.agee > 3", "是否想写“age”"),
        ('parties[age > "x"]', "永远没有结果"),
        ('substring("a")', "参数个数"),
        ('substring(string: "a", begin: 1)', "参数名称"),
        ("deadlin(1)", "没有名为“deadlin”的函数"),
        ('amount in ("a", "b")', "永远没有结果"),
        ("if amount then 1 else 2", "boolean"),
        ("status + 1", "运算符 +"),
        ("amount and true", "boolean"),
        ("for p in parties return p.age + p.name", "运算符 +"),
    ],
)
def test_impossible_expression_is_refused(text, hint):
    """
    Unknown names, wrong arity and comparisons that never hold are errors with a hint.
    """
    with pytest.raises(feel.ExpressionTypeError, match=hint):
        feel.compile(text, types=TYPES, strict=True)


@pytest.mark.parametrize(
    "text",
    [
        'amount > 100 and status = "open"',
        "amount = null",
        "parties[age > 17][1].name",
        "sum(parties.age) > 5",
        "every p in parties satisfies p.age > 0",
        "date(status) < today()",
        "{a: amount, b: a + 1}.b",
        "(function(x: number) x + amount)(1)",
        'status in ("a", "b")',
        'deadline("D-110") > now()',
    ],
)
def test_sound_expression_passes(text):
    """
    What may hold for some data is accepted.
    """
    assert feel.compile(text, types=TYPES, names=["deadline"], strict=True)


def test_strict_unary_tests_know_the_question_mark():
    """
    ``?`` needs no declaration in a decision table cell.
    """
    assert feel.compile_unary_tests("? > amount", types=TYPES, strict=True).test(7, {"amount": 5}) is True
