"""
One line of text. ``properties.check`` names a check of ``forms/checks.py``.
"""

from __future__ import annotations

from decimal import Decimal

from bpmn.model import Json, Value
from forms.checks import CHECKS, PROSE_CHECKS, Beside, normalise
from forms.field import ComponentType, Fault, Field, Kind, Situation, Unreadable
from forms.locale import N_, Translate
from forms.patterns import PatternTooSlow, matches
from forms.text import clean_line, has_broken_character, length

DEFAULT_MAX_LENGTH = 500
MAX_NUMBER_BITS = 1_000


def text_of(raw: object) -> str | None:
    """
    Return *raw* as text, None where it is absent.

    Raises:
        Unreadable: a list, an object or a truth value, or half a character.
    """
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Unreadable(N_("{label}应为文字"))
    text = (
        format(raw, "f") if isinstance(raw, Decimal) else _digits(raw) if isinstance(raw, int) else str(raw)
    )
    if has_broken_character(text):
        raise Unreadable(N_("{label}含有无法识别的字符，请重新输入"))
    return text


def _digits(number: int) -> str:
    # Python itself refuses to write out a huge int, with an error of its own.
    if number.bit_length() > MAX_NUMBER_BITS:
        raise Unreadable(N_("{label}应为文字"))
    return str(number)


def parse(field: Field, raw: object, _situation: Situation) -> Value:
    """Return the cleaned line, None where it is empty; checked numbers are normalised."""
    text = clean_line(text_of(raw) or "")
    check = field.properties.get("check")
    if check and check not in PROSE_CHECKS:
        text = normalise(text)
    return text or None


def validate(field: Field, value: Value, situation: Situation) -> Fault | None:
    """Check length, pattern and the named check, in this order."""
    return (
        length_fault(field, value, DEFAULT_MAX_LENGTH)
        or pattern_fault(field, value)
        or check_fault(field, value, situation)
    )


def length_fault(field: Field, text: str, default_max: int) -> Fault | None:
    """Compare the length in UTF-16 units with ``minLength`` and ``maxLength``."""
    units = length(text)
    shortest = field.limits.get("minLength")
    longest = field.limits.get("maxLength") or default_max
    if shortest and units < int(shortest):
        return Fault(N_("{label}至少 {n} 个字"), n=shortest)
    if units > int(longest):
        return Fault(N_("{label}最多 {n} 个字"), n=longest)
    return None


def pattern_fault(field: Field, text: str) -> Fault | None:
    """Match the pattern that staff wrote, bounded in time."""
    pattern = field.limits.get("pattern")
    if not pattern:
        return None
    try:
        fits = matches(str(pattern), text)
    except PatternTooSlow:
        return Fault(N_("{label}无法在规定时间内核对格式，请缩短后再试"))
    if fits:
        return None
    own_words = str(field.limits.get("patternErrorMessage") or "")
    return Fault(own_words.replace("{", "{{").replace("}", "}}") or N_("{label}格式不正确"))


def check_fault(field: Field, text: str, situation: Situation) -> Fault | None:
    """Run the named check."""
    check = CHECKS.get(field.properties.get("check", ""))
    return check(text, Beside(today=situation.today, row=situation.scope)) if check else None


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    schema: dict[str, Json] = {
        "type": "string",
        "maxLength": field.limits.get("maxLength") or DEFAULT_MAX_LENGTH,
    }
    if field.limits.get("minLength"):
        schema["minLength"] = field.limits["minLength"]
    if field.limits.get("pattern"):
        schema["pattern"] = field.limits["pattern"]
    return schema


def shown(_field: Field, value: object) -> object:
    """Return the text as typed."""
    return "" if value is None else str(value)


def words(_field: Field, value: object, _situation: Situation, _translate: Translate) -> str:
    """Return the text."""
    return "" if value is None else str(value)


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="textfield.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请填写{label}"),
)
