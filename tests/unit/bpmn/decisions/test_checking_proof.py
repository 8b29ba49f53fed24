"""Table checks against brute force: every example shows its fault, and no fault of a literal table is missed."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn import feel
from bpmn.decisions import checking, load
from bpmn.decisions.types import Types
from tests.builders import dmn

NUMBERS = [Decimal(n) / 2 for n in range(-2, 13)]
DAYS = [date(2026, 1, day) for day in range(1, 13)]
TIMES = [
    time(hour, minute) for hour in range(24) for minute in (0, 30) if minute or hour in (0, 1, 8, 9, 22, 23)
] + [time(23, 59, 59, 999999)]
HOURS = [feel.evaluate(f'duration("PT{n}M")', {}) for n in [-1500, *range(0, 400, 30), 2200]]
TEXTS = ["", "a", "aa", "b", "ba", "c", "ca", "z", "其他值"]
DOMAINS = {
    "number": (NUMBERS, [str(n) for n in range(6)]),
    "date": (DAYS, [f'date("2026-01-0{n}")' for n in range(2, 9)]),
    "time": (TIMES, [f'@"{n:02}:00:00"' for n in (0, 1, 8, 9, 22, 23)]),
    "duration": (HOURS, [f'duration("PT{n}H")' for n in range(1, 6)]),
    "text": (TEXTS, ['"a"', '"b"', '"c"']),
    "truth": ([True, False], ["true", "false"]),
}
PATTERNS = (
    "{0}", "{0}, {1}", "not({0})", "not({0}, {1})", "< {0}", "<= {0}", "> {0}", ">= {0}", "[{0}..{1}]", "({0}..{1})",
    "]{0}..{1}]", "? > {0}", "? in ({0}, {1})", "? >= {0} and ? < {1}", "!= {0}", "? between {0} and {1}", "-", "null",
)  # fmt: skip


@st.composite
def columns(draw: st.DrawFn, rows: int) -> tuple[list[object], list[str]]:
    """Draw the values that a column can have and its cells."""
    kind = draw(st.sampled_from(sorted(DOMAINS)))
    values, literals = DOMAINS[kind]
    patterns = PATTERNS if kind != "truth" else ("{0}", "not({0})", "-", "{0}, {1}", "null")
    cells = []
    for _ in range(rows):
        ends = sorted(draw(st.lists(st.sampled_from(literals), min_size=2, max_size=2)), key=literals.index)
        cells.append(draw(st.sampled_from(patterns)).format(*ends))
    speaks_of_null = any(cell != "-" and feel.unary_test(cell, None, {}) is True for cell in cells)
    return [*values, *([None] if speaks_of_null else [])], cells


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[object]], list[str]]:
    """Draw one or two columns and the rules over them."""
    rows = draw(st.integers(1, 4))
    drawn = [draw(columns(rows)) for _ in range(draw(st.integers(1, 2)))]
    rules = [
        " | ".join(cells) + f" -> {number}"
        for number, cells in enumerate(zip(*(c for _, c in drawn), strict=True))
    ]
    return [values for values, _ in drawn], rules


def met(cells: list[list[str]], values: tuple[object, ...]) -> int:
    """Return the rules that an input meets, asked cell by cell of FEEL."""
    rules = 0
    for number, row in enumerate(cells):
        if all(feel.unary_test(cell, value, {}) is True for cell, value in zip(row, values, strict=True)):
            rules |= 1 << number
    return rules


def is_asked(cells: list[list[str]], values: tuple[object, ...]) -> bool:
    """Whether the check looks at an input: null only counts in a column where a cell speaks of it."""
    return all(
        value is not None
        or any(feel.unary_test(row[column], None, {}) is True for row in cells if row[column] != "-")
        for column, value in enumerate(values)
    )


def checked(rules: list[str], inputs: tuple[str, ...]) -> checking.TableCheck:
    """Return the check of a table that collects."""
    model = load(dmn.definitions(dmn.decision(dmn.table(rules, policy="COLLECT", inputs=inputs))))
    definitions = model.definitions
    return checking.TableCheck(next(iter(checking.tables(definitions))), Types(definitions), "")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(tables())
def test_every_reachable_set_of_rules_is_found_and_every_example_is_real(table) -> None:  # type: ignore[no-untyped-def]
    """The sets of rules found are exactly those that brute force finds, each with an input that meets just them."""
    domains, rules = table
    cells = [[cell.strip() for cell in rule.split("->")[0].split("|")] for rule in rules]
    first, second = domains[0], domains[1] if len(domains) > 1 else [0]

    check = checked(rules, ("x", "y")[: len(domains)])

    inputs = [(a, b)[: len(domains)] for a in first for b in second]
    brute = {met(cells, values) for values in inputs if is_asked(cells, values)}
    assert check.is_shown and check.is_covered
    assert all(met(cells, path) == found for found, path in check.leaves.items())
    assert brute <= set(check.leaves)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(tables())
def test_findings_say_what_brute_force_says(table) -> None:  # type: ignore[no-untyped-def]
    """A gap, an overlap and a dead rule are told just where there is one."""
    domains, rules = table
    inputs = ("x", "y")[: len(domains)]
    leaves = checked(rules, inputs).leaves
    model = load(dmn.definitions(dmn.decision(dmn.table(rules, inputs=inputs))))

    codes = [finding.code for finding in model.check()]

    assert ("table-gap" in codes) == (0 in leaves)
    assert ("table-overlap" in codes) == any(found.bit_count() > 1 for found in leaves)
    unmet = [n for n in range(len(rules)) if not any(found >> n & 1 for found in leaves)]
    assert codes.count("dead-rule") == len(unmet)
