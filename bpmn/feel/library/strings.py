"""String functions (DMN 1.5, table 75). Places count code points from 1, or from the end below 0."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from bpmn.feel import limits, numbers, patterns
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import Value


@contextmanager
def _timed(run: Run) -> Iterator[None]:
    """Charge a regular expression by its time, so that a loop over slow ones ends."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        run.spend(int((time.perf_counter() - begun) * limits.STEPS_PER_SECOND))


@builtin("substring(string: string, start position: number, length?: number?)")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> str:
    """Return a part of a text."""
    place = numbers.whole(numbers.truncated(start), "起始位置")
    if place == 0 or abs(place) > len(text):
        raise Nothing(f"起始位置 {place} 不在文字之内。")
    begin = place - 1 if place > 0 else len(text) + place
    if length is None:
        return text[begin:]
    count = numbers.whole(numbers.truncated(length), "长度")
    if count < 1:
        raise Nothing("长度应大于零。")
    return text[begin : begin + count]


@builtin("string length(string: string)")
def string_length(run: Run, text: str) -> Decimal:
    """Return the number of code points."""
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(run: Run, text: str) -> str:
    """Return the text in capitals."""
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(run: Run, text: str) -> str:
    """Return the text in small letters."""
    return text.lower()


@builtin("substring before(string: string, match: string)")
def substring_before(run: Run, text: str, match: str) -> str:
    """Return what stands before the first match, empty without one."""
    head, found, _ = text.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after(string: string, match: string)")
def substring_after(run: Run, text: str, match: str) -> str:
    """Return what stands behind the first match, empty without one."""
    if not match:
        return text
    return text.partition(match)[2]


@builtin("contains(string: string, match: string)")
def contains(run: Run, text: str, match: str) -> bool:
    """Return whether a text holds another."""
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(run: Run, text: str, match: str) -> bool:
    """Return whether a text begins with another."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(run: Run, text: str, match: str) -> bool:
    """Return whether a text ends with another."""
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string?)")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Return whether a regular expression is found in a text."""
    with _timed(run):
        return patterns.found(pattern, flags or "", text)


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string?)")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Return the text with every match replaced; ``$1`` is the first group."""
    with _timed(run):
        result = patterns.replaced(pattern, flags or "", text, replacement)
    run.spend(len(result) // limits.CHARACTERS_PER_STEP)
    return result


@builtin("split(string: string, delimiter: string)")
def split(run: Run, text: str, delimiter: str) -> list[str]:
    """Return the parts of a text between the matches of a regular expression."""
    with _timed(run):
        parts = patterns.divided(delimiter, text)
    run.spend(len(parts))
    return parts


@builtin("string join(list: list, delimiter?: string?)")
def string_join(run: Run, items: list[Value], delimiter: str | None = None) -> str:
    """Return the texts of a list, nulls left out, with a delimiter between them."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        raise Nothing("string join 的列表里只能是文字。")
    size = sum(map(len, texts)) + len(delimiter or "") * len(texts)
    if size > limits.MAX_STRING:
        raise Nothing(f"文字超过 {limits.MAX_STRING} 个字符，结果为空。")
    run.spend(len(texts) + size // limits.CHARACTERS_PER_STEP)
    return (delimiter or "").join(texts)
