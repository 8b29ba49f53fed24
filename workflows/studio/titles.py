"""What people call a file of a pack: the title inside it, so that nobody has to know file names."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from typing import Final

from bpmn import toml

_MODEL: Final = re.compile(r"<(?:[\w-]+:)?(?:process|decision)\b[^>]*?\bname=\"([^\"]+)\"")
_SCENARIO: Final = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


@lru_cache(maxsize=2048)
def title_of(path: str, content: bytes) -> str:
    """
    Return the title of a file, or "" when it has none or cannot be read; a title is for showing only.

    >>> title_of("documents/W07.toml", 'title = "人民调解协议书"'.encode())
    '人民调解协议书'
    >>> title_of("a.bpmn", '<bpmn:process id="p" name="分级与受理">'.encode())
    '分级与受理'
    """
    text = content.decode("utf-8", errors="replace")
    suffix = path.rpartition(".")[2]
    try:
        return _READERS[suffix](text) if suffix in _READERS else ""
    except (
        ValueError,
        AttributeError,
        RecursionError,
    ):  # TOML and JSON faults are ValueErrors; the checks tell them
        return ""


def _of_model(text: str) -> str:
    found = _MODEL.search(text)
    return html.unescape(found[1]) if found else ""


def _of_form(text: str) -> str:
    return str(json.loads(text).get("properties", {}).get("title", ""))


def _of_settings(text: str) -> str:
    return str(toml.loads(text).get("title", ""))


def _of_scenario(text: str) -> str:
    found = _SCENARIO.search(text)
    return found[1] if found else ""


_READERS: Final = {
    "bpmn": _of_model, "dmn": _of_model, "json": _of_form, "toml": _of_settings, "yaml": _of_scenario,
}  # fmt: skip
