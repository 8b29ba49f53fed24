"""Bring an installation up to date before its processes start: schema, packs, demo. A second time takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpmn
from tasks.model import SYSTEM
from workflows import demo, deployments
from workflows.engine import Engine
from workflows.settings import Settings

LIBRARY = Path(bpmn.__file__).parent / "library"
DEMO_CASES = 200


def prepare(settings: Settings, *, say: Callable[[str], None], demo_cases: int = DEMO_CASES) -> None:
    """
    Migrate the schema, deploy the shipped packs, and make demo data in a demo installation without any.

    Args:
        settings: With the address of the database.

        say: Told in a sentence what is being done.

    Raises:
        StoreUnavailable: the database cannot be reached.
        DeploymentInvalid: a shipped pack is refused.
    """
    say("更新数据库结构 …")
    engine = Engine.from_settings(settings)
    try:
        for folder in packs():
            say(f"部署流程包 {folder.name} …")
            deploy(engine, folder)
        if settings.demo and not demo.is_made(engine):
            say(f"生成演示数据（{demo_cases} 件），首次启动需要几分钟 …")
            made = demo.make(engine, cases=demo_cases, say=say)
            say(
                f"演示数据：{made.people} 人，{made.cases} 件。账号如 chengdong.minjing1，密码 {demo.PASSWORD}"
            )
    finally:
        engine.close()


def packs() -> tuple[Path, ...]:
    """Return the folders of the shipped packs."""
    return tuple(sorted(file.parent for file in LIBRARY.glob("*/pack.toml")))


def deploy(engine: Engine, folder: Path) -> None:
    """Deploy one shipped pack; unchanged files make no new version."""
    command = deployments.Deploy(
        actor=SYSTEM, name=folder.name, files=deployments.files_of_folder(str(folder)), trusted=True
    )
    with engine.begin() as uow:
        deployments.deploy(uow, command)
