"""
Keep the English catalogue complete: ``python scripts/catalogue.py`` adds new message ids and lists what is untranslated.

Message ids are Chinese. They come from templates (``_``, ``ngettext``), from Python (``_``, ``ngettext``, ``N_``) and from
the docstrings of the error tree, which are the sentences that people see.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = ROOT / "api" / "locale" / "en" / "LC_MESSAGES" / "messages.po"
PACKAGES = ("api", "forms", "tasks", "workflows", "bpmn")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
METHODS = [("templates/**.html", "jinja2"), ("components/**.jinja", "jinja2"), ("**.py", "python")]
SKIPPED = {"jinja2": {"trimmed": "true"}}


def extracted() -> Catalog:
    """Return every message id of the sources."""
    catalogue = Catalog(charset="utf-8")
    for package in PACKAGES:
        for _file, _line, message, comments, _context in extract_from_dir(
            str(ROOT / package), METHODS, keywords=KEYWORDS, directory_filter=_is_source
        ):
            if _is_chinese(message if isinstance(message, str) else message[0]):
                catalogue.add(message, auto_comments=comments)
    for sentence in error_sentences():
        catalogue.add(sentence)
    return catalogue


def error_sentences() -> Iterator[str]:
    """Yield the default message of every error class."""
    sys.path.insert(0, str(ROOT))
    from bpmn.errors import JingfaError

    for package in PACKAGES:
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            # The clockwork loads a second of libraries and holds no errors; migrations and build scripts are no modules of ours.
            if not {"flows", "migrations", "web", "commands"} & set(found.name.split(".")):
                importlib.import_module(found.name)
    waiting = [JingfaError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        sentence = " ".join((error.__doc__ or "").strip().split("\n\n")[0].split())
        if _is_chinese(sentence):
            yield sentence


def untranslated() -> list[str]:
    """Return the message ids that the English catalogue lacks or leaves empty."""
    known = translations()
    wanted = (message.id for message in extracted() if message.id)
    ids = (found if isinstance(found, str) else found[0] for found in wanted)
    return sorted(found for found in ids if not known.get(found))


def translations() -> dict[str, str]:
    """Return what the English catalogue says, by message id."""
    return {zh: forms[0] for zh, forms in _forms().items()}


def update() -> None:
    """Write the catalogue with new ids added and unused ones dropped; translations are kept."""
    known = _forms() if ENGLISH.exists() else {}
    found = extracted()
    fresh = Catalog(locale="en", charset="utf-8", project="jingfa", version="1")
    for message in sorted((m for m in found if m.id), key=lambda m: _first(m.id)):
        forms = known.get(_first(message.id), ("",))
        # A sentence that has become countable has one form until somebody writes the other.
        fresh.add(message.id, forms[0] if isinstance(message.id, str) else (forms[0], forms[-1]))
    buffer = BytesIO()
    write_po(buffer, fresh, width=0, omit_header=False)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    ENGLISH.write_bytes(_without_dates(buffer.getvalue()))


def _forms() -> dict[str, tuple[str, ...]]:
    """Return the English forms of each message id, the singular first."""
    with ENGLISH.open("rb") as stream:
        catalogue = read_po(stream)
    return {
        _first(m.id): (m.string,) if isinstance(m.string, str) else tuple(m.string)
        for m in catalogue
        if m.id and not m.fuzzy
    }


def _without_dates(content: bytes) -> bytes:
    # Dates would change the file at every run.
    lines = content.split(b"\n")
    return b"\n".join(
        line for line in lines if not line.startswith((b'"POT-Creation', b'"PO-Revision', b'"Generated'))
    )


def _first(value: str | tuple[str, ...] | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _is_source(folder: str) -> bool:
    return not {"node_modules", "dist", "library", "locale"} & set(Path(folder).parts)


def main() -> int:
    """Update the catalogue; 1 while something is untranslated."""
    update()
    missing = untranslated()
    for message in missing:
        sys.stdout.write(f"{message}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
