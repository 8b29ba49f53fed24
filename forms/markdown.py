"""
The little Markdown that texts in forms may use: headings, paragraphs, lists, bold, links. Everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"[-*]\s+(.*)")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+(.*)")
_INLINE = re.compile(r"\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\(((?:https?://|/)[^\s)]+)\)")


def to_html(text: str) -> Markup:
    """
    Return *text* as HTML; raw HTML in it is shown as text.

    >>> to_html("**请核对** <b>")
    Markup('<p><strong>请核对</strong> &lt;b&gt;</p>')
    """
    return Markup("\n").join(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    paragraph: list[Markup] = []
    items: list[Markup] = []
    list_tag = ""
    for line in [*lines, ""]:
        heading, item = _HEADING.fullmatch(line.strip()), _item(line.strip())
        if paragraph and (not line.strip() or heading or item):
            yield Markup("<p>{}</p>").format(Markup("<br>").join(paragraph))
            paragraph = []
        if items and (item is None or item[0] != list_tag):
            yield _list(list_tag, items)
            items = []
        if heading:
            yield _heading(len(heading[1]), heading[2])
        elif item:
            list_tag = item[0]
            items.append(_inline(item[1]))
        elif line.strip():
            paragraph.append(_inline(line.strip()))


def _item(line: str) -> tuple[str, str] | None:
    for tag, pattern in (("ul", _BULLET), ("ol", _NUMBERED)):
        match = pattern.fullmatch(line)
        if match:
            return tag, match[1]
    return None


def _list(tag: str, items: list[Markup]) -> Markup:
    inner = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup(f"<{tag}>{{}}</{tag}>").format(inner)


def _heading(level: int, text: str) -> Markup:
    # The page owns h1: a form's headings begin at h2.
    tag = f"h{min(max(level, 2), 4)}"
    return Markup(f"<{tag}>{{}}</{tag}>").format(_inline(text))


def _inline(text: str) -> Markup:
    parts, end = [], 0
    for match in _INLINE.finditer(text):
        parts.append(escape(text[end : match.start()]))
        if match[1] is not None:
            parts.append(Markup("<strong>{}</strong>").format(match[1]))
        else:
            parts.append(Markup('<a href="{}" rel="noreferrer">{}</a>').format(match[3], match[2]))
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])
