"""Expressions of Camunda 7, Flowable and Activiti, read as FEEL."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bpmn import feel
from bpmn.dialects.juel import NotTranslatable, translate

SAME = [
    ("${amount > 100}", {"amount": Decimal(150)}, True),
    ("#{amount lt 100}", {"amount": Decimal(150)}, False),
    ("${a && !b}", {"a": True, "b": None}, True),
    ("${a and not b}", {"a": True, "b": True}, False),
    ("${kind == 'civil' || kind == \"penal\"}", {"kind": "penal"}, True),
    ("${kind ne 'civil'}", {"kind": "penal"}, True),
    ("${empty names}", {"names": []}, True),
    ("${not empty names}", {"names": ["x"]}, True),
    ("${empty name}", {"name": "x"}, False),
    ("${empty amount}", {"amount": Decimal(5)}, False),
    ("${ok ? 'yes' : 'no'}", {"ok": False}, "no"),
    ("${(a + b) * 2 - c / 4}", {"a": Decimal(1), "b": Decimal(2), "c": Decimal(8)}, Decimal(4)),
    ("${a - (b - c)}", {"a": Decimal(5), "b": Decimal(3), "c": Decimal(1)}, Decimal(3)),
    ("${a % 3}", {"a": Decimal(7)}, Decimal(1)),
    ("${order.items[0].price}", {"order": {"items": [{"price": Decimal(9)}]}}, Decimal(9)),
    ("${order['name']}", {"order": {"name": "x"}}, "x"),
    ("Case ${nr} of ${year}", {"nr": Decimal(7), "year": Decimal(2026)}, "Case 7 of 2026"),
    ("${loopCounter == 0}", {"loopCounter": Decimal(1)}, True),
    ("${'it''s'}".replace("''", "\\'"), {}, "it's"),
    ("${-x}", {"x": Decimal(3)}, Decimal(-3)),
    ("${answer.equals('no') && !done}", {"answer": "no", "done": False}, True),
    ("${var:lowerThanOrEquals(n, 10)}", {"n": Decimal(10)}, True),
    ("${vars:eq('n', 1) || var:isEmpty(list)}", {"n": Decimal(2), "list": []}, True),
    ("${ok ? var : x}", {"ok": False, "x": Decimal(1)}, Decimal(1)),
]


@pytest.mark.parametrize(("text", "context", "value"), SAME)
def test_expression_means_the_same_in_feel(text: str, context: dict[str, object], value: object) -> None:
    """
    The translation evaluates to what the original engine would have found.
    """
    assert feel.evaluate(translate(text), context) == value


REFUSED = [
    "${execution.getVariable('x')}",
    "${bean.method()}",
    "${var:base64(x)}",
    "${x = 1}",
    "${list[i]}",
    "${a; b}",
    "${a",
    "${}",
    "${a ?: b}",
    "${$x}",
    "${a -> b}",
    "${" + "(" * 500 + "a" + ")" * 500 + "}",
    "${" + "a+" * 3000 + "a}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_counterpart_is_refused_in_words(text: str) -> None:
    """
    Method calls, assignments, the engine's objects and nonsense give a sentence, never a guess.
    """
    with pytest.raises(NotTranslatable) as caught:
        translate(text)

    assert caught.value.message
