"""Whatever the text and the data: a FEEL value or a ``FeelSyntaxError``, nothing else."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from bpmn import feel

_spec = importlib.util.spec_from_file_location("feel_generated", Path(__file__).with_name("generated.py"))
assert _spec and _spec.loader
generated = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generated)

bounded = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@bounded
@given(text=generated.garbage, context=generated.contexts)
def test_any_text_is_a_value_or_a_syntax_error(text, context):
    """
    Garbage is refused with a place inside the text, or happens to be FEEL.
    """
    try:
        feel.evaluate(text, context)
    except feel.FeelSyntaxError as error:
        assert 1 <= error.line <= text.count("\n") + 1
        assert error.message


@bounded
@given(text=generated.wellformed, context=generated.contexts)
def test_wellformed_text_always_has_a_json_value(text, context):
    """
    An expression of the grammar is never refused; its value can be shown and kept.
    """
    value = feel.trace(text, context).value

    assert json.dumps(feel.to_json(value)) is not None
    assert feel.encode(feel.decode(feel.encode(value))) == feel.encode(value)


@bounded
@given(text=generated.garbage, value=generated.values, context=generated.contexts)
def test_any_cell_answers_true_false_null_or_is_refused(text, value, context):
    """
    A decision table cell gives one of three answers or a syntax error.
    """
    try:
        answer = feel.unary_test(text, value, context)
    except feel.FeelSyntaxError:
        return
    assert answer is None or isinstance(answer, bool)
