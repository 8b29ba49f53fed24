"""
What lies beside a model on disk: called processes and decision tables that it needs and nobody named.

Only regular files of the same folder (and of ``decisions/`` in it) are looked at, only as many as are needed.
"""

from __future__ import annotations

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
    for table in [*_beside(file, (".dmn",)), *_beside(file.parent / "decisions" / "x", (".dmn",))]:
        found.setdefault(table.name, table.read_bytes())
    return found


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
