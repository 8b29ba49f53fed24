"""
Every finding about a pack: what ``jingfa check`` says, and what only an installation knows.

Diagrams and tables are read in the killable child, as at a deployment; the answer is kept for equal files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bpmn import isolated, toml
from bpmn.deadlines.lawpack import LawPack
from bpmn.diagram import Catalogue
from bpmn.errors import DeploymentInvalid, JingfaError
from bpmn.model import Finding, Severity
from bpmn.parser import SUFFIXES
from forms.model import Form
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.installation import Installation
from workflows.processes import job_types, part_checks, sharing
from workflows.scenarios import pack_names
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, paths, staffing
from workflows.studio.errors import DraftNotFound

if TYPE_CHECKING:
    from workflows.engine import Engine


@dataclass(frozen=True, kw_only=True)
class Basis:
    """All that is looked at, read beforehand: no connection is held while a child reads the models."""

    installation: Installation
    law: LawPack
    files: Mapping[str, bytes]  #: the pack's own
    everything: Mapping[str, bytes]  #: with those of the packs that it uses
    around: Catalogue
    held: frozenset[str]  #: roles that somebody holds
    refused: tuple[Finding, ...] = ()  #: why there is nothing to look at


def check(
    engine: Engine, actor: Actor, draft_id: str, *, path: str | None = None, content: bytes = b""
) -> tuple[Finding, ...]:
    """
    Return the findings of a draft, the worst first; takes seconds for large packs, with no transaction open meanwhile.

    Args:
        path: A file that is looked at with *content* instead of what is saved; nothing is written.

    Raises:
        DraftNotFound: no such draft.
        PathInvalid: a pack holds no such file.
    """
    rules.ensure_may_read(actor)
    with engine.begin() as uow:
        if uow.drafts.get(draft_id) is None:
            raise DraftNotFound
        files = dict(drafts.contents(uow, draft_id))
        if path is not None:
            files[paths.ensure_sound(path)] = content
        basis = gathered(uow, files)
    return findings_of(basis)


def gathered(
    uow: UnitOfWork, files: Mapping[str, bytes], *, instead: Mapping[str, Mapping[str, bytes]] | None = None
) -> Basis:
    """
    Read what a check of these files needs.

    Args:
        instead: Name of a shared pack -> files that are taken for those in force.
    """
    law = uow.installation.law
    try:
        everything = sharing.with_used_packs(uow, files, instead=instead or {})
        refused: tuple[Finding, ...] = ()
    except DeploymentInvalid as refusal:
        everything, refused = files, refusal.findings
    around = (
        Catalogue() if refused else _around(uow.installation, everything, shared=set(everything) - set(files))
    )
    return Basis(
        installation=uow.installation,
        law=law,
        files=files,
        everything=everything,
        around=around,
        held=frozenset(uow.people.roles_held()),
        refused=refused,
    )


def findings_of(basis: Basis) -> tuple[Finding, ...]:
    """Return the findings of a pack's files, the worst first."""
    if basis.refused:
        return basis.refused
    found = [*_models(basis), *part_checks.check(basis.files, basis.law)]
    found += staffing.check(basis.files, held=basis.held)
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.severity)))


def is_refused(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding is an error."""
    return any(one.severity is Severity.ERROR for one in findings)


def _models(basis: Basis) -> Iterator[Finding]:
    files, everything = basis.files, basis.everything
    models = {name: data for name, data in everything.items() if name.endswith((*SUFFIXES, ".dmn"))}
    if not any(name.endswith(SUFFIXES) for name in models):
        yield _finding("empty-pack", "pack.toml", "流程包里没有流程图。", "请新建或导入一张 .bpmn 流程图。")
        return
    key = ("checked", basis.law.digest, digest_of(everything))
    for one in basis.installation.keep(key, lambda: _read(models, basis.around)):
        # What a shared pack warns of is its own draft's business.
        if one.severity is Severity.ERROR or one.file in files or not one.file:
            yield one


def _read(models: Mapping[str, bytes], around: Catalogue) -> tuple[Finding, ...]:
    try:
        return isolated.check_isolated(models, catalogue=around)
    except DeploymentInvalid as refusal:
        return refusal.findings


def _around(house: Installation, files: Mapping[str, bytes], *, shared: Iterable[str]) -> Catalogue:
    law = house.law
    forms = _named(files, "forms/", ".json")
    return Catalogue(
        decisions=frozenset(),
        deadlines=frozenset(rule.code for rule in law.catalogue),
        roles=frozenset(law.roles) or None,
        forms=frozenset(forms),
        papers=frozenset({*_named(files, "documents/", ""), *law.papers}),
        operations=job_types.known(house.settings),
        sources=frozenset(law.sources),
        form_fields={key: fields for key, data in forms.items() if (fields := _fields(data)) is not None},
        knowledge=pack_names.knowledge_of(files, law, shared=shared),
    )


def _named(files: Mapping[str, bytes], folder: str, suffix: str) -> dict[str, bytes]:
    fitting = {n: data for n, data in files.items() if n.startswith(folder) and n.endswith(suffix)}
    return {PurePosixPath(name).name.split(".")[0]: data for name, data in fitting.items()}


def _fields(data: bytes) -> frozenset[str] | None:
    try:
        form = Form.parse(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError, JingfaError):
        return None
    return frozenset(str(one.path[0]) for one in form.walk() if one.path)


def settings_of(files: Mapping[str, bytes]) -> Mapping[str, object]:
    """Return ``pack.toml`` as data; nothing when it cannot be read."""
    try:
        return toml.loads(files.get("pack.toml", b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return {}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return what tells these files from any others."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _finding(code: str, file: str, message: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, remedy=remedy, file=file)
