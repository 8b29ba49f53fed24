"""A copy of a photograph to look at: who looks and when lies over it. The photograph itself is evidence and never touched."""

from __future__ import annotations

import io
from typing import Final

import typst
from PIL import Image

from forms.documents.pdf import FONTS, Fonts, faces
from forms.documents.stamp import LONGEST, SHEET
from forms.errors import PaperNotRendered

SHORT_SIDE: Final = 480  #: points of a picture's shorter side, by which the size of the words is chosen
LARGEST_PIXEL: Final = 0.8  #: points; on a small picture the words are as large as they must be to be read
POINTS: Final = 72  #: of an inch
QUALITY: Final = 85
FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def stamped_picture(content: bytes, media_type: str, words: str, *, fonts: Fonts = FONTS) -> bytes:
    """
    Return a copy of a picture of the same kind and size with *words* all over it.

    Args:
        media_type: One of ``FORMATS``; what the bytes are by their content.

    Raises:
        PaperNotRendered: no fonts, or what is kept is no picture of this kind.
    """
    fonts.ensure_present()
    kind = FORMATS[media_type]
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            stamped = Image.alpha_composite(picture.convert("RGBA"), _sheet(words, *picture.size, fonts))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise PaperNotRendered("照片已损坏，无法打开。请联系系统管理员从备份中恢复。") from fault
    made = io.BytesIO()
    stamped.convert("RGB" if kind == "JPEG" else "RGBA").save(made, format=kind, quality=QUALITY)
    return made.getvalue()


def _sheet(words: str, width: int, height: int, fonts: Fonts) -> Image.Image:
    scale = min(LARGEST_PIXEL, SHORT_SIDE / min(width, height))
    printed = typst.compile(
        str(SHEET),
        format="png",
        ppi=POINTS / scale,
        font_paths=faces(fonts.paths),
        sys_inputs={
            "words": words[:LONGEST],
            "sans": fonts.sans,
            "on": "picture",
            "width": f"{width * scale:.3f}",
            "height": f"{height * scale:.3f}",
        },
    )
    with Image.open(io.BytesIO(bytes(printed)), formats=("PNG",)) as sheet:
        # Points are rounded to pixels.
        return sheet.convert("RGBA").resize((width, height))
