"""Reading the models of a pack: what outside can start in it, from files gathered beforehand; no connection is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from bpmn import isolated, parser
from bpmn.deadlines.lawpack import LawPack
from bpmn.definition import ProcessDefinition
from bpmn.diagram import Catalogue


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the models of a pack are read from, gathered beforehand: reading takes seconds and needs no connection."""

    own: Mapping[str, bytes]
    everything: Mapping[str, bytes]  #: with the files of used packs
    law: LawPack
    trusted: bool
    operations: frozenset[str]  #: job types that somebody works on

    @property
    def key(self) -> tuple[str, str]:
        """What a result is valid for."""
        return digest_of(self.everything), self.law.digest


@dataclass(frozen=True, kw_only=True)
class Models:
    """The processes of a pack that something outside can start, and what they were read from."""

    key: tuple[str, str]
    definitions: tuple[ProcessDefinition, ...]


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return what tells these files from any others."""
    content = hashlib.sha256()
    for path in sorted(files):
        content.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\0".encode())
    return content.hexdigest()


def models_of(reading: Reading) -> Models:
    """
    Parse the pack once for each process of its *own* that something outside can start.

    Raises:
        DeploymentInvalid: what the engine cannot run faithfully, every finding at once.
    """
    files = reading.everything
    models = {name: data for name, data in files.items() if name.endswith((".bpmn", ".xml", ".dmn"))}
    catalogue = catalogue_of(reading.law, files, reading.operations)
    parse = parser.parse if reading.trusted else isolated.parse_isolated
    whole = parse(models, catalogue=catalogue)
    keys = _startable_keys(whole, models) & parser.processes_of(reading.own)
    first = (
        whole
        if whole.key in keys or not keys
        else parser.parse(models, process_id=min(keys), catalogue=catalogue)
    )
    others = (parser.parse(models, process_id=key, catalogue=catalogue) for key in sorted(keys - {first.key}))
    return Models(key=reading.key, definitions=(first, *others))


def _startable_keys(model: ProcessDefinition, files: Mapping[str, bytes]) -> set[str]:
    called = {
        key
        for name, data in files.items()
        if not name.endswith(".dmn")
        for key in parser.called_processes(data)
    }
    triggered = {start.process_id for start in model.starts if start.kind != "none"}
    processes = {element.id for element in model.elements.values() if element.type == "process"}
    return (processes - called) | (triggered & processes)


def catalogue_of(law: LawPack, files: Mapping[str, bytes], operations: frozenset[str]) -> Catalogue:
    """Return the names that exist around the models of a pack: what it brings and what the law pack knows."""
    forms = {
        PurePosixPath(name).stem for name in files if name.startswith("forms/") and name.endswith(".json")
    }
    papers = {PurePosixPath(name).stem for name in files if name.startswith("documents/")}
    return Catalogue(
        deadlines=frozenset(rule.code for rule in law.catalogue),
        roles=frozenset(law.roles) if law.roles else None,
        forms=frozenset(forms) if forms else None,
        papers=frozenset(papers) if papers else None,
        operations=operations if forms else None,
        sources=frozenset(law.sources),
    )
