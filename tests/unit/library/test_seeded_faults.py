"""The checks find the mistakes that people make, show where, and say nothing about packs without one."""

from __future__ import annotations

import pytest

from tests.builders.faults import CORPUS, PROVED, Workshop


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """Yield a copy of the library to break packs in."""
    return Workshop.copied(tmp_path_factory.mktemp("library"))


@pytest.mark.parametrize("fault", CORPUS, ids=lambda fault: fault["fault"])
def test_a_seeded_fault_is_found_where_it_is(workshop, fault):
    """One mistake in a shipped pack is named at its element; a proof shows the way to it."""
    hits = workshop.hits(fault)

    assert hits, [(one.code, one.element_id) for one in workshop.found(fault)][:8]
    assert all(one.witness for one in hits if one.code in PROVED)


def test_the_shipped_packs_raise_no_alarm(workshop):
    """Not one error or warning about any shipped pack."""
    assert [(one.file, one.code, one.element_id) for one in workshop.alarms()] == []


def test_the_corpus_is_as_large_as_promised():
    """At least sixty faults."""
    assert len(CORPUS) >= 60
