"""Staff try a shipped decision table with values and see which rules fired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tasks.model import SYSTEM
from workflows import deployments
from workflows.processes import pack_files

pytestmark = pytest.mark.postgres

PACK = Path(__file__).parents[2] / "bpmn" / "library" / "dispute-referral"


def editor_of_the_pack(site: Any) -> Any:
    """Deploy the pack, which a second time changes nothing, and log in as a policy editor."""
    with site.engine.begin() as uow:
        pack = pack_files.files_of_folder(str(PACK))
        deployments.deploy(uow, deployments.Deploy(actor=SYSTEM, name="shipped", files=pack, trusted=True))
    return site.browser("editor")


def test_every_shipped_table_opens_and_answers(site: Any) -> None:
    """Empty values are allowed: the page says what came out, never breaks."""
    editor = editor_of_the_pack(site)
    links = [part.split('"')[0] for part in editor.get("/decisions").split('href="')[1:]]
    tables = [link for link in links if link.count("/") == 3 and link.startswith("/decisions/")]

    for link in tables:
        editor.get(link)
        assert "结果" in editor.post(link, status=200).text

    assert len(tables) >= 7


def test_a_rule_that_fires_is_marked(site: Any) -> None:
    """The hit is a word, not only a colour."""
    editor = editor_of_the_pack(site)
    editor.get("/decisions/dispute-referral/dt5-years")

    page = editor.post("/decisions/dispute-referral/dt5-years", status=200, **{"v.age": "30"}).text

    assert "命中" in page
