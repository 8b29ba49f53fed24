"""
Parts that packs share: ``uses = ["handover"]`` in a ``pack.toml`` takes in the models, tables, forms and papers of that pack.

They are copied at deployment: a running case keeps the skeleton it started with when the shared pack gets a new version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from bpmn import toml
from bpmn.errors import DeploymentInvalid
from bpmn.model import Finding, Severity
from tasks import small_cells
from workflows.store.unit_of_work import UnitOfWork

SETTINGS = "pack.toml"
SKELETON = "handover"  #: the pack that every category of special persons uses
CHANGED = "shared-packs-changed"  #: the stored setting that names shared packs whose users have to follow
SHARED_FOLDERS = frozenset({"forms", "documents", "decisions"})


def with_used_packs(
    uow: UnitOfWork, files: Mapping[str, bytes], *, instead: Mapping[str, Mapping[str, bytes]] | None = None
) -> Mapping[str, bytes]:
    """
    Return *files* and, below them, those of the packs that they use; a file of its own wins.

    Args:
        instead: Name of a used pack -> files to take for those in force: what would be if a draft came into force.

    Raises:
        DeploymentInvalid: a used pack is not deployed, ``pack.toml`` is malformed, or the key of a category of special
            persons does not say so.
    """
    if faults := faults_of_key(files):
        raise DeploymentInvalid(faults)
    shared: dict[str, bytes] = {}
    for name in used(files):
        found = (instead or {}).get(name) or _in_force(uow, name)
        shared |= {path: content for path, content in found.items() if _is_part(path)}
    return {**shared, **files}


def _in_force(uow: UnitOfWork, name: str) -> Mapping[str, bytes]:
    deployment_id = uow.packs.latest_named(name)
    if deployment_id is None:
        raise DeploymentInvalid([_missing(name)])
    return uow.packs.files(deployment_id)


def users_of(uow: UnitOfWork, name: str) -> tuple[str, ...]:
    """Return the packs whose version in force uses the pack *name*."""
    return tuple(key for key in uow.packs.pack_keys() if name in used(_settings_in_force(uow, key)))


def _settings_in_force(uow: UnitOfWork, key: str) -> Mapping[str, bytes]:
    deployment_id = uow.packs.latest_named(key)
    settings = uow.packs.file(deployment_id, SETTINGS) if deployment_id else None
    return {SETTINGS: settings} if settings else {}


def own_in_force(uow: UnitOfWork, key: str) -> Mapping[str, bytes]:
    """
    Return the own files of a pack's version in force.

    Raises:
        DeploymentInvalid: the pack is not deployed.
    """
    return own_files(uow, _in_force(uow, key))


def announce(uow: UnitOfWork, name: str) -> None:
    """Note that a shared pack has a new version: the packs that use it are deployed anew by ``studio.following``."""
    uow.settings.put(CHANGED, sorted({*changed(uow), name}))


def changed(uow: UnitOfWork) -> tuple[str, ...]:
    """Return the shared packs whose users have to follow."""
    return tuple(uow.settings.get(CHANGED) or ())


def settle(uow: UnitOfWork, name: str) -> None:
    """Note that the users of a shared pack have followed."""
    uow.settings.put(CHANGED, [one for one in changed(uow) if one != name])


def is_shared(files: Mapping[str, bytes]) -> bool:
    """Tell whether a pack says ``shared = true``: parts that others call, which nobody starts by themselves."""
    return _settings(files).get("shared") is True


def used(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Return the names of the packs that a pack uses.

    Raises:
        DeploymentInvalid: ``pack.toml`` cannot be read.
    """
    names = _settings(files).get("uses") or ()
    return tuple(str(name) for name in names) if isinstance(names, list | tuple) else ()


def faults_of_key(files: Mapping[str, bytes]) -> list[Finding]:
    """
    Return what is wrong with the key of a pack that uses the hand-over of special persons.

    Small numbers of special persons are protected by the beginning of the key (``tasks/small_cells.py``): a category under
    another name would be counted in the open.
    """
    key = str(_settings(files).get("key") or "")
    return [] if SKELETON not in used(files) or small_cells.is_special(key) else [_unprotected(key)]


def own_files(uow: UnitOfWork, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return *files* of a deployment without those that it took over unchanged from the packs that it uses."""
    own = dict(files)
    for name in used(files):
        for deployment in uow.packs.named(name):
            shared = uow.packs.digests(str(deployment["id"]))
            own = {path: data for path, data in own.items() if shared.get(path) != _hash(data)}
    return own


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _settings(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        return toml.loads(files.get(SETTINGS, b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DeploymentInvalid([_malformed(problem)]) from problem


def _is_part(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return path.endswith(".bpmn") if len(parts) == 1 else parts[0] in SHARED_FOLDERS


def _missing(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="used-pack-missing",
        message=f"流程包用到的公用流程包“{name}”还没有部署。",
        remedy=f"请先部署“{name}”，再部署本包。",
        file=SETTINGS,
    )


def _unprotected(key: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="special-persons-key",
        message=f"流程包“{key}”用到特殊人群交接，key 却不是以 {small_cells.SPECIAL_PROCESSES} 开头，人数会公开统计。",
        remedy=f"请把 pack.toml 和流程图里的 key 改为以 {small_cells.SPECIAL_PROCESSES} 开头。",
        file=SETTINGS,
    )


def _malformed(problem: Exception) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="pack-settings-malformed",
        message=f"pack.toml 读不懂：{problem}。",
        remedy="请按 TOML 格式改正。",
        file=SETTINGS,
    )
