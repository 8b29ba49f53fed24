"""
The template of one paper (文书): what it says, in blocks; how it looks is the renderers' business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from bpmn import toml
from bpmn.feel import FeelSyntaxError
from bpmn.model import Finding, Json, Severity
from forms.documents.writing import Writing, formula
from forms.errors import PaperInvalid
from forms.expressions import Formula

MAX_TEMPLATE_BYTES = 128 * 1024
MAX_BLOCKS = 300
MAX_DEPTH = 4

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table over a list."""

    title: str
    text: Writing
    width: int = 1  #: share of the width


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block of a paper; ``docs/documents.md`` says which parts each kind uses."""

    kind: str
    when: Formula | None = None  #: printed only where this is true
    over: Formula | None = None  #: printed once for each item of this list
    name: str = "item"  #: what placeholders call the item
    writings: Mapping[str, Writing] = field(default_factory=dict)
    rows: tuple[tuple[Writing, ...], ...] = ()
    columns: tuple[Column, ...] = ()
    options: Mapping[str, Json] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """Which keys a kind of block may have; those in *required* it must."""

    writings: frozenset[str] = frozenset()
    options: Mapping[str, tuple[Json, ...] | type] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


def _kind(writings: str = "", required: str = "", **options: tuple[Json, ...] | type) -> _Kind:
    return _Kind(writings=frozenset(writings.split()), options=options, required=frozenset(required.split()))


KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "heading": _kind("text", "text", align=("left", "center")),
        "paragraph": _kind(
            "text", "text", align=("left", "center", "right"), indent=bool, underline=bool, small=bool
        ),
        "items": _kind("text empty", "over text", numbering=("1.", "一、", "（一）", "（1）", "第一条")),
        "grid": _kind(required="rows", widths=list),
        "table": _kind("empty", "over columns"),
        "signatures": _kind("label note", date=bool, columns=(1, 2)),
        "seal": _kind("organ date", "organ"),
        "line": _kind("text"),
        "page-break": _kind(),
        "section": _kind(required="blocks"),
    }
)
"""Every kind of block, written out."""

_EVERYWHERE = frozenset({"kind", "when", "over", "as", "rows", "columns", "blocks", "labels"})


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A parsed template."""

    code: str  #: e.g. ``W07``
    title: Writing
    version: str
    number: Writing | None  #: 文号, below the title
    blocks: tuple[Block, ...]
    source: tuple[str, ...]  #: ids of the law pack's sources
    sha256: str  #: of the template, whatever its spelling in TOML

    @classmethod
    def parse(cls, text: str | bytes | Mapping[str, Json], *, file: str = "") -> Paper:
        """
        Parse and check a template.

        Args:
            text: TOML, or the data it means; at most 128 KB and 300 blocks.

            file: name put into the findings.

        Raises:
            PaperInvalid: with every finding.

        >>> Paper.parse('code = "W99"\\ntitle = "样张"\\nversion = "1"\\n[[blocks]]\\nkind = "paragraph"\\ntext = "{a}"').code
        'W99'
        """
        reader = _Reader(file)
        raw = reader.load(text)
        paper = cls(
            code=reader.word(raw, "code"),
            title=reader.writing(raw.get("title") or "", "标题", raw) or Writing(),
            version=reader.word(raw, "version"),
            number=reader.writing(raw["number"], "文号", raw) if raw.get("number") else None,
            blocks=reader.blocks(raw.get("blocks"), 1),
            source=tuple(str(item) for item in raw.get("source") or ()),
            sha256=hashlib.sha256(
                json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str).encode()
            ).hexdigest(),
        )
        reader.word(raw, "title")
        if reader.findings:
            raise PaperInvalid(reader.findings)
        return paper


def lint(text: str | bytes | Mapping[str, Json], *, file: str = "") -> tuple[Finding, ...]:
    """Return every finding about a template, () where there is none."""
    try:
        Paper.parse(text, file=file)
    except PaperInvalid as invalid:
        return invalid.findings
    return ()


class _Reader:
    """Reads a template and collects what is wrong with it."""

    def __init__(self, file: str) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._count = 0

    def load(self, text: str | bytes | Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the data of a template; {} and a finding where there is none."""
        if isinstance(text, Mapping):
            return text
        if len(text) > MAX_TEMPLATE_BYTES:
            self.say("paper-too-large", f"文书模板超过 {MAX_TEMPLATE_BYTES // 1024} KB。", "请精简模板文字。")
            return {}
        try:
            return toml.loads(text.decode("utf-8") if isinstance(text, bytes) else text)
        except (toml.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            self.say(
                "paper-malformed",
                f"文书模板不是有效的 TOML：{error}。",
                "请按提示修改，或参照 docs/documents.md。",
            )
            return {}

    def say(self, code: str, message: str, remedy: str, where: str = "") -> None:
        """Add a finding."""
        self.findings.append(
            Finding(
                severity=Severity.ERROR,
                code=code,
                message=message,
                remedy=remedy,
                file=self._file,
                element_id=where or None,
            )
        )

    def word(self, raw: Mapping[str, Json], name: str) -> str:
        """Return a text that a template must have."""
        value = raw.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.say("paper-malformed", f"文书模板缺少“{name}”。", "请补充 code、title 和 version。")
        return ""

    def writing(self, text: Json, where: str, raw: Mapping[str, Json]) -> Writing | None:
        """Return a text with placeholders."""
        return self._parsed(Writing.parse, text, where)

    def blocks(self, raw: Json, depth: int) -> tuple[Block, ...]:
        """Return the blocks of a template or a section."""
        if not isinstance(raw, list) or not raw:
            self.say("paper-malformed", "文书模板没有内容块（blocks）。", "请至少写一个内容块。")
            return ()
        if depth > MAX_DEPTH:
            self.say("paper-too-deep", f"内容块嵌套超过 {MAX_DEPTH} 层。", "请减少 section 的嵌套。")
            return ()
        return tuple(block for item in raw if (block := self._block(item, depth)) is not None)

    def _block(self, raw: Json, depth: int) -> Block | None:
        self._count += 1
        if self._count > MAX_BLOCKS:
            if self._count == MAX_BLOCKS + 1:
                self.say("paper-too-large", f"文书模板超过 {MAX_BLOCKS} 个内容块。", "请拆成几份文书。")
            return None
        where = f"第 {self._count} 块"
        kind = KINDS.get(raw.get("kind", "")) if isinstance(raw, dict) else None
        if kind is None:
            self.say(
                "block-unknown", f"{where}的类型不认识。", "可用的类型：" + "、".join(KINDS) + "。", where
            )
            return None
        self._check_keys(raw, kind, where)
        return Block(
            kind=raw["kind"],
            when=self._formula(raw.get("when"), where),
            over=self._formula(raw.get("over"), where),
            name=str(raw.get("as") or "item"),
            writings={name: self._text(raw[name], where) for name in sorted(kind.writings) if name in raw},
            rows=self._rows(raw, where),
            columns=self._columns(raw.get("columns"), where) if raw["kind"] == "table" else (),
            options={name: raw[name] for name in kind.options if name in raw},
            blocks=self.blocks(raw.get("blocks"), depth + 1) if raw["kind"] == "section" else (),
        )

    def _check_keys(self, raw: Mapping[str, Json], kind: _Kind, where: str) -> None:
        for name in kind.required - raw.keys():
            self.say("block-malformed", f"{where}（{raw['kind']}）缺少“{name}”。", f"请补充“{name}”。", where)
        for name in raw.keys() - kind.writings - kind.options.keys() - _EVERYWHERE:
            self.say(
                "block-malformed", f"{where}（{raw['kind']}）不认识“{name}”。", "请删去或改正这一项。", where
            )
        for name, allowed in kind.options.items():
            value = raw.get(name)
            if value is None:
                continue
            fits = isinstance(value, allowed) if isinstance(allowed, type) else value in allowed
            if not fits:
                self.say(
                    "block-malformed",
                    f"{where}的“{name}”取值“{value}”不可用。",
                    "请参照 docs/documents.md。",
                    where,
                )

    def _rows(self, raw: Mapping[str, Json], where: str) -> tuple[tuple[Writing, ...], ...]:
        rows = raw.get("rows") or (
            [[label] for label in raw["labels"]] if isinstance(raw.get("labels"), list) else []
        )
        if not isinstance(rows, list) or not all(isinstance(row, list) and row for row in rows):
            self.say(
                "block-malformed", f"{where}的“rows”应为二维列表。", '请写成 [["标签", "{值}"], …]。', where
            )
            return ()
        if raw["kind"] == "grid" and len({len(row) for row in rows}) > 1:
            self.say(
                "block-malformed", f"{where}各行的格数不一致。", '请让每一行的格数相同，空格写 ""。', where
            )
        return tuple(tuple(self._text(cell, where) for cell in row) for row in rows)

    def _columns(self, raw: Json, where: str) -> tuple[Column, ...]:
        if not isinstance(raw, list) or not all(isinstance(item, dict) and "title" in item for item in raw):
            self.say(
                "block-malformed",
                f"{where}的“columns”应为列的列表，每列有 title 和 text。",
                "请改正。",
                where,
            )
            return ()
        return tuple(
            Column(
                title=str(item["title"]),
                text=self._text(item.get("text", ""), where),
                width=max(1, min(int(item["width"]), 20)) if isinstance(item.get("width"), int) else 1,
            )
            for item in raw
        )

    def _text(self, text: Json, where: str) -> Writing:
        return self._parsed(Writing.parse, text, where) or Writing()

    def _formula(self, text: Json, where: str) -> Formula | None:
        return None if text is None else self._parsed(formula, text, where)

    def _parsed(self, parse: Callable[[str], T], text: Json, where: str) -> T | None:
        if not isinstance(text, str):
            self.say("block-malformed", f"{where}中应写文字的地方不是文字。", "请给内容加上引号。", where)
            return None
        try:
            return parse(text)
        except (FeelSyntaxError, ValueError) as error:
            reason = error.message if isinstance(error, FeelSyntaxError) else str(error)
            self.say(
                "feel-invalid", f"{where}的“{text[:40]}”有误：{reason}", "请按提示修改占位表达式。", where
            )
            return None


def names_of(papers: Sequence[Paper]) -> frozenset[str]:
    """Return the variables that the placeholders of *papers* read, for data-flow checks."""
    return frozenset(name for paper in papers for block in paper.blocks for name in _names(block))


def _names(block: Block) -> frozenset[str]:
    written = [*block.writings.values(), *(cell for row in block.rows for cell in row)]
    written += [column.text for column in block.columns]
    formulas = [piece for writing in written for piece in writing.pieces if isinstance(piece, Formula)]
    formulas += [found for found in (block.when, block.over) if found is not None]
    own = frozenset({block.name, "i"}) if block.over else frozenset()
    inner = frozenset(name for child in block.blocks for name in _names(child))
    return (frozenset(name for found in formulas for name in found.expression.names) | inner) - own
