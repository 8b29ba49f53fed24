"""A newer product brings newer packs: they never replace in silence what policy staff have published."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.model import SYSTEM
from workflows import deployments
from workflows.processes import sharing
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts
from workflows.studio.model import OPEN


def is_known(uow: UnitOfWork, command: deployments.Deploy) -> bool:
    """Tell whether the pack was deployed with these files before, in force or not: a rollback stays one."""
    if not uow.packs.named(command.name) or any(
        uow.packs.latest_named(name) is None for name in sharing.used(command.files)
    ):
        return False
    return uow.packs.has_digest(command.name, deployments.digest_of(uow, command.files))


def is_theirs(uow: UnitOfWork, pack_key: str) -> bool:
    """Tell whether the version in force came out of the studio."""
    latest = uow.packs.latest_named(pack_key)
    return latest is not None and latest in uow.drafts.of_deployments([latest])


def offer(uow: UnitOfWork, pack_key: str, files: Mapping[str, bytes]) -> None:
    """Make a draft of the shipped files, once: policy staff compare and decide."""
    title = f"{drafts.title_of(files, pack_key)[:70]}（产品更新）"
    open_ = uow.drafts.all(states=OPEN, pack_key=pack_key)
    if any(row.title == title and drafts.contents(uow, row.id) == files for row in open_):
        return
    versions = len(uow.packs.named(pack_key))
    drafts.add(uow, SYSTEM, pack_key, files, title=title, base_version=versions)
