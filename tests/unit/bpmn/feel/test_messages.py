"""Syntax errors name the place, the word and the cure, in Chinese."""

from __future__ import annotations

import pytest

from bpmn import feel


def refusal(text: str) -> feel.FeelSyntaxError:
    """Return the error that a text raises."""
    with pytest.raises(feel.FeelSyntaxError) as refused:
        feel.compile(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "line", "column", "word", "hint"),
    [
        ("1 +", 1, 4, "", "补上一个值"),
        ("a == b", 1, 3, "==", "一个等号"),
        ("a && b", 1, 3, "&&", "and"),
        ("!a", 1, 1, "!", "not("),
        ("a => 3", 1, 3, "=>", ">="),
        ("'a'", 1, 1, "'", "双引号"),
        ("${x}", 1, 1, "$", "变量名"),
        ("a\n  + * b", 2, 5, "*", "补上"),
        ("if a then b", 1, 12, "", "else"),
        ("for x in y", 1, 11, "", "return"),
        ("some x in y", 1, 12, "", "satisfies"),
        ("[1, 2", 1, 1, "[", "右括号"),
        ("a)", 1, 2, ")", "左括号"),
        ("if = 1", 1, 4, "=", "改名"),
        ("a + and", 1, 5, "and", "改名"),
    ],
)
def test_error_names_place_word_and_cure(text, line, column, word, hint):
    """
    Whoever wrote the expression learns where it is wrong and what to write instead.
    """
    error = refusal(text)

    assert (error.line, error.column, error.word) == (line, column, word)
    assert hint in error.message


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("金额 ＞ 100", "金额 > 100"),
        ("类别 = “民间”", '类别 = "民间"'),
        ("x in （1，2）", "x in (1,2)"),
        ("x ≥ 3", "x >= 3"),
        ("“甲，乙”，“丙”", '"甲，乙","丙"'),
        ('x = "全角，在文字里"， 2', 'x = "全角，在文字里", 2'),
    ],
)
def test_full_width_punctuation_is_mended(text, fixed):
    """
    Full-width signs outside texts are named and the mended text is offered.
    """
    error = refusal(text)

    assert "全角" in error.message
    assert error.fixed == fixed


def test_full_width_signs_inside_texts_and_names_are_fine():
    """
    A variable may be called 金额（元） where it is known, and a text may hold any sign.
    """
    value = feel.evaluate('金额（元） > 5 and 备注 = "好，的"', {"金额（元）": 6, "备注": "好，的"})

    assert value is True


@pytest.mark.parametrize("text", ['@"2024-02-30"', '@"soon"', "{a: 1, a: 2}"])
def test_impossible_constant_is_null_but_refused_where_it_is_kept(text):
    """
    A constant that cannot be is FEEL whose value is null; at deployment it is refused with its place.
    """
    assert feel.evaluate(text, {}) is None
    assert feel.trace(text, {}).reasons
    with pytest.raises(feel.ImpossibleConstant):
        feel.compile(text)
