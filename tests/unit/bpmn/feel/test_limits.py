"""Hostile expressions end at once, with a reason or an error; nothing hangs and nothing crashes."""

from __future__ import annotations

import pytest

from bpmn import feel
from bpmn.feel import limits


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 10_000 + "1" + ")" * 10_000, id="10,000 deep parentheses"),
        pytest.param("[" * 10_000, id="10,000 open lists"),
        pytest.param("{a:" * 10_000, id="10,000 open contexts"),
        pytest.param("-" * 50_000 + "1", id="50,000 signs"),
        pytest.param("if true then " * 5_000, id="5,000 ifs"),
        pytest.param("1 = " * 10_000 + "1", id="10,000 comparisons"),
        pytest.param("a" + ".b" * 10_000, id="10,000 steps"),
        pytest.param("a" + "[1]" * 10_000, id="10,000 filters"),
        pytest.param("x instance of " + "list<" * 10_000, id="10,000 types"),
        pytest.param("function() " * 5_000 + "1", id="5,000 functions"),
        pytest.param("1 " * 1_000_000, id="2 MB of numbers"),
        pytest.param("a" * 2_000_000, id="2 MB of letters"),
        pytest.param('"' + "a" * 2_000_000, id="2 MB of open text"),
        pytest.param("for " * 20_000, id="20,000 fors"),
        pytest.param("a " * 49_000 + "(", id="49,000 words"),
        pytest.param("for x" + " " * 90_000, id="90,000 blanks"),
        pytest.param("{" + "a " * 49_000, id="49,000 words of a key"),
        pytest.param("/*" * 40_000, id="40,000 open comments"),
    ],
)
def test_oversized_text_is_refused_with_a_sentence(text):
    """
    A text that is too long, too deep or endless is refused, and the refusal says where.
    """
    with pytest.raises(feel.FeelSyntaxError) as refused:
        feel.compile(text, names=["a", "a b"])

    assert refused.value.message.startswith("表达式第 ")


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "some i in 1..1000000000 satisfies i < 0",
        "for i in 1..100000, j in 1..100000 return 1",
        "count(for i in [1..1000000000] return i)",
        'every d in @"0001-01-01"..@"9999-12-31", e in @"0001-01-01"..@"9999-12-31" satisfies true',
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "{f: function(n) [f(n - 1), f(n - 1)], r: f(30)}.r",
        '{g: function(s) s + s, r: for i in 1..1000 return if i = 1 then "ab" else g(partial[-1])}.r[-1] = 1',
        "for i in 1..1000 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
        "9 ** 9 ** 9 ** 9 ** 9",
        "for i in 1..1000000 return i ** 0.3",
        "for i in 1..1000000 return " + "+".join(["i"] * 2_000),
        'every i in 1..1000000 satisfies matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(([a-z])+.)+[A-Z]([a-z])+$") = false',
        "10 ** 6145",
        "exp(10 ** 30)",
        "date(99999999999, 1, 1)",
        'duration("P999999999999999999D") + date("2024-01-01")',
        'substring("abc", 10 ** 400)',
        "[1, 2, 3][10 ** 6000]",
        "modulo(10 ** 6000, 7)",
        'matches(string join(for i in 1..40 return "a"), "(a|aa)+$b")',
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|a|aa)+$") and false',
        'replace("a", "a{1,2147483647}{1,2147483647}", "b")',
    ],
)
def test_endless_work_ends_with_null_or_a_value(text):
    """
    Work beyond the limits stops, and the expression is null with a reason or has a harmless value.
    """
    found = feel.trace(text, {})

    assert found.value in (None, False, []) or found.value is not None
    assert found.value is not None or found.reasons


def test_text_does_not_grow_without_bound():
    """
    Joining texts stops at the longest text allowed.
    """
    text = 'for i in 1..64 return if i = 1 then "ab" else partial[-1] + partial[-1]'

    found = feel.trace(text, {})

    assert found.value is None or max(len(item or "") for item in found.value) <= limits.MAX_STRING
    assert any("上限" in reason or "超过" in reason for reason in found.reasons)


def test_long_flat_expression_is_fine():
    """
    Length alone is no fault: ten thousand terms are added up.
    """
    assert feel.evaluate("+".join(["1"] * 10_000), {}) == 10_000


def test_data_of_any_depth_is_no_crash():
    """
    A context nested beyond Python's stack gives null, not an exception.
    """
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"a": deep}

    assert feel.evaluate("x = y", {"x": deep, "y": deep}) is None
