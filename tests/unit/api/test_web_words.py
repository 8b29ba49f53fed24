"""The words of the tool pages: every sentence of ours has its English, and nothing is kept that nobody says."""

from __future__ import annotations

import json
import re
from pathlib import Path

STUDIO = Path(__file__).parents[3] / "api" / "web" / "src" / "studio"
WORDS = STUDIO / "i18n"


def read(name: str) -> dict[str, str]:
    """Return one dictionary."""
    return dict(json.loads((WORDS / name).read_text("utf-8")))


def said() -> set[str]:
    """Return every sentence that our scripts say."""
    sources = [*STUDIO.rglob("*.js"), *STUDIO.rglob("*.jsx")]
    return {
        found for one in sources for found in re.findall(r"\bt\('((?:[^'\\]|\\.)*)'", one.read_text("utf-8"))
    }


def test_every_sentence_of_ours_has_its_english_and_no_other() -> None:
    """``en.json`` is exactly what ``t('…')`` asks for, with the same names in braces."""
    english = read("en.json")

    assert set(english) == said()
    assert {k: v for k, v in english.items() if braces(k) != braces(v)} == {}


def test_every_patched_literal_has_its_chinese() -> None:
    """What the build wraps in packages without a hook is in ``zh.json``."""
    chinese = read("zh.json")
    literals = json.loads((WORDS / "literals.json").read_text("utf-8"))

    assert [key for keys in literals.values() for key in keys if key not in chinese] == []


def test_chinese_keeps_the_names_in_braces() -> None:
    """A name that a translation loses would be lost on the page."""
    assert {k: v for k, v in read("zh.json").items() if braces(k) != braces(v)} == {}


def braces(text: str) -> list[str]:
    """Return the names in braces, sorted."""
    return sorted(re.findall(r"\{\w+\}", text))
