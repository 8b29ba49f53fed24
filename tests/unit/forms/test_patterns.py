"""Regular expressions that staff write."""

import pytest

from forms.patterns import PatternFaulty, PatternTooSlow, ensure_usable, matches


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        r"(\d+)*x",
        "^(([a-z])+.)+[A-Z]$",
        "^(a|aa)+$",
        "(x+x+)+y",
        "((a{1000}){1000}){1000}",
        "a{99999999}",
        "[",
        "a" * 501,
    ],
)
def test_unusable_patterns_are_refused(pattern):
    """Broken, overlong and explosive patterns never reach a form."""
    with pytest.raises(PatternFaulty):
        ensure_usable(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[1-9]\d{16}[\dXx]$",
        r"^1[3-9]\d{9}$",
        r"^(\d{3}-)?\d{8}$",
        "^[一-龥·]{2,20}$",
        r"^〔\d{4}〕.{1,20}第\d+号$",
    ],
)
def test_ordinary_patterns_are_usable(pattern):
    """What forms really use passes."""
    ensure_usable(pattern)


def test_matching_is_unanchored_and_ascii():
    """A pattern is searched for, and ``\\d`` means 0 to 9, as in a browser."""
    assert matches(r"\d", "第1条")
    assert not matches(r"\d", "第１条")


def test_a_slow_match_is_cut_off():
    """A match that explodes ends with an error instead of a hang."""
    with pytest.raises(PatternTooSlow):
        matches("^(a|aa)+$", "a" * 200 + "!")
