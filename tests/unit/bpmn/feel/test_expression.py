"""Expressions as callers use them: contexts, environments, names, trees, values."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from bpmn import feel
from bpmn.errors import Conflict

NOON = feel.Environment(now=datetime(2024, 5, 6, 12, tzinfo=UTC))


def test_python_data_is_adopted():
    """
    Ints, floats, tuples and timedeltas of a context are FEEL values in an expression.
    """
    context = {"n": 1, "f": 0.1, "xs": (1, 2), "d": timedelta(hours=1), "nested": {"n": [3]}}

    value = feel.evaluate('[n + f, xs[2], d = duration("PT1H"), nested.n[1] + 1]', context)

    assert value == [Decimal("1.1"), Decimal(2), True, Decimal(4)]


@pytest.mark.parametrize(
    "strange", [float("nan"), float("inf"), Decimal("NaN"), object(), print, b"x", {1, 2}]
)
def test_what_feel_has_no_type_for_is_null(strange):
    """
    Objects, functions and numbers that are none never enter an expression.
    """
    assert feel.evaluate("x = null", {"x": strange}) is True


def test_booleans_are_no_numbers():
    """
    Python's True is 1; FEEL's true is not.
    """
    assert feel.evaluate("x = 1", {"x": True}) is None
    assert feel.evaluate("x + 1", {"x": True}) is None


def test_context_is_not_changed():
    """
    Loops and contexts bind names without leaving a trace in the caller's data.
    """
    context = {"xs": [1, 2], "x": 9}

    feel.evaluate("[for x in xs return x, {x: 5}.x, xs[item > 1]]", context)

    assert context == {"xs": [1, 2], "x": 9}


def test_clock_comes_from_the_environment():
    """
    ``now()`` and ``today()`` are what the environment says, in its zone.
    """
    late = feel.Environment(now=datetime(2024, 5, 6, 20, tzinfo=UTC))

    assert feel.evaluate("now()", {}, environment=late) == late.now
    assert feel.evaluate("today()", {}, environment=late) == date(2024, 5, 7)


def test_environment_adds_functions():
    """
    Registered functions are called by position or by name, and their names may hold blanks.
    """
    functions = {"working days between": lambda start, end: (end - start).days}
    environment = feel.Environment(now=NOON.now, functions=functions)
    call = "working days between"

    by_place = feel.evaluate(f'{call}(@"2024-05-06", @"2024-05-08")', {}, environment=environment)
    by_name = feel.evaluate(f'{call}(start: @"2024-05-06", end: @"2024-05-08")', {}, environment=environment)

    assert by_place == by_name == 2


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda: 1 / 0, "没有结果"),
        (lambda x: x, "参数不对"),
        (lambda: (_ for _ in ()).throw(Conflict("日历未导入。")), "日历未导入"),
    ],
)
def test_function_that_fails_is_null_with_a_reason(function, reason):
    """
    A registered function that raises gives null, and the reason says why.
    """
    environment = feel.Environment(now=NOON.now, functions={"f": function})

    found = feel.trace("f()", {}, environment=environment)

    assert found.value is None
    assert reason in found.reasons[0]


def test_local_moment_meets_zoned_one_in_the_environment_zone():
    """
    A date and time without zone is read in Asia/Shanghai where it meets one with a zone.
    """
    context = {"due": datetime(2024, 5, 6, 19), "sent": datetime(2024, 5, 6, 11, tzinfo=UTC)}

    assert feel.evaluate("due = sent", context, environment=NOON) is True
    assert feel.evaluate("due < sent", context, environment=NOON) is False


@pytest.mark.parametrize(
    ("text", "names", "paths"),
    [
        ("amount > 100", {"amount"}, {("amount",)}),
        ("party.age > 5 and x", {"party", "x"}, {("party", "age"), ("x",)}),
        ("for p in parties return p.age + n", {"parties", "n"}, {("parties",), ("n",)}),
        ("parties[age > 5].name", {"parties"}, {("parties",)}),
        ("{a: x, b: a}.b", {"x"}, {("x",)}),
        ("function(x) x + y", {"y"}, {("y",)}),
        ("count(xs) > f(1)", {"xs"}, {("xs",)}),
        ("some x in xs satisfies x = limit", {"xs", "limit"}, {("xs",), ("limit",)}),
    ],
)
def test_free_names_and_paths(text, names, paths):
    """
    Data-flow checks see what an expression reads from outside, and nothing that it binds itself.
    """
    expression = feel.compile(text)

    assert expression.names == names
    assert expression.paths == paths


def test_known_name_inside_a_filter_counts():
    """
    Inside a filter a name counts as free only where it is declared.
    """
    assert feel.compile("xs[a > 大额 限度]", names=["大额 限度"]).names == {"xs", "大额 限度"}


def test_compiling_twice_is_compiling_once():
    """
    The cache returns the same expression for the same text and names.
    """
    assert feel.compile("a + 1", names=["a"]) is feel.compile("a + 1", names=["b"])


def test_nested_keys_with_signs_are_known_when_evaluated():
    """
    ``evaluate`` reads names with signs from the context, however deep.
    """
    assert feel.evaluate("a.first-name", {"a": {"first-name": "Li"}}) == "Li"
    assert feel.evaluate("xs.net-worth", {"xs": [{"net-worth": 3}]}) == [3]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "文",
        Decimal("1.10"),
        Decimal("1E+40"),
        date(2024, 5, 6),
        time(8, 30, tzinfo=UTC),
        datetime(2024, 5, 6, 8, 30, 0, 125, tzinfo=feel.SHANGHAI),
        datetime(2024, 5, 6),
        feel.DaysTimeDuration(Decimal("1.5")),
        feel.YearsMonthsDuration(-14),
        feel.Range(Decimal(1), None, True, False),
        [Decimal(1), {"$": "x", "a": [date(2024, 5, 6)]}],
        {"$": ["n", "1"]},
    ],
    ids=repr,
)
def test_encoded_value_comes_back_the_same(value):
    """
    The serialised instance keeps every value with its type.
    """
    back = feel.decode(json.loads(json.dumps(feel.encode(value))))

    assert back == value
    assert feel.type_name(back) == feel.type_name(value)


@pytest.mark.parametrize("key", ["]", "and b", "a > b", "(", '"', "a - b", "if", ""])
def test_keys_of_data_do_not_change_how_a_text_is_read(key):
    """
    Whoever sends data with strange keys cannot bend a condition.
    """
    context = {"a": True, "b": True, "n": 3, "m": 1, "data": {key: False, "a - b": 9, "n - m": 9}}

    assert feel.evaluate("a and b and n - m = 2 and [1][1] = 1", context) is True


def test_reasons_say_why_and_do_not_grow_without_bound():
    """
    Each reason is kept once, at most fifty of them.
    """
    found = feel.trace("for i in 1..1000 return i / 0", {})

    assert found.reasons == ("除数为零，结果为空。",)
