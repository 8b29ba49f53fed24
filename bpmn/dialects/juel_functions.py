"""Flowable's functions of variables, ``var:equals(x, 1)`` and its like: which operator of JUEL each stands for."""

from __future__ import annotations

from typing import Final

PREFIXES: Final = frozenset({"var", "vars", "variables"})
_WORDS: Final = {
    "==": "eq equals",
    "!=": "ne notEquals",
    "<": "lt lessThan lowerThan",
    "<=": "lte lessThanEquals lessThanOrEquals lowerThanEquals lowerThanOrEquals",
    ">": "gt greaterThan",
    ">=": "gte greaterThanEquals greaterThanOrEquals",
}
COMPARISONS: Final = {name: sign for sign, names in _WORDS.items() for name in (sign, *names.split())}
#: function of one variable -> what is made of the variable's FEEL text and of "is it empty?"
TESTS: Final = {
    "get": "{value}",
    "exists": "{value} != null",
    "exist": "{value} != null",
    "isEmpty": "{empty}",
    "empty": "{empty}",
    "isNotEmpty": "{empty} != true",
    "notEmpty": "{empty} != true",
}
