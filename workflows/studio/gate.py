"""What a draft must pass before it may be submitted, approved or published."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Finding, Severity
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import checks, rehearsal


def gate(uow: UnitOfWork, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Return why a pack with these files may not come into force; nothing when it may."""
    found = checks.findings_of(uow, files)
    refused = tuple(one for one in found if one.severity is Severity.ERROR)
    # What the engine cannot run cannot be rehearsed either.
    return refused or rehearsal.findings_of(uow, files)
