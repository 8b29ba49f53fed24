"""Seeded faults: packs with one mistake each, checked as ``jingfa check`` does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from api import pack_check
from bpmn.model import Finding, Severity
from tests.builders.mutations import LIBRARY, edited, shipped

CORPUS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "unit" / "library" / "seeded_faults.yaml").read_text(encoding="utf-8")
)
#: Findings that must show the way to the fault: those of the proofs about data and ways.
PROVED = frozenset(
    {
        "field-never-set",
        "not-set-on-every-way",
        "compare-wrong-type",
        "unknown-option",
        "option-not-handled",
        "no-default",
        "call-without-input",
        "failure-not-caught",
        "paper-reads-unset",
        "form-reads-unset",
        "deadline-not-running",
        "dead-join",
    }
)


@dataclass(frozen=True)
class Workshop:
    """A copy of the library in which packs are broken and mended again."""

    library: Path

    @classmethod
    def copied(cls, folder: Path) -> Workshop:
        """Copy the library into *folder*."""
        return cls(Path(shutil.copytree(LIBRARY, folder / "library")))

    def found(self, fault: dict[str, Any]) -> list[Finding]:
        """Return the findings that an edit adds or changes, the pack mended afterwards."""
        before = shipped(fault["pack"])
        after = edited(before, fault["edits"])
        changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        self._write(fault["pack"], after, changed)
        try:
            return list(pack_check.check(self.library / fault["pack"]))
        finally:
            self._write(fault["pack"], before, changed)

    def hits(self, fault: dict[str, Any]) -> list[Finding]:
        """Return those findings that name the fault at its element."""
        wanted = (fault["code"], fault["element"])
        return [
            one for one in self.found(fault) if one.code == wanted[0] and wanted[1] in (None, one.element_id)
        ]

    def alarms(self) -> Iterator[Finding]:
        """Yield errors and warnings about the packs as they are shipped: false alarms."""
        for settings in sorted(self.library.glob("*/pack.toml")):
            yield from (one for one in pack_check.check(settings.parent) if one.severity is not Severity.INFO)

    def _write(self, pack: str, files: dict[str, bytes], changed: set[str]) -> None:
        for path in changed:
            place = self.library / pack / path
            if path in files:
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(files[path])
            else:
                place.unlink()
