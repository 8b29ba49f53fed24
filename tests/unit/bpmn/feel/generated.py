"""Random FEEL: texts that are well formed, texts that are nearly so, and data to evaluate them on."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

NAMES = ["a", "b", "xs", "甲", "full name", "net-worth", "item", "partial", "?"]
WORDS = [
    *NAMES, *["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "@", "->", "，（", "“", "'", ";", "!", "&", "|", "#", "$", "\\", '"', "//", "/*", "*/"],
    *["and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "instance", "of", "function", "true", "false"],
    *["null", "date", "time", "duration", "date and time", "count", "sum", "sort", "list<", "external", "0", "1", "1e6144"],
    *['"x"', '"', '@"P1D"', '@"2024-05-06"', "9999999999999999999999999999999999", "\n", "\t", "\u3000", "\u200b", "😀"],
]  # fmt: skip

garbage = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60)

_leaf = st.sampled_from(
    ["0", "1", "2.5", "-3", "null", "true", "false", '"x"', '""', '@"P1D"', '@"P1M"', '@"2024-05-06"', '@"08:00:00Z"',
     '@"2024-05-06T08:00:00"', "a", "b", "xs", "甲", "full name", "[]", "{}", "[1..3]", "(> 2)", "9e6000"]
)  # fmt: skip


def _bigger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(part, part)
    binary = st.sampled_from(
        [" + ", " - ", " * ", " / ", " ** ", " = ", " < ", " >= ", " and ", " or ", " in "]
    )
    call = st.sampled_from(
        ["count", "sum", "string", "number", "date", "not", "abs", "sort", "flatten", "min", "mode", "is", "substring",
         "matches", "replace", "split", "before", "overlaps", "get value", "context put", "list replace", "modulo"]
    )  # fmt: skip
    return st.one_of(
        st.tuples(part, binary, part).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        st.tuples(call, st.lists(part, max_size=3)).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
        pair.map(lambda t: f"({t[0]})[{t[1]}]"),
        part.map(lambda t: f"({t}).a"),
        part.map(lambda t: f"-({t})"),
        pair.map(lambda t: f"[{t[0]}, {t[1]}]"),
        pair.map(lambda t: f"{{a: {t[0]}, b: {t[1]}}}"),
        pair.map(lambda t: f"if {t[0]} then {t[1]} else 0"),
        pair.map(lambda t: f"for a in {t[0]} return {t[1]}"),
        pair.map(lambda t: f"for a in ({t[0]})..({t[1]}) return partial"),
        pair.map(lambda t: f"some b in {t[0]} satisfies {t[1]}"),
        pair.map(lambda t: f"({t[0]}) between ({t[1]}) and 3"),
        pair.map(lambda t: f"[({t[0]})..({t[1]})]"),
        pair.map(lambda t: f"(function(a) {t[0]})({t[1]})"),
        part.map(lambda t: f"({t}) instance of list<number>"),
    )


wellformed = st.recursive(_leaf, _bigger, max_leaves=12)

_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.decimals(allow_nan=True, allow_infinity=True), st.just(Decimal("1e6144")),
)  # fmt: skip
values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
contexts = st.dictionaries(st.sampled_from(NAMES), values, max_size=5)
