"""A start of the product after policy staff have published: their version stays in force."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.model import SYSTEM
from workflows import preparing, worker
from workflows.engine import Engine
from workflows.studio import approval, drafts, files

pytestmark = pytest.mark.postgres
BODY = '<startEvent id="s"/><userTask id="a" name="{}" jf:roles="R02"/><endEvent id="e"/>' + houses.flows(
    "s>a", "a>e"
)


def folder(place: Path, name: str) -> Path:
    """Write a shipped pack."""
    path = place / "shipped"
    path.mkdir(exist_ok=True)
    (path / "pack.toml").write_text('key = "p"\ntitle = "流程"\n')
    (path / "process.bpmn").write_bytes(houses.model(BODY.format(name)))
    return path


def publish(engine: Engine, name: str) -> None:
    """Publish a change through the studio."""
    people = houses.house(engine)
    with engine.begin() as uow:
        draft = drafts.begin(uow, people["editor"], "shipped").id
        data = houses.model(BODY.format(name))
        command = files.Save(
            actor=people["editor"], draft_id=draft, path="process.bpmn", data=data, expected=1
        )
        files.save(uow, command)
        sent = approval.submit(uow, people["editor"], draft, note="改名")
    worker.studio_once(engine)
    with engine.begin() as uow:
        approve = approval.Approve(actor=people["approver"], draft_id=draft, revision=sent.revision)
        approval.approve(uow, approve)
    worker.studio_once(engine)


def test_a_restart_does_not_undo_what_was_published(engine: Engine, tmp_path: Path) -> None:
    """The shipped files were version 1; starting again makes no version 3 of them."""
    preparing.deploy(engine, folder(tmp_path, "登记"))
    publish(engine, "接谈")

    preparing.deploy(engine, folder(tmp_path, "登记"))

    with engine.begin() as uow:
        assert len(uow.packs.named("shipped")) == 2


def test_a_newer_shipped_pack_is_offered_as_a_draft_once(engine: Engine, tmp_path: Path) -> None:
    """The product's new files wait for the policy editor."""
    preparing.deploy(engine, folder(tmp_path, "登记"))
    publish(engine, "接谈")

    for _ in range(2):
        preparing.deploy(engine, folder(tmp_path, "来访登记"))

    with engine.begin() as uow:
        assert len(uow.packs.named("shipped")) == 2
        assert [draft.title for draft in drafts.listed(uow, SYSTEM)] == ["流程（产品更新）"]
