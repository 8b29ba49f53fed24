"""What a paper reads from a case: the free paths of its placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.feel import tree
from forms.documents.paper import Block, Paper
from forms.expressions import Formula

Path = tuple[str, ...]


def paths_of(paper: Paper) -> frozenset[Path]:
    """Return the paths that title, number and blocks of *paper* must find, items of lists and optional ones left out."""
    heads = [paper.title, *([paper.number] if paper.number else [])]
    formulas = [piece for writing in heads for piece in writing.pieces if isinstance(piece, Formula)]
    own = {path for found in formulas for path in found.expression.paths}
    every = own | {path for block in paper.blocks for path in _paths(block)}
    asked = {path for found in [*formulas, *_all(paper.blocks)] for path in _asked_about(found)}
    return frozenset(every - asked)


def _asked_about(found: Formula) -> Iterator[Path]:
    """Paths that the paper itself counts or compares with null: it knows that they may be missing."""
    for node in tree.walk(found.expression.root):
        if (
            isinstance(node, tree.Comparison)
            and isinstance(node.right, tree.Literal)
            and node.right.value is None
        ):
            yield from _plain(node.left)
        if isinstance(node, tree.Call) and node.function == tree.Name("count"):
            yield from _plain(node.arguments[0])


def _plain(node: tree.Node) -> Iterator[Path]:
    names: list[str] = []
    while isinstance(node, tree.Path):
        names.append(node.name)
        node = node.source
    if isinstance(node, tree.Name):
        yield (node.name, *reversed(names))


def _all(blocks: tuple[Block, ...]) -> Iterator[Formula]:
    for block in blocks:
        yield from _formulas(block)
        yield from _all(block.blocks)


def _paths(block: Block) -> Iterator[Path]:
    if block.when is not None:
        return  # printed only where there is something to print
    names = frozenset({block.name, "i"}) if block.over else frozenset()
    inner = (path for child in block.blocks for path in _paths(child))
    formulas = (path for found in _formulas(block) for path in found.expression.paths)
    yield from (path for path in (*formulas, *inner) if path[0] not in names)


def _formulas(block: Block) -> list[Formula]:
    """The writings of a block; a list that it repeats over may be empty or missing."""
    written = [*block.writings.values(), *(cell for row in block.rows for cell in row)]
    written += [column.text for column in block.columns]
    return [piece for writing in written for piece in writing.pieces if isinstance(piece, Formula)]
