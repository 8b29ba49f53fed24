"""
A paper filled with data: the one thing that every renderer prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from bpmn.feel import Environment
from bpmn.model import Json, Value, Variables
from forms.documents.functions import PAPER_FUNCTIONS, numeral
from forms.documents.paper import Block, Paper
from forms.documents.writing import Run, Writing
from forms.errors import PaperNotRendered

MAX_ITEMS = 500  #: of one list
MAX_CHARACTERS = 200_000
MAX_NODES = 5_000

#: Where nobody gives a clock, so that the same input still gives the same bytes.
NO_CLOCK = Environment(now=datetime(2000, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """
    A filled paper as plain data.

    ``nodes`` are dictionaries with ``kind`` and what it needs; texts in them are lists of runs (text, was filled in).
    """

    code: str
    title: str
    number: str
    nodes: tuple[dict[str, Json], ...]
    footer: str


def fill(paper: Paper, data: Variables, *, environment: Environment | None = None) -> Sheet:
    """
    Fill a paper with the variables of a case.

    Args:
        paper: the template.

        data: FEEL values by name; what is missing prints as a gap to be filled in by hand.

        environment: clock and functions for FEEL.

    Raises:
        PaperNotRendered: the filled paper is longer than a paper may be.
    """
    given = environment or NO_CLOCK
    filler = _Filler(replace(given, functions={**PAPER_FUNCTIONS, **given.functions}))
    scope = dict(data)
    return Sheet(
        code=paper.code,
        title=paper.title.plain(scope, filler.environment),
        number=paper.number.plain(scope, filler.environment) if paper.number else "",
        nodes=tuple(filler.blocks(paper.blocks, scope)),
        footer=f"{paper.code} 模板第 {paper.version} 版 · 摘要 {paper.sha256[:16]}",
    )


class _Filler:
    """Evaluates the blocks of one paper and counts what they print."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._characters = 0
        self._nodes = 0

    def blocks(self, blocks: Sequence[Block], scope: Mapping[str, Value]) -> Iterator[dict[str, Json]]:
        """Yield the nodes of *blocks* in order."""
        for block in blocks:
            if block.when is None or block.when.is_true(scope, self.environment):
                yield from self._printed(block, scope)

    def _printed(self, block: Block, scope: Mapping[str, Value]) -> Iterator[dict[str, Json]]:
        if block.kind == "section":
            for inner in self._scopes(block, scope):
                yield from self.blocks(block.blocks, inner)
            return
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise PaperNotRendered("文书内容块过多，请减少列表条目。")
        yield {"kind": block.kind, **block.options, **_FILLERS[block.kind](self, block, scope)}

    def _scopes(self, block: Block, scope: Mapping[str, Value]) -> list[Mapping[str, Value]]:
        """Return the scope of each item, or the one scope where the block is no loop."""
        if block.over is None:
            return [scope]
        found = block.over.evaluate(scope, self.environment)
        items = found if isinstance(found, list) else [] if found is None else [found]
        if len(items) > MAX_ITEMS:
            raise PaperNotRendered(f"文书中的列表超过 {MAX_ITEMS} 条，请减少条目。")
        return [{**scope, block.name: item, "i": Decimal(index)} for index, item in enumerate(items, 1)]

    def runs(self, writing: Writing | None, scope: Mapping[str, Value]) -> list[Run]:
        """Return the filled runs of a text."""
        found = writing.fill(scope, self.environment) if writing else []
        self._characters += sum(len(text) for text, _ in found)
        if self._characters > MAX_CHARACTERS:
            raise PaperNotRendered(f"文书超过 {MAX_CHARACTERS} 个字，请精简内容。")
        return found

    def text(self, block: Block, scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill a heading, a paragraph or a line."""
        return {"runs": self.runs(block.writings.get("text"), scope)}

    def items(self, block: Block, scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill numbered paragraphs."""
        style = str(block.options.get("numbering") or "1.")
        filled = [
            [(_numbered(style, index), False), *self.runs(block.writings["text"], inner)]
            for index, inner in enumerate(self._scopes(block, scope), 1)
        ]
        empty = self.runs(block.writings.get("empty"), scope)
        return {"items": filled or ([empty] if empty else [])}

    def grid(self, block: Block, scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill a grid of labels and values."""
        rows = [[self.runs(cell, inner) for cell in row] for inner in self._scopes(block, scope) for row in block.rows]
        return {"rows": rows, "widths": _widths(block, len(block.rows[0]) if block.rows else 1)}

    def table(self, block: Block, scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill a table over a list."""
        rows = [[self.runs(column.text, inner) for column in block.columns] for inner in self._scopes(block, scope)]
        return {
            "titles": [column.title for column in block.columns],
            "widths": [column.width for column in block.columns],
            "rows": rows,
            "empty": self.runs(block.writings.get("empty"), scope) or [("（无）", False)],
        }

    def signatures(self, block: Block, scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill the places for signatures: one for each item, or one for each label."""
        label = block.writings.get("label")
        labels = (
            [self.runs(label, inner) for inner in self._scopes(block, scope)]
            if label
            else [self.runs(row[0], scope) for row in block.rows]
        )
        return {"labels": labels, "note": self.runs(block.writings.get("note"), scope)}

    def seal(self, block: Block, scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill the place of the seal."""
        return {"organ": self.runs(block.writings["organ"], scope), "date": self.runs(block.writings.get("date"), scope)}

    def nothing(self, _block: Block, _scope: Mapping[str, Value]) -> dict[str, Json]:
        """Fill a block that says nothing."""
        return {}


_FILLERS = {
    "heading": _Filler.text,
    "paragraph": _Filler.text,
    "line": _Filler.text,
    "items": _Filler.items,
    "grid": _Filler.grid,
    "table": _Filler.table,
    "signatures": _Filler.signatures,
    "seal": _Filler.seal,
    "page-break": _Filler.nothing,
}


def _widths(block: Block, count: int) -> list[int]:
    told = block.options.get("widths")
    if isinstance(told, list) and len(told) == count and all(isinstance(share, int) and share > 0 for share in told):
        return told
    return [2 if index % 2 else 1 for index in range(count)]


def _numbered(style: str, index: int) -> str:
    words = numeral(Decimal(index)) or str(index)
    return {"1.": f"{index}. ", "一、": f"{words}、", "（一）": f"（{words}）", "（1）": f"（{index}）"}.get(style, f"第{words}条　")
