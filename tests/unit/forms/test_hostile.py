"""Promises that hold for any input."""

from form_builders import ENVIRONMENT, a_form, parties
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.checks import id_check_digit
from forms.documents.paper import lint as paper_lint
from forms.errors import SubmissionInvalid
from forms.lint import lint
from forms.rendering import render
from forms.submission import from_pairs
from forms.text import clean
from forms.validation import validate

CHOICE = {"values": [{"value": "a", "label": "甲"}]}
FORM = a_form(
    parties(min="1", max="3"),
    {"type": "number", "key": "n", "label": "数"},
    {"type": "datetime", "key": "d", "label": "时", "subtype": "datetime"},
    {"type": "checklist", "key": "c", "label": "多", **CHOICE},
    {"type": "filepicker", "key": "f", "label": "件"},
    {
        "type": "group",
        "path": "g",
        "label": "组",
        "components": [{"type": "textarea", "key": "t", "label": "文"}],
    },
)
NAMES = st.sampled_from(
    ["parties", "name", "idNo", "n", "d", "c", "f", "g", "t", "type", "components", "kind", "blocks"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=8)


@settings(max_examples=150, deadline=None)
@given(OBJECTS)
def test_any_submission_is_accepted_or_refused_in_words(raw):
    """Whatever is sent, the answer is values or problems, and the page can be shown again."""
    try:
        validate(FORM, raw, environment=ENVIRONMENT, context=raw)
    except SubmissionInvalid as refused:
        assert all(problem.message for problem in refused.problems)
    assert render(FORM, values=raw, environment=ENVIRONMENT, context=raw).encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.sampled_from("parties.0123n_wof"), max_size=14), st.text(max_size=5)),
        max_size=30,
    )
)
def test_any_pairs_become_a_bounded_submission(pairs):
    """Names of an HTML form never make more rows than a list may have, plus one."""
    assert len(from_pairs(FORM, pairs)["parties"]) <= 4


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_linted_without_failing(raw):
    """Linters answer with findings whatever they are given."""
    lint(raw)
    lint({"components": [raw]})
    if isinstance(raw, dict):
        paper_lint(raw)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_cleaning_twice_changes_nothing_more(text):
    """Stored text is stable."""
    assert clean(clean(text)) == clean(text)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 15))
def test_swapped_digits_are_caught(digits, at):
    """Two neighbours swapped change the check digit."""
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]

    assert (digits == swapped) == (id_check_digit(digits) == id_check_digit(swapped))
