"""
What lies beside a model on disk: called processes and decision tables that it needs and nobody named.

Only regular files of the same folder (and of ``decisions/`` in it) are looked at, only as many as are needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bpmn import parser
from bpmn.errors import DeploymentInvalid
from bpmn.xml import Limits, read

_MOST: Final = 200  #: files that are looked at


def gather(file: Path) -> dict[str, bytes]:
    """
    Return *file* and what it calls or decides by, by file name, *file* first.

    Raises:
        OSError: *file* cannot be read.
    """
    found = {file.name: file.read_bytes()}
    wanted = _calls(found[file.name])
    others = {one.name: _processes(one) for one in _beside(file, parser.SUFFIXES)} if wanted else {}
    while wanted:
        target = wanted.pop()
        name = next((name for name, ids in others.items() if target in ids and name not in found), None)
        if name is not None:
            found[name] = (file.parent / name).read_bytes()
            wanted |= _calls(found[name])
    found.update(_tables(file, b"".join(found.values())))
    return found


def _tables(file: Path, models: bytes) -> dict[str, bytes]:
    """Decision tables that hold a decision the models name, and all tables beside those: they may import them."""
    places = [*_beside(file, (".dmn",)), *_beside(file.parent / "decisions" / "x", (".dmn",))]
    tables = {one.name: one.read_bytes() for one in places}
    wanted = {name for name, data in tables.items() if any(one in models for one in _decisions(data))}
    imported = {name for name in tables if any(name.encode() in tables[one] for one in wanted)}
    return {name: data for name, data in tables.items() if name in wanted | imported}


def _decisions(table: bytes) -> list[bytes]:
    found = re.findall(rb"<(?:[\w.-]+:)?decision\b[^>]*>", table)
    names = [name for tag in found for name in re.findall(rb"""\b(?:id|name)\s*=\s*["']([^"']+)["']""", tag)]
    return [b'"' + name + b'"' for name in names]


def _beside(file: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    folder = sorted(file.parent.iterdir()) if file.parent.is_dir() else []
    fitting = [one for one in folder if one.name.lower().endswith(suffixes) and one.is_file() and one != file]
    return (one for one in fitting[:_MOST] if one.stat().st_size <= Limits().size)


def _calls(data: bytes) -> set[str]:
    try:
        return set(parser.called_processes(data))
    except DeploymentInvalid:
        return set()  # the check of the file itself says what is wrong


def _processes(file: Path) -> frozenset[str]:
    try:
        root = read(file.read_bytes())
    except (DeploymentInvalid, OSError):
        return frozenset()
    return frozenset(str(one.get("id")) for one in root.iterfind("{*}process"))
