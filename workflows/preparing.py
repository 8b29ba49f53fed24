"""Bring an installation up to date before its processes start: schema, packs, demo. A second time takes seconds."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import bpmn
from tasks.model import SYSTEM, Unit, UnitKind
from workflows import deployments
from workflows.demonstration import demo
from workflows.engine import Engine
from workflows.identity import people
from workflows.processes import pack_files
from workflows.settings import Settings
from workflows.studio import updates

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
        if not settings.demo:
            _first_administrator(engine, say)
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
    """
    Deploy one shipped pack; files that were deployed before make no new version.

    A pack that policy staff have published since is theirs: a newer shipped one becomes a draft for them to look at.
    """
    files = pack_files.files_of_folder(str(folder))
    command = deployments.Deploy(actor=SYSTEM, name=folder.name, files=files, trusted=True)
    with engine.begin() as uow:
        if updates.is_known(uow, command):
            return
        if updates.is_theirs(uow, folder.name):
            updates.offer(uow, folder.name, files)
        else:
            deployments.deploy(uow, command)


ADMINISTRATOR = "admin"


def _first_administrator(engine: Engine, say: Callable[[str], None]) -> None:
    """An installation without people gets one administrator, whose random password is said once and must be changed."""
    with engine.begin() as uow:
        if uow.people.all():
            return
        if not uow.people.units():
            people.put_units(
                uow, SYSTEM, (Unit(id="district", kind=UnitKind.DISTRICT, name="本区", parent=None),)
            )
        top = next(unit.id for unit in uow.people.units() if unit.parent is None)
        password = secrets.token_urlsafe(18)
        people.add_person(
            uow,
            SYSTEM,
            account=ADMINISTRATOR,
            name="系统管理员",
            password=f"{password}-Aa1",
            roles=frozenset({("R20", top)}),
        )
    say(
        f"首次启动：系统管理员账号 {ADMINISTRATOR}，一次性密码 {password}-Aa1（只显示这一次，登录后须立即修改）。"
    )
