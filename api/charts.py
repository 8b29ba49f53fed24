"""Charts as inline SVG, drawn by the server: a bar with its label and its number in words, nothing that needs a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

ROW: Final = 44
WIDTH: Final = 640
LABEL: Final = 150
NUMBER: Final = 190


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar. ``most`` is the size of a full one; None = the longest of the chart."""

    label: str
    words: str
    size: float
    most: float | None = None


def bars(found: Sequence[Bar]) -> Markup:
    """
    Draw horizontal bars; the table beside them says the same to whoever cannot see them.

    >>> "rect" in bars([Bar(label="城东", words="50.0%", size=0.5, most=1.0)])
    True
    """
    longest = max((bar.size for bar in found), default=0.0) or 1.0
    rows = Markup("").join(_row(number, bar, bar.most or longest) for number, bar in enumerate(found))
    return Markup(
        '<svg class="bars" viewBox="0 0 {w} {h}" role="img" aria-hidden="true" focusable="false">{rows}</svg>'
    ).format(w=WIDTH, h=max(1, len(found)) * ROW, rows=rows)


def _row(number: int, bar: Bar, most: float) -> Markup:
    top = number * ROW
    full = WIDTH - LABEL - NUMBER
    length = max(0.0, min(1.0, bar.size / most)) * full
    return Markup(
        '<text class="bars-label" x="{x}" y="{y}">{label}</text>'
        '<rect class="track" x="{left}" y="{bar}" width="{full}" height="16" rx="3"/>'
        '<rect class="fill" x="{left}" y="{bar}" width="{length:.1f}" height="16" rx="3"/>'
        '<text class="bars-words" x="{after}" y="{y}">{words}</text>'
    ).format(
        x=LABEL - 10,
        y=top + 28,
        label=escape(bar.label),
        left=LABEL,
        bar=top + 14,
        full=full,
        length=length,
        after=LABEL + full + 10,
        words=escape(bar.words),
    )
