"""
The law pack (法规包): sources, deadline catalogue, ladders, roles, code lists, papers and parameter sets.

``load`` gives one frozen value or refuses with every finding; ``check`` only looks. The pack's digest is
stored with what was reckoned by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bpmn import toml
from bpmn.deadlines import lawpack_lists, lawpack_privacy, lawpack_rules, lawpack_sources
from bpmn.deadlines.calendar import Calendar
from bpmn.deadlines.catalogue import Catalogue
from bpmn.deadlines.errors import LawPackInvalid
from bpmn.deadlines.findings import Findings
from bpmn.deadlines.lawpack_lists import CodeList, LawPaper, ParameterSet, Role
from bpmn.deadlines.lawpack_privacy import DataField, RetentionRule
from bpmn.deadlines.rules import Ladder, Source
from bpmn.model import Finding, Severity

SHIPPED = Path(__file__).parents[1] / "library" / "lawpack"


@dataclass(frozen=True, kw_only=True)
class LawPack:
    """Everything a new law changes, in one value."""

    version: str  #: e.g. ``2026-11-23#ab12cd34``
    digest: str  #: SHA-256 of all files
    title: str
    sources: Mapping[str, Source]
    catalogue: Catalogue
    ladders: Mapping[str, Ladder]
    roles: Mapping[str, Role]
    code_lists: Mapping[str, CodeList]
    papers: Mapping[str, LawPaper]
    parameter_sets: Mapping[str, ParameterSet]
    calendar: Calendar  #: packaged years, years in the pack, office hours of the pack
    fields: Mapping[str, DataField]  #: kinds of personal data by key
    retention: Mapping[str, RetentionRule]
    warnings: tuple[Finding, ...] = ()

    def source(self, source_id: str) -> Source | None:
        """Return a source by its id, e.g. ``XZFY-48``; None when the pack does not have it."""
        return self.sources.get(source_id)


def load(path: Path | None = None) -> LawPack:
    """
    Load the law pack in the folder *path* (the shipped one when None).

    Raises:
        LawPackInvalid: with every finding of severity error.
    """
    return _load(path or SHIPPED, _stamp(path or SHIPPED))


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """
    A change of one entry since the files were written: an approved one of an installation.

    ``fields`` replace members of the entry; None removes one. An entry that does not exist is added.
    """

    section: str  #: ``deadline``, ``set`` or ``list``
    code: str  #: of the entry, e.g. ``D-110``, ``JS-2025`` or ``dispute-types``
    fields: Mapping[str, Any]  #: plain JSON; dates as ISO text


#: section -> the document that holds it, and the member that tells its entries apart.
_AMENDABLE = {"deadline": ("deadlines", "code"), "set": ("parameters", "id")}
_DATES = frozenset({"valid_from", "valid_to"})
LIST, CODE_LISTS = "list", "code-lists"  #: code lists stand under their keys, not in an array


def amended(amendments: Sequence[Amendment], path: Path | None = None) -> LawPack:
    """
    Load the law pack with *amendments* applied in order; the same checks as for files.

    Raises:
        LawPackInvalid: with every finding of severity error.
    """
    if not amendments:
        return load(path)
    folder, findings = path or SHIPPED, Findings()
    documents = _documents(folder, findings)
    for amendment in amendments:
        _apply(documents, amendment)
    text = repr([(one.section, one.code, sorted(one.fields.items(), key=str)) for one in amendments])
    digest = hashlib.sha256(f"{_digest(folder)}{text}".encode()).hexdigest()
    pack = _built(folder, documents, digest, findings)
    errors = [finding for finding in findings.all() if finding.severity is Severity.ERROR]
    if pack is None or errors:
        raise LawPackInvalid(errors)
    return pack


def _apply(documents: dict[str, Mapping[str, Any]], amendment: Amendment) -> None:
    if amendment.section == LIST:
        lists = documents.get(CODE_LISTS, {})
        documents[CODE_LISTS] = {
            **lists,
            amendment.code: {**lists.get(amendment.code, {}), **amendment.fields},
        }
        return
    name, key = _AMENDABLE[amendment.section]
    document = documents.get(name, {})
    entries = [dict(entry) for entry in document.get(amendment.section, [])]
    entry = next((one for one in entries if one.get(key) == amendment.code), None)
    if entry is None:
        entry = {key: amendment.code}
        entries.append(entry)
    entry |= {k: date.fromisoformat(v) if k in _DATES and v else v for k, v in amendment.fields.items()}
    for gone in [k for k, v in entry.items() if v is None]:
        del entry[gone]
    documents[name] = {**document, amendment.section: entries}


def entry_of(section: str, code: str, amendments: Sequence[Amendment] = ()) -> Mapping[str, Any]:
    """Return an entry as the files and *amendments* have it, in TOML's words; empty when there is none."""
    documents = _documents(SHIPPED, Findings())
    for amendment in amendments:
        _apply(documents, amendment)
    if section == LIST:
        return dict(documents.get(CODE_LISTS, {}).get(code, {}))
    name, key = _AMENDABLE[section]
    found = (one for one in documents.get(name, {}).get(section, []) if one.get(key) == code)
    return next(found, {})


def check(path: Path | None = None) -> tuple[Finding, ...]:
    """Return every finding of the law pack in *path*, warnings included."""
    findings = Findings()
    _read(path or SHIPPED, findings)
    return findings.all()


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    files = [(file.name, file.stat()) for file in _files(path)]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: tuple[tuple[str, int, int], ...]) -> LawPack:
    findings = Findings()
    pack = _read(path, findings)
    errors = [finding for finding in findings.all() if finding.severity is Severity.ERROR]
    if pack is None or errors:
        raise LawPackInvalid(errors)
    return pack


def _files(path: Path) -> list[Path]:
    return sorted([*path.glob("*.toml"), *path.glob("calendars/*.csv"), *path.glob("calendars/*.toml")])


def _documents(path: Path, findings: Findings) -> dict[str, Mapping[str, Any]]:
    return {file.stem: _toml(file, findings) for file in _files(path) if file.suffix == ".toml"}


def _read(path: Path, findings: Findings) -> LawPack | None:
    return _built(path, _documents(path, findings), _digest(path), findings)


def _built(
    path: Path, documents: Mapping[str, Mapping[str, Any]], digest: str, findings: Findings
) -> LawPack | None:
    if not documents:
        findings.error("law-pack-empty", f"{path.name}里没有法规包文件。", "请指定含 sources.toml 的文件夹。")
        return None
    sources = lawpack_sources.read(documents.get("sources", {}), findings)
    ladders = lawpack_rules.read_ladders(documents.get("ladders", {}), findings)
    catalogue = lawpack_rules.read_catalogue(documents.get("deadlines", {}), sources, ladders, findings)
    manifest = documents.get("lawpack", {})
    code_lists = lawpack_lists.read_code_lists(documents.get(CODE_LISTS, {}), sources, findings)
    privacy = documents.get("privacy", {})
    return LawPack(
        version=f"{manifest.get('version', '0')}#{digest[:8]}",
        digest=digest,
        title=str(manifest.get("title", path.name)),
        sources=MappingProxyType(sources),
        ladders=MappingProxyType(ladders),
        catalogue=catalogue,
        roles=MappingProxyType(lawpack_lists.read_roles(documents.get("roles", {}), findings)),
        code_lists=MappingProxyType(code_lists),
        papers=MappingProxyType(lawpack_lists.read_papers(documents.get("papers", {}), sources, findings)),
        parameter_sets=MappingProxyType(
            lawpack_lists.read_parameter_sets(documents.get("parameters", {}), sources, findings)
        ),
        calendar=lawpack_lists.read_calendar(path, documents.get("office-hours", {}), findings),
        fields=MappingProxyType(lawpack_privacy.read_fields(privacy, code_lists, sources, findings)),
        retention=MappingProxyType(lawpack_privacy.read_retention(privacy, sources, findings)),
        warnings=findings.all(),
    )


def _toml(file: Path, findings: Findings) -> Mapping[str, Any]:
    try:
        return toml.loads(file.read_text(encoding="utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError) as error:
        findings.error(
            "law-pack-unreadable",
            f"{file.name}不是有效的TOML文件：{error}。",
            "请按提示的位置改正。",
            file.name,
        )
        return {}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in _files(path):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
