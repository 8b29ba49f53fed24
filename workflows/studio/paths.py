"""Which files a pack may hold and of what kind they are; paths that could mean something else are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from workflows.studio.errors import PathInvalid

MOST_FILES: Final = 500
LONGEST: Final = 200
_PART = re.compile(r"(?!\.)[\w .()\-+@（）、·]{1,120}(?<![ .])")
#: Names that some operating systems cannot write: an exported folder has to open everywhere.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
)


class FileKind(StrEnum):
    """What a file of a pack is."""

    DIAGRAM = "diagram"
    DECISION = "decision"
    FORM = "form"
    DOCUMENT = "document"
    SCENARIO = "scenario"
    PACK = "pack"


#: folder and suffixes -> kind; "" is the pack's own folder.
_PLACES: Final = (
    ("", (".bpmn",), FileKind.DIAGRAM),
    ("decisions", (".dmn",), FileKind.DECISION),
    ("", (".dmn",), FileKind.DECISION),
    ("forms", (".json",), FileKind.FORM),
    ("documents", (".toml",), FileKind.DOCUMENT),
    ("scenarios", (".yaml",), FileKind.SCENARIO),
    ("", (".toml", ".md"), FileKind.PACK),
)


def kind_of(path: str) -> FileKind:
    """
    Return what a file is by its place.

    >>> kind_of("forms/register.json"), kind_of("process.bpmn")
    (<FileKind.FORM: 'form'>, <FileKind.DIAGRAM: 'diagram'>)

    Raises:
        PathInvalid: no file of a pack has such a place.
    """
    folder, _, name = path.rpartition("/")
    for place, suffixes, kind in _PLACES:
        if folder == place and name.endswith(suffixes):
            return kind
    raise PathInvalid(
        f"“{path[:80]}”不是流程包里的文件。流程图放在包内（.bpmn），决策表放 decisions/（.dmn），"
        "表单放 forms/（.json），文书放 documents/（.toml），场景放 scenarios/（.yaml）。"
    )


def ensure_sound(path: str) -> str:
    """
    Return *path*, or refuse it.

    Raises:
        PathInvalid: absolute, with ``..``, hidden, too long, or with characters that no pack needs.
    """
    parts = PurePosixPath(path).parts
    plain = "/".join(parts) == path and len(parts) in (1, 2) and len(path.encode()) <= LONGEST
    if not plain or not all(_PART.fullmatch(part) for part in parts):
        raise PathInvalid(f"文件名“{path[:80]}”不能使用。请使用流程包内的相对路径，如 forms/register.json。")
    if any(part.split(".")[0].strip().lower() in _DEVICES for part in parts):
        raise PathInvalid(f"文件名“{path[:80]}”是系统保留名称，请换一个名称。")
    kind_of(path)
    return path


def ensure_distinct(path: str, present: Iterable[str]) -> None:
    """
    Refuse a path that differs from a present one in case only: an exported folder could not hold both.

    Raises:
        PathInvalid: with the name of the present file.
    """
    others = [one for one in present if one != path and one.casefold() == path.casefold()]
    if others:
        raise PathInvalid(f"“{path}”与已有的“{others[0]}”只有大小写不同。请换一个名称。")


def place_of(path: str) -> FileKind:
    """Return the kind of a file that is there already; what has no place of its own belongs to the pack."""
    try:
        return kind_of(path)
    except PathInvalid:
        return FileKind.PACK
