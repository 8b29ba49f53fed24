"""What a proof looks at: the draft, every pack that would get it, and what their verdict is valid for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.processes import sharing
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import checks, drafts, rehearsal, tryout

Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One pack of a proof: the draft's own, or one that uses it."""

    title: str  #: empty for the draft's own
    basis: checks.Basis
    samples: Mapping[str, Any]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Paths of what is played."""
        return rehearsal.names_of(self.basis.files)


def plan(uow: UnitOfWork, row: DraftRow) -> tuple[Part, ...]:
    """Return what a proof looks at: the draft, then every pack that would get it, one after the other."""
    files = drafts.contents(uow, row.id)
    own = _part(uow, "", files, {})
    if own.basis.refused or not sharing.is_shared(files):
        return (own,)
    return (own, *_users(uow, row.pack_key, own.basis.everything))


def _users(uow: UnitOfWork, name: str, files: Files) -> Iterator[Part]:
    for key in sharing.users_of(uow, name):
        own = sharing.own_in_force(uow, key)
        found = _part(uow, drafts.title_of(own, key), own, {name: files})
        yield found
        if sharing.is_shared(own):
            yield from _users(uow, key, found.basis.everything)


def _part(uow: UnitOfWork, title: str, files: Files, instead: Mapping[str, Files]) -> Part:
    basis = checks.gathered(uow, files, instead=instead)
    samples = {} if basis.refused else tryout.used_samples(uow, files)
    return Part(title=title, basis=basis, samples=samples)


def basis_of(parts: tuple[Part, ...]) -> str:
    """Return what a verdict on these parts is valid for."""
    digest = hashlib.sha256()
    for part in parts:
        held = " ".join(sorted(part.basis.held))
        for text in (part.basis.law.digest, held, checks.digest_of(part.basis.everything)):
            digest.update(f"{text}\0".encode())
    return digest.hexdigest()
