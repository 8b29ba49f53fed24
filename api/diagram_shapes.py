"""The shapes of a BPMN diagram as SVG: what each kind of element looks like, and its label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from markupsafe import Markup

LINE_HEIGHT: Final = 15
CHARACTER: Final = 12.0


@dataclass(frozen=True)
class Box:
    """Where a shape stands, in diagram units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2


def read_box(bounds: etree._Element | None) -> Box | None:
    """Return the place of a shape or label; None where the diagram gives none."""
    if bounds is None:
        return None
    try:
        return Box(*(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))
    except ValueError:
        return None


def rounded(box: Box) -> Iterator[int]:
    """Return x, y, width and height in whole units."""
    return (round(n) for n in (box.x, box.y, box.width, box.height))


def is_activity(kind: str) -> bool:
    """Tell whether an element of this BPMN name is drawn as a box with round corners."""
    return kind.lower().endswith(("task", "process", "activity", "transaction"))


def figure(kind: str, element: etree._Element, box: Box) -> Markup:
    """Draw an element without its label."""
    if kind.endswith("Event"):
        return _event(kind, element, box)
    if kind.endswith("Gateway"):
        return _gateway(kind, box)
    if is_activity(kind):
        return _activity(kind, box)
    return Markup('<rect class="b-lane" x="{}" y="{}" width="{}" height="{}"/>').format(*rounded(box))


def _activity(kind: str, box: Box) -> Markup:
    thick = " b-thick" if kind == "callActivity" else ""
    shape = Markup('<rect class="b-shape{}" x="{}" y="{}" width="{}" height="{}" rx="10"/>')
    return shape.format(thick, *rounded(box)) + _task_mark(kind, box)


def _task_mark(kind: str, box: Box) -> Markup:
    marks = {
        "userTask": "M4 14c0-5 10-5 10 0M9 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
        "serviceTask": "M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M8 1v3M8 12v3M1 8h3M12 8h3",
        "sendTask": "M1 3h14v10H1zM1 3l7 6 7-6",
        "receiveTask": "M1 3h14v10H1zM1 3l7 6 7-6",
        "businessRuleTask": "M1 2h14v12H1zM1 6h14M6 6v8",
        "scriptTask": "M4 2h10l-3 12H1zM6 6h5M5 10h5",
    }
    if kind not in marks:
        return Markup("")
    place = f"translate({round(box.x) + 5} {round(box.y) + 5}) scale(.85)"
    return Markup('<path class="b-mark" transform="{}" d="{}"/>').format(place, marks[kind])


def _event(kind: str, element: etree._Element, box: Box) -> Markup:
    (x, y), radius = box.centre, box.width / 2
    thick = " b-thick" if kind == "endEvent" else ""
    ring = Markup('<circle class="b-shape{}" cx="{}" cy="{}" r="{}"/>').format(
        thick, round(x), round(y), round(radius)
    )
    if kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        dash = Markup(' stroke-dasharray="4 3"') if element.get("cancelActivity") == "false" else Markup("")
        ring += Markup('<circle class="b-mark" cx="{}" cy="{}" r="{}"{}/>').format(
            round(x), round(y), round(radius - 4), dash
        )
    return ring + _event_mark(element, x, y)


def _event_mark(element: etree._Element, x: float, y: float) -> Markup:
    marks = {
        "timerEventDefinition": "M0-8a8 8 0 1 0 .1 0M0-5V0l4 2",
        "messageEventDefinition": "M-7-5h14V5h-14zM-7-5 0 1 7-5",
        "signalEventDefinition": "M0-7 7 5H-7z",
        "errorEventDefinition": "M-6 6-2-5 2 2 6-6",
        "escalationEventDefinition": "M0-7 5 6 0 1-5 6z",
        "linkEventDefinition": "M-7-3h8v-4l6 7-6 7V3h-8z",
        "conditionalEventDefinition": "M-6-7H6V7H-6zM-4-4h8M-4 0h8M-4 4h8",
        "terminateEventDefinition": "M0-7a7 7 0 1 0 .1 0",
    }
    kinds = (etree.QName(child).localname for child in element if isinstance(child.tag, str))
    found = next((marks[kind] for kind in kinds if kind in marks), None)
    if found is None:
        return Markup("")
    return Markup('<path class="b-mark" transform="translate({} {})" d="{}"/>').format(
        round(x), round(y), found
    )


def _gateway(kind: str, box: Box) -> Markup:
    (x, y), half = box.centre, box.width / 2
    diamond = f"M{round(x)} {round(y - half)}L{round(x + half)} {round(y)} {round(x)} {round(y + half)} {round(x - half)} {round(y)}z"
    marks = {
        "exclusiveGateway": "M-7-7 7 7M7-7-7 7",
        "parallelGateway": "M0-10V10M-10 0H10",
        "inclusiveGateway": "M0-10a10 10 0 1 0 .1 0",
        "eventBasedGateway": "M0-11a11 11 0 1 0 .1 0M0-6 6-1 4 6H-4L-6-1z",
    }
    mark = Markup('<path class="b-mark" transform="translate({} {})" d="{}"/>').format(
        round(x), round(y), marks.get(kind, "")
    )
    return Markup('<path class="b-shape" d="{}"/>').format(diamond) + mark


def text(name: str, x: float, y: float, width: float, *, middle: bool) -> Markup:
    """Draw a label around a point: in the middle of its lines, or from its first line on."""
    lines = list(wrapped(name, width))
    top = y - (len(lines) - 1) * LINE_HEIGHT / 2 if middle else y
    spans = Markup("").join(
        Markup('<tspan x="{}" y="{}">{}</tspan>').format(round(x), round(top + i * LINE_HEIGHT), line)
        for i, line in enumerate(lines)
    )
    return Markup('<text class="b-text">{}</text>').format(spans)


def wrapped(words: str, width: float) -> Iterable[str]:
    """
    Break a label into at most four lines; a Latin letter is about half as wide as a Chinese one.

    >>> list(wrapped("组织调解会议并记录", 60))
    ['组织调解会', '议并记录']
    """
    lines, line, used = list[str](), "", 0.0
    for character in words:
        wide = CHARACTER if ord(character) > 0x2E80 else CHARACTER * 0.55
        if used + wide > width and line:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + wide
    lines.append(line)
    return lines if len(lines) <= 4 else [*lines[:3], lines[3][:-1] + "…"]
