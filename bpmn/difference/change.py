"""One change in words, and the small phrases that all sentences share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST: Final = 160  #: characters of a value that a sentence quotes


class Area(StrEnum):
    """Which part of a pack a change is in."""

    DIAGRAM = "diagram"
    FORM = "form"
    DECISION = "decision"
    PAPER = "paper"
    SCENARIO = "scenario"
    LAW = "law"
    PACK = "pack"


class Kind(StrEnum):
    """Whether something came, went or became different."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is different."""

    area: Area
    kind: Kind
    text: str  #: Chinese sentence that names the thing, without full stop
    file: str = ""  #: path inside the pack
    place: str = ""  #: what holds the thing, by name: the process, where a pack has several
    process_id: str = ""
    element_ids: tuple[str, ...] = ()  #: what to show in the diagrams; of a form or table its fields and rows

    @property
    def sentence(self) -> str:
        """The sentence with its place in front."""
        return f"{self.place}：{self.text}" if self.place else self.text


def quoted(value: object) -> str:
    """
    Return *value* between Chinese quotation marks, long ones cut.

    >>> quoted("  按期  履行 ")
    '“按期 履行”'
    """
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}”"


def listed(values: Iterable[object]) -> str:
    """
    Return *values* quoted, one after the other.

    >>> listed(["甲", "乙"])
    '“甲”、“乙”'
    """
    return "、".join(quoted(value) for value in values)


def turned(what: str, before: str, after: str) -> str:
    """
    Return how *what* went from *before* to *after*; both already in words, empty where there was nothing.

    >>> turned("第3步“受理审核”的表单", "", "“受理表”")
    '第3步“受理审核”的表单设为“受理表”'
    """
    if not before:
        return f"{what}设为{after}"
    return f"{what}由{before}改为{after}" if after else f"{what}取消，原为{before}"


def narrowed(before: str, after: str, separator: str) -> tuple[str, str]:
    """
    Return two quoted lists with only the parts in which they differ, where both have such parts.

    >>> narrowed("“最少1，最多5”", "“最少1，最多3”", "，")
    ('“最多5”', '“最多3”')
    """
    old, new = (one.strip("“”").split(separator) for one in (before, after))
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    if not before or not after or not gone or not come:
        return before, after
    return f"“{separator.join(gone)}”", f"“{separator.join(come)}”"


def regrouped(what: str, before: str, after: str) -> str:
    """
    Return how a set of things changed, its members joined by 、.

    >>> regrouped("制作的文书", "W07、W08", "W07")
    '制作的文书去掉W08'
    """
    old, new = (one.split("、") if one else [] for one in (before, after))
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    if not old or not new or (gone and come):
        return turned(what, "、".join(gone), "、".join(come))
    return f"{what}增加{'、'.join(come)}" if come else f"{what}去掉{'、'.join(gone)}"
