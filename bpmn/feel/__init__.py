"""
FEEL, the expression language of DMN 1.5, clause 10: safe, exact, compiled to closures.

>>> from bpmn import feel
>>> feel.evaluate("sum(案件[金额 > 100].金额)", {"案件": [{"金额": 90}, {"金额": 120.5}]})
Decimal('120.5')
>>> feel.unary_test("< 5, [10..20]", 12, {})
True
>>> feel.compile("1 / 0").trace({}).reasons
('除数为零，结果为空。',)
"""

from bpmn.feel.adoption import decode, encode, from_json, to_json
from bpmn.feel.environment import SHANGHAI, Environment
from bpmn.feel.errors import ExpressionTooLarge, ExpressionTypeError, FeelSyntaxError, ImpossibleConstant
from bpmn.feel.expression import (
    Evaluation,
    Expression,
    UnaryTests,
    compile,
    compile_unary_tests,
    evaluate,
    trace,
    trace_unary_test,
    unary_test,
)
from bpmn.feel.library.catalogue import BUILTINS
from bpmn.feel.types import Type
from bpmn.feel.values import DaysTimeDuration, Function, Range, Value, YearsMonthsDuration, type_name

__all__ = [
    "BUILTINS",
    "SHANGHAI",
    "DaysTimeDuration",
    "Environment",
    "Evaluation",
    "Expression",
    "ExpressionTooLarge",
    "ExpressionTypeError",
    "FeelSyntaxError",
    "Function",
    "ImpossibleConstant",
    "Range",
    "Type",
    "UnaryTests",
    "Value",
    "YearsMonthsDuration",
    "compile",
    "compile_unary_tests",
    "decode",
    "encode",
    "evaluate",
    "from_json",
    "to_json",
    "trace",
    "trace_unary_test",
    "type_name",
    "unary_test",
]
