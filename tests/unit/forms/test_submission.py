"""What a browser sends."""

import pytest
from form_builders import a_form, parties

from forms.errors import SubmissionInvalid
from forms.submission import Action, action_of, applied, from_pairs

FORM = a_form(
    parties(max="3"),
    {"type": "checklist", "key": "needs", "label": "协助", "values": [{"value": "a"}, {"value": "b"}]},
    {"type": "filepicker", "key": "files", "label": "证据", "multiple": True},
)


def test_flat_names_become_a_nested_submission():
    """Names with dots and row numbers nest; unknown names and file bodies are left out."""
    pairs = [
        ("parties.1.name", "乙"),
        ("parties.0.name", "甲"),
        ("needs", "b"),
        ("needs", "a"),
        ("_csrf", "t"),
        ("files", object()),
    ]

    assert from_pairs(FORM, pairs) == {"parties": [{"name": "甲"}, {"name": "乙"}], "needs": ["b", "a"]}


def test_the_hidden_count_tells_empty_rows():
    """A row of unticked boxes sends nothing, so the count says that it is there."""
    assert from_pairs(FORM, [("parties.__n", "2"), ("parties.0.__row", "1")])["parties"] == [
        {"__row": "1"},
        {},
    ]


@pytest.mark.parametrize("count", ["99999999999", "-1", "x", "²"])
def test_a_forged_count_makes_no_more_rows_than_one_too_many(count):
    """A count is only believed within the bounds of the list."""
    assert len(from_pairs(FORM, [("parties.__n", count), ("parties.9000.name", "x")])["parties"]) <= 4


def test_too_many_pairs_are_refused():
    """A flood of names ends early."""
    with pytest.raises(SubmissionInvalid):
        from_pairs(FORM, [("a", "b")] * 5001)


def test_buttons_add_and_remove_rows():
    """Rows change on the server, so that the form works without scripts."""
    raw = {"parties": [{"name": "甲"}, {"name": "乙"}]}

    assert len(applied(FORM, raw, Action("add", "parties"))["parties"]) == 3
    assert applied(FORM, raw, Action("remove", "parties", "0"))["parties"] == [{"name": "乙"}]
    assert len(raw["parties"]) == 2


def test_rows_stop_at_the_bound_of_the_list():
    """Adding beyond the maximum changes nothing."""
    full = {"parties": [{}, {}, {}]}

    assert applied(FORM, full, Action("add", "parties")) == full


def test_a_file_can_be_dropped():
    """Dropping takes one id out of the field."""
    assert applied(FORM, {"files": ["a", {"id": "b"}]}, Action("drop", "files", "b")) == {"files": ["a"]}


@pytest.mark.parametrize("path", ["nothing", "parties.7", "", "needs.0", "parties.0.name"])
def test_actions_the_form_does_not_know_change_nothing(path):
    """A forged button does no harm."""
    raw = {"parties": [{"name": "甲"}]}

    assert applied(FORM, raw, Action("add", path)) == raw


def test_unknown_buttons_submit():
    """Enter and anything unknown mean submit."""
    assert action_of([("a", "b")]) == Action("submit")
    assert action_of([("_do", "delete-all")]) == Action("submit")
    assert action_of([("_do", "add:dispute.claims")]) == Action("add", "dispute.claims")
