"""What a paper reads from a case: the free paths of its placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from forms.documents.paper import Block, Paper
from forms.expressions import Formula

Path = tuple[str, ...]


def paths_of(paper: Paper) -> frozenset[Path]:
    """Return the paths that title, number and blocks of *paper* read, items of lists left out."""
    heads = [paper.title, *([paper.number] if paper.number else [])]
    formulas = [piece for writing in heads for piece in writing.pieces if isinstance(piece, Formula)]
    own = frozenset(path for found in formulas for path in found.expression.paths)
    return own | {path for block in paper.blocks for path in _paths(block)}


def _paths(block: Block) -> Iterator[Path]:
    names = frozenset({block.name, "i"}) if block.over else frozenset()
    inner = (path for child in block.blocks for path in _paths(child))
    formulas = (path for found in _formulas(block) for path in found.expression.paths)
    yield from (path for path in (*formulas, *inner) if path[0] not in names)


def _formulas(block: Block) -> list[Formula]:
    written = [*block.writings.values(), *(cell for row in block.rows for cell in row)]
    written += [column.text for column in block.columns]
    found = [piece for writing in written for piece in writing.pieces if isinstance(piece, Formula)]
    return found + [one for one in (block.when, block.over) if one is not None]
