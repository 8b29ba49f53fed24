"""Every sentence exists in both languages, and the person's choice decides."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from api import i18n

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    """Return ``scripts/catalogue.py``."""
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "scripts" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_english_catalogue_is_complete(catalogue: ModuleType) -> None:
    """``python scripts/catalogue.py`` lists what to translate."""
    assert catalogue.untranslated() == []


def test_translations_keep_their_places(catalogue: ModuleType) -> None:
    """A name to fill in on one side is there on the other."""
    names = re.compile(r"%\(\w+\)s|{\w+}")
    wrong = [
        zh for zh, en in catalogue.translations().items() if set(names.findall(zh)) != set(names.findall(en))
    ]

    assert wrong == []


def test_english_counts_in_two_forms(
    catalogue: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One step, two steps: the script that keeps the catalogue keeps both forms."""
    before = catalogue.ENGLISH.read_bytes()
    monkeypatch.setattr(catalogue, "ENGLISH", tmp_path / "messages.po")
    catalogue.ENGLISH.write_bytes(before)
    catalogue.update()
    english = i18n.catalogue("en")
    counted = "更早的 %(num)s 步"

    assert catalogue.ENGLISH.read_bytes() == before
    assert english.ngettext(counted, counted, 1) == "%(num)s earlier step"
    assert english.ngettext(counted, counted, 44) == "%(num)s earlier steps"


def test_the_cookie_chooses_the_language() -> None:
    """Inside a request the chosen language speaks; anything unknown is Chinese."""
    token = i18n.locale.set("en")
    try:
        assert i18n.gettext("我的任务") == "My tasks"
    finally:
        i18n.locale.reset(token)
    assert i18n.gettext("我的任务") == "我的任务"
