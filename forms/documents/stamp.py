"""A copy of a PDF to look at: who looks, when and what for lies over every page. The record itself is never touched."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final, cast

import pypdf
import typst
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

from forms.documents.pdf import FONTS, Fonts, faces
from forms.errors import PaperNotRendered

SHEET: Final = Path(__file__).with_name("stamp.typ")
_NAME: Final = "/JingfaStamp"
LONGEST: Final = 90  #: signs of the words; what is longer is cut


def stamped(pdf: bytes, words: str, *, fonts: Fonts = FONTS) -> bytes:
    """
    Return a copy with *words* over each page, pale enough to read through.

    Raises:
        PaperNotRendered: no fonts, or what is kept is no PDF.
    """
    fonts.ensure_present()
    try:
        return _written(pypdf.PdfWriter(clone_from=io.BytesIO(pdf)), words[:LONGEST], fonts)
    except PyPdfError as error:
        raise PaperNotRendered("文书文件已损坏，无法打开。请联系系统管理员从备份中恢复。") from error


def _written(writer: pypdf.PdfWriter, words: str, fonts: Fonts) -> bytes:
    sheets: dict[tuple[float, float], Any] = {}
    before, after = _drawing(writer, b"q\n"), _drawing(writer, f"\nQ\nq {_NAME} Do Q\n".encode())
    for page in writer.pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if size not in sheets:
            sheets[size] = _form(writer, _sheet(words, *size, fonts))
        resources = cast("DictionaryObject", page["/Resources"])
        own = DictionaryObject(resources.get("/XObject", DictionaryObject()))
        own[NameObject(_NAME)] = sheets[size]
        page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/XObject"): own})
        page[NameObject("/Contents")] = ArrayObject([before, *_contents(page), after])
    # No longer the record that the standard of the template speaks of.
    writer.xmp_metadata = None
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _contents(page: pypdf.PageObject) -> list[Any]:
    drawn = page.raw_get("/Contents")
    resolved = drawn.get_object()
    return list(resolved) if isinstance(resolved, ArrayObject) else [drawn]


def _drawing(writer: pypdf.PdfWriter, operators: bytes) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(operators)
    return writer._add_object(stream)  # noqa: SLF001 - pypdf's own way to add what is no page


def _form(writer: pypdf.PdfWriter, sheet: bytes) -> Any:
    """Return the sheet as something that is drawn on many pages and stored once."""
    page = pypdf.PdfReader(io.BytesIO(sheet)).pages[0]
    drawn = page.get_contents()
    form = DecodedStreamObject()
    form.set_data(drawn.get_data() if drawn is not None else b"")
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = page.mediabox.clone(writer)
    form[NameObject("/Resources")] = page["/Resources"].clone(writer)
    return writer._add_object(form.flate_encode())  # noqa: SLF001


def _sheet(words: str, width: float, height: float, fonts: Fonts) -> bytes:
    printed = typst.compile(
        str(SHEET),
        format="pdf",
        font_paths=faces(fonts.paths),
        sys_inputs={"words": words, "sans": fonts.sans, "width": f"{width:.2f}", "height": f"{height:.2f}"},
    )
    return bytes(printed)
