"""
A paper as an editable Word draft, from the same template as its PDF record. A draft is never the record.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bpmn.feel import Environment
from bpmn.model import Json, Variables
from forms.documents.paper import Paper
from forms.documents.sheet import Sheet, fill
from forms.documents.writing import Run

FONT = "Noto Serif CJK SC"
GAP = "＿＿＿＿＿＿"
DATE_GAP = "＿＿＿年＿＿月＿＿日"

_ALIGNMENTS = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
# Word's XML cannot hold these; a value never carries them, a template might.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def render_docx(
    paper: Paper, data: Variables, *, environment: Environment | None = None, reader: str = ""
) -> bytes:
    """
    Write a paper as a Word file that people may edit.

    Args:
        reader: Who fetched it when; stands at the foot of each page.

    Raises:
        PaperNotRendered: the filled paper is longer than a paper may be.
    """
    sheet = fill(paper, data, environment=environment)
    document = docx.Document()
    _set_up(document, sheet, reader)
    _add(document, [(sheet.title, False)], align="center", size=22, bold=True)
    if sheet.number:
        _add(document, [(sheet.number, False)], align="center", size=12)
    for node in sheet.nodes:
        _WRITERS[node["kind"]](document, node)
    return _without_times(document)


def _set_up(document: Document, sheet: Sheet, reader: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(26)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    # Without this Word opens gaps between Chinese and Latin text.
    properties = style.element.get_or_add_pPr()
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        switch = properties.makeelement(qn(tag), {qn("w:val"): "0"})
        properties.append(switch)
    footer = section.footer.paragraphs[0]
    foot = " · ".join(part for part in (sheet.footer, "草稿，以系统生成的 PDF 为准", reader) if part)
    _write(footer, [(foot, False)], size=8)
    document.core_properties.title = sheet.title
    document.core_properties.author = ""
    for name in ("created", "modified"):
        setattr(document.core_properties, name, datetime(2000, 1, 1, tzinfo=UTC))


def _add(
    document: Document | _Cell,
    runs: Sequence[Run],
    *,
    align: str = "left",
    size: float | None = None,
    bold: bool = False,
    indent: bool = False,
    underlined: bool = False,
) -> Paragraph:
    paragraph = document.add_paragraph()
    if align in _ALIGNMENTS:
        paragraph.alignment = _ALIGNMENTS[align]
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(28)
    _write(paragraph, runs, size=size, bold=bold, underlined=underlined)
    return paragraph


def _write(
    paragraph: Paragraph,
    runs: Sequence[Run],
    *,
    size: float | None = None,
    bold: bool = False,
    underlined: bool = False,
) -> None:
    for text, was_filled in runs:
        run = paragraph.add_run(_UNPRINTABLE.sub("", text) or (GAP if was_filled else ""))
        run.bold = bold or None
        run.underline = True if underlined and was_filled else None
        run.font.name = FONT
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
        if size is not None:
            run.font.size = Pt(size)


def _heading(document: Document, node: Mapping[str, Json]) -> None:
    _add(document, node["runs"], align=node.get("align", "left"), bold=True)


def _paragraph(document: Document, node: Mapping[str, Json]) -> None:
    align = node.get("align", "left")
    _add(
        document,
        node["runs"],
        align=align,
        size=10.5 if node.get("small") else None,
        indent=node.get("indent", align == "left"),
        underlined=bool(node.get("underline")),
    )


def _items(document: Document, node: Mapping[str, Json]) -> None:
    for runs in node["items"]:
        _add(document, runs, indent=True)


def _grid(document: Document, node: Mapping[str, Json]) -> None:
    _table(document, node["rows"], node["widths"])


def _list_table(document: Document, node: Mapping[str, Json]) -> None:
    titles = [[(title, False)] for title in node["titles"]]
    empty = [node["empty"], *[[] for _ in titles[1:]]]
    _table(document, [titles, *(node["rows"] or [empty])], node["widths"])


def _table(document: Document, rows: Sequence[Sequence[Sequence[Run]]], widths: Sequence[int]) -> None:
    if not rows:
        return
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    for runs_of_row in rows:
        cells = table.add_row().cells
        for cell, runs, share in zip(cells, runs_of_row, widths, strict=True):
            cell.width = Mm(156 * share / sum(widths))
            # In a cell an empty value is an empty cell.
            _write(cell.paragraphs[0], [(text, False) for text, _ in runs], size=12)
    document.add_paragraph()


def _signatures(document: Document, node: Mapping[str, Json]) -> None:
    if node["note"]:
        _add(document, node["note"], indent=True)
    for runs in node["labels"]:
        dated = f"　　{DATE_GAP}" if node.get("date", True) else ""
        _add(document, [*runs, (GAP + dated, False)])


def _seal(document: Document, node: Mapping[str, Json]) -> None:
    _add(document, [*node["organ"], ("（盖章）", False)], align="right")
    has_date = any(text for text, _ in node["date"])
    _add(document, node["date"] if has_date else [(DATE_GAP, False)], align="right")


def _line(document: Document, node: Mapping[str, Json]) -> None:
    _add(document, [("………………", False), *node["runs"], ("………………", False)], align="center", size=10.5)


def _page_break(document: Document, _node: Mapping[str, Json]) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


_WRITERS: Mapping[str, Callable[[Document, Mapping[str, Json]], None]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "items": _items,
    "grid": _grid,
    "table": _list_table,
    "signatures": _signatures,
    "seal": _seal,
    "line": _line,
    "page-break": _page_break,
}


def _without_times(document: Document) -> bytes:
    """Return the file with the times of its zip entries fixed, so that the same input gives the same bytes."""
    first, fixed = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in read.infolist():
            written.writestr(
                zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0)), read.read(entry), zipfile.ZIP_DEFLATED
            )
    return fixed.getvalue()
