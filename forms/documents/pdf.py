"""
A paper as its PDF record: PDF/A-2b, the same bytes for the same input, through typst.

The renderer file is ours and fixed; data reaches it as JSON and is only ever set as text.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typst

from bpmn.feel import Environment
from bpmn.model import Variables
from forms.documents.glyphs import missing_text, named, without_glyphless
from forms.documents.paper import Paper
from forms.documents.sheet import NO_CLOCK, Sheet, fill
from forms.errors import PaperNotRendered

MAX_PAGES = 80
MAX_MISSING = 20  #: different characters that no font has, beyond those known beforehand

_RENDERER = Path(__file__).with_name("renderer.typ")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b")


@dataclass(frozen=True, kw_only=True)
class Fonts:
    """Where fonts are and which are used; a site may set its own (e.g. 仿宋_GB2312)."""

    paths: tuple[str, ...] = ("/usr/share/fonts/opentype/noto",)
    serif: str = "Noto Serif CJK SC"
    sans: str = "Noto Sans CJK SC"

    def ensure_present(self) -> None:
        """
        Refuse to print where no font folder exists: typst would print empty boxes.

        Raises:
            PaperNotRendered: naming the package to install.
        """
        if not any(Path(path).is_dir() for path in self.paths):
            raise PaperNotRendered("没有找到中文字体，文书无法生成。请安装系统软件包 fonts-noto-cjk 后再试。")


FONTS = Fonts()


def render_pdf(
    paper: Paper,
    data: Variables,
    *,
    environment: Environment | None = None,
    issued_at: datetime | None = None,
    fonts: Fonts = FONTS,
) -> bytes:
    """
    Print a paper as a PDF/A-2b record.

    Args:
        paper: the template.

        data: variables of the case; what is missing prints as a gap.

        environment: clock and functions for FEEL.

        issued_at: creation time noted in the file, aware; the environment's clock where None.

        fonts: where the fonts are.

    Returns:
        The file. The same input gives the same bytes with the same fonts and the same typst version.

    Raises:
        PaperNotRendered: too long, or no fonts.
    """
    given = environment or NO_CLOCK
    return print_sheet(fill(paper, data, environment=given), issued_at=issued_at or given.now, fonts=fonts)


def print_sheet(sheet: Sheet, *, issued_at: datetime, fonts: Fonts = FONTS) -> bytes:
    """
    Print a filled paper.

    Raises:
        PaperNotRendered: too many pages, no fonts, or typst refused.
    """
    fonts.ensure_present()
    text = without_glyphless(json.dumps(asdict(sheet), ensure_ascii=False))
    for _ in range(MAX_MISSING):
        try:
            return _compiled(text, issued_at, fonts)
        except typst.TypstError as error:
            missing = missing_text(str(error))
            if missing is None:
                raise _not_rendered(error) from error
            # PDF/A refuses a character that no font has. The record shows where it stood and which it was.
            text = text.replace(missing, named(missing))
    raise PaperNotRendered(f"文书中有超过 {MAX_MISSING} 种字体无法显示的字符，请核对内容。")


def _compiled(text: str, issued_at: datetime, fonts: Fonts) -> bytes:
    printed = typst.compile(
        str(_RENDERER),
        format="pdf",
        font_paths=faces(fonts.paths),
        sys_inputs={"sheet": text, "serif": fonts.serif, "sans": fonts.sans, "max-pages": str(MAX_PAGES)},
        pdf_standards=["a-2b"],
        timestamp=int(issued_at.astimezone(UTC).timestamp()),
    )
    return bytes(printed)


def _not_rendered(error: Exception) -> PaperNotRendered:
    if "too many pages" in str(error):
        return PaperNotRendered(f"文书超过 {MAX_PAGES} 页，请精简内容或拆成几份。")
    return PaperNotRendered(f"文书无法生成：{error}。请核对文书模板。")


@cache
def faces(paths: tuple[str, ...]) -> typst.Fonts:
    """Return the fonts of these folders, for typst."""
    # Only these folders: what else is installed must not change a record. Read once, it takes a second.
    found = [path for path in paths if Path(path).is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=found)


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a file that was printed here."""
    return sum(len(_PAGE.findall(_inflated(found))) for found in _STREAM.findall(pdf)) + len(
        _PAGE.findall(pdf)
    )


def _inflated(stream: bytes) -> bytes:
    # Pages stand in compressed object streams; pictures and fonts among the streams may be anything.
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def sha256_of(pdf: bytes) -> str:
    """
    Return the hash that a signature binds.

    >>> sha256_of(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(pdf).hexdigest()
