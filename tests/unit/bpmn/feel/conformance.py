"""Writes the conformance table of ``docs/feel.md`` from the vectors and the library."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

from bpmn.feel.library.catalogue import BUILTINS

_spec = importlib.util.spec_from_file_location("feel_vectors", Path(__file__).with_name("vectors.py"))
assert _spec and _spec.loader
vectors = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vectors)

START, END = (
    "<!-- conformance: written by tests/unit/bpmn/feel/conformance.py -->",
    "<!-- end of conformance -->",
)
DOCUMENT = Path(__file__).parents[4] / "docs" / "feel.md"


def table() -> str:
    """Return the table: clauses of the language, then built-in functions with their signatures."""
    language = [*vectors.load("language.yaml"), *vectors.load("unary.yaml")]
    functions = vectors.load("functions.yaml")
    parts = [_language(language), _functions(functions), f"{len(language) + len(functions)} vectors in all."]
    return "\n\n".join([START, *parts, END])


def _language(found: list[vectors.Vector]) -> str:  # type: ignore[name-defined]
    counted = Counter((vector.clause, vector.topic) for vector in found)
    rows = [f"| {clause} | {topic} | {count} |" for (clause, topic), count in counted.items()]
    return "\n".join(["| Clause of DMN 1.5 | Topic | Own vectors |", "|---|---|---:|", *rows])


def _functions(found: list[vectors.Vector]) -> str:  # type: ignore[name-defined]
    counted = Counter((vector.clause, vector.topic) for vector in found)
    rows = [f"| {clause} | {_signatures(name)} | {count} |" for (clause, name), count in counted.items()]
    return "\n".join(["| Clause of DMN 1.5 | Built-in function | Own vectors |", "|---|---|---:|", *rows])


def _signatures(name: str) -> str:
    shown = dict.fromkeys(overload.signature for overload in BUILTINS[name].overloads)
    return "<br>".join(f"`{signature}`" for signature in shown)


def main() -> None:
    """Write the table into the document."""
    text = DOCUMENT.read_text("utf-8")
    before, _, rest = text.partition(START)
    DOCUMENT.write_text(before + table() + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    main()
