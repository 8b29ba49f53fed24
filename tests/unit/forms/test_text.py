"""Cleaning of typed text."""

from forms.text import clean, clean_line, has_broken_character, length


def test_invisible_characters_are_taken_out():
    """Zero-width, bidirectional, tag and control characters do not survive."""
    assert clean("张\u200b三\u202e\u2066\ufeff\x00\u00ad\U000e0041") == "张三"


def test_rare_and_private_characters_are_kept():
    """Characters beyond the basic plane, private use and ideographic variants stay as typed."""
    assert clean("𠮷\ue000㛃\U000e0100") == "𠮷\ue000㛃\U000e0100"


def test_text_is_composed_and_line_ends_are_one():
    """Text is NFC with ``\\n`` as its line end."""
    assert clean("e\u0301\r\nb\rc\u2028d") == "é\nb\nc\nd"
    assert clean_line("a\n\tb") == "a b"


def test_length_counts_as_browsers_do():
    """A rare character counts two, as in ``maxlength``."""
    assert (length("𠮷"), length("👍🏻"), length("吉")) == (2, 4, 1)


def test_half_a_character_is_noticed():
    """A lone surrogate from JSON is recognised."""
    assert has_broken_character("a\ud842")
    assert not has_broken_character("𠮷")
