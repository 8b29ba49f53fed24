"""Filling papers with data."""

from datetime import date
from decimal import Decimal

import pytest

from forms.documents.paper import Paper
from forms.documents.sheet import fill
from forms.errors import PaperNotRendered


def filled(*blocks, **data):
    paper = Paper.parse({"code": "W99", "title": "样张", "version": "1", "blocks": list(blocks)})
    return fill(paper, data).nodes


def test_missing_values_are_gaps_and_empty_ones_are_nothing():
    """A missing value leaves a place to write; an expression that says nothing prints nothing."""
    (node,) = filled({"kind": "paragraph", "text": '甲{a}乙{""}丙'})

    assert node["runs"] == [("甲", False), ("", True), ("乙", False), ("", False), ("丙", False)]


def test_placeholders_know_the_words_of_papers():
    """Amounts, dates and numerals are written as papers write them."""
    (node,) = filled(
        {"kind": "paragraph", "text": "{money(a)}|{capitals(a)}|{on day(d)}|{numeral(n)}|{{x}}"},
        a=Decimal("10305.2"),
        d=date(2026, 1, 5),
        n=Decimal(12),
    )

    assert (
        "".join(text for text, _ in node["runs"]) == "10,305.20|壹万零叁佰零伍元贰角整|2026年1月5日|十二|{x}"
    )


def test_blocks_appear_under_their_condition_and_for_each_item():
    """Conditions and loops are FEEL; a loop counts with ``i``."""
    nodes = filled(
        {"kind": "paragraph", "when": "a = 1", "text": "一"},
        {"kind": "paragraph", "when": "a = 2", "text": "二"},
        {"kind": "section", "over": "xs", "as": "x", "blocks": [{"kind": "heading", "text": "{i}.{x}"}]},
        a=Decimal(1),
        xs=["甲", "乙"],
    )

    assert ["".join(text for text, _ in node["runs"]) for node in nodes] == ["一", "1.甲", "2.乙"]


def test_invisible_characters_do_not_reach_paper():
    """What is signed is what is seen."""
    (node,) = filled({"kind": "paragraph", "text": "{a}"}, a="付\u202e100\u200b元")

    assert node["runs"] == [("付100元", True)]


@pytest.mark.parametrize("data", [{"xs": ["a"] * 501}, {"xs": ["长" * 150_000] * 2}])
def test_a_paper_has_an_end(data):
    """Lists and texts beyond any real paper are refused in words."""
    with pytest.raises(PaperNotRendered):
        filled({"kind": "items", "over": "xs", "text": "{item}"}, **data)


def test_a_table_over_nothing_says_so():
    """An empty list prints the words for it."""
    (node,) = filled(
        {"kind": "table", "over": "xs", "empty": "（无）", "columns": [{"title": "甲", "text": "{item}"}]}
    )

    assert (node["rows"], node["empty"]) == ([], [("（无）", False)])
