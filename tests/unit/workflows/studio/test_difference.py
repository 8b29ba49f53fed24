"""Every edit of a pack is told in exactly one true sentence; what nobody works by is no change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bpmn.deadlines import lawpack
from tests.builders.mutations import edited, shipped
from workflows.studio.difference import of_packs

CORPUS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "difference_edits.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["edit"])
def test_a_seeded_edit_gives_exactly_its_one_sentence(case):
    """An edit as policy staff make it is told in one sentence that names the thing, what it was and what it is."""
    before = shipped(case["pack"])

    found = of_packs(before, edited(before, case["edits"]), lawpack.load())

    assert [change.sentence for change in found.changes] == [case["says"]] * (case["says"] is not None)
    assert found.is_layout_only == (case["says"] is None)


def test_the_corpus_is_as_large_as_promised():
    """At least sixty edits with a sentence, and some that are none."""
    assert sum(case["says"] is not None for case in CORPUS) >= 60
    assert sum(case["says"] is None for case in CORPUS) >= 3


@pytest.mark.parametrize("pack", ["dispute-referral", "joint-meeting", "lawpack"])
def test_a_pack_does_not_differ_from_itself(pack):
    """Identical files have nothing to tell and are not called a change of layout."""
    files = shipped(pack)

    found = of_packs(files, dict(files), lawpack.load())

    assert found.is_identical and not found.changes and not found.is_layout_only


def test_what_came_one_way_goes_the_other():
    """Compared the other way round, an added step is a removed one."""
    before = shipped("dispute-referral")
    added = next(case for case in CORPUS if case["edit"] == "新增步骤")

    found = of_packs(edited(before, added["edits"]), before, lawpack.load())

    assert [change.kind for change in found.changes] == ["removed"]


def test_a_file_that_cannot_be_read_is_told_not_raised():
    """A broken diagram in a draft gives a sentence; the rest is still compared."""
    before = shipped("joint-meeting")

    found = of_packs(before, {**before, "session.bpmn": b"<broken"}, lawpack.load())

    assert [change.text for change in found.changes] == ["现在的文件“session.bpmn”读不懂，没有比较"]
