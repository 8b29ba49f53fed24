"""What in a draft still uses a file: asked before it is deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from bpmn import toml, usage
from bpmn.parser import SUFFIXES
from workflows.studio.paths import FileKind, place_of

_KINDS: Mapping[FileKind, usage.UseKind] = {
    FileKind.FORM: "form",
    FileKind.DOCUMENT: "paper",
    FileKind.DECISION: "decision",
    FileKind.DIAGRAM: "process",
}


def of(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the names of what uses the file *path*, in order of files; empty = it may go."""
    kind = _KINDS.get(place_of(path))
    if path == "pack.toml":
        return ("流程包说明是必需的",)
    if kind is None:
        return ()
    names = _names(path, kind, files[path])
    return tuple(dict.fromkeys([*_in_models(path, kind, names, files), *_in_settings(kind, names, files)]))


def _names(path: str, kind: usage.UseKind, data: bytes) -> frozenset[str]:
    stem = PurePosixPath(path).name.split(".")[0]
    return frozenset({stem}) if kind in ("form", "paper") else usage.offered(data)


def _in_models(
    path: str, kind: usage.UseKind, names: frozenset[str], files: Mapping[str, bytes]
) -> Iterator[str]:
    for file, data in sorted(files.items()):
        if file == path or not file.endswith(SUFFIXES):
            continue
        for use in usage.uses(data):
            if use.kind == kind and use.name in names:
                yield f"{use.label}（{file}）"


def _in_settings(kind: usage.UseKind, names: frozenset[str], files: Mapping[str, bytes]) -> Iterator[str]:
    try:
        settings = toml.loads(files.get("pack.toml", b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return
    messages = settings.get("message") or ()
    for entry in messages if kind == "form" and isinstance(messages, list) else ():
        if isinstance(entry, dict) and entry.get("form") in names:
            yield f"消息登记“{entry.get('title') or entry.get('name') or entry.get('form')}”（pack.toml）"
