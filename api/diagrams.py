"""
A BPMN diagram as plain SVG, coloured by what was recorded: no script, about 6 kB on the wire.

Draws what the XML's diagram interchange says; shapes that carry no bounds are left out. The input was parsed and
checked at deployment, yet the parser here is hardened too: no DTD, no entities, no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from markupsafe import Markup

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
DD: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
PADDING: Final = 24
LINE_HEIGHT: Final = 15
CHARACTER: Final = 12.0


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What to colour, by element id."""

    done: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    now: Mapping[str, str] = field(default_factory=dict)  #: element id -> words on its chip
    late: frozenset[str] = frozenset()


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


def to_svg(xml: bytes, marks: Marks | None = None) -> Markup:
    """
    Return the diagram as an ``<svg>`` element, or an empty text when the XML holds no diagram.

    >>> to_svg(b"<definitions/>")
    Markup('')
    """
    try:
        root = etree.fromstring(xml, _parser())
    except etree.XMLSyntaxError:
        return Markup("")
    plane = root.find(f".//{DI}BPMNPlane")
    if plane is None:
        return Markup("")
    return _Drawing(root, plane, marks or Marks()).svg()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


class _Drawing:
    """One diagram being drawn."""

    def __init__(self, root: etree._Element, plane: etree._Element, marks: Marks) -> None:
        self.elements = {str(e.get("id")): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
        self.plane = plane
        self.marks = marks
        self.extent = [float("inf"), float("inf"), 0.0, 0.0]

    def svg(self) -> Markup:
        """Lanes below, flows in the middle, shapes and chips on top."""
        shapes = list(self.plane.iter(f"{DI}BPMNShape"))
        order = sorted(shapes, key=lambda s: self._layer(self._kind(str(s.get("bpmnElement")))))
        flows = Markup("").join(self._edge(edge) for edge in self.plane.iter(f"{DI}BPMNEdge"))
        body = Markup("").join(self._shape(shape) for shape in order)
        left, top = self.extent[0] - PADDING, self.extent[1] - PADDING
        width, height = self.extent[2] - left + PADDING, self.extent[3] - top + PADDING
        if not width > 0 or width == float("inf"):
            return Markup("")
        head = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" width="{}" height="{}" aria-hidden="true">'
            '<defs><marker id="b-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            'orient="auto"><path class="b-solid" d="M0 0 10 5 0 10z"/></marker></defs>'
        ).format(*(round(n) for n in (left, top, width, height, width, height)))
        return head + self._lanes(shapes) + flows + body + Markup("</svg>")

    def _kind(self, element_id: str) -> str:
        element = self.elements.get(element_id)
        return etree.QName(element).localname if element is not None else ""

    @staticmethod
    def _layer(kind: str) -> int:
        return 2 if kind == "boundaryEvent" else 0 if kind in ("subProcess", "transaction") else 1

    def _lanes(self, shapes: list[etree._Element]) -> Markup:
        lanes = [s for s in shapes if self._kind(str(s.get("bpmnElement"))) in ("participant", "lane")]
        return Markup("").join(self._lane(s) for s in lanes)

    def _lane(self, shape: etree._Element) -> Markup:
        box, name = self._box(shape), self._name(str(shape.get("bpmnElement")))
        if box is None:
            return Markup("")
        x, y = box.x + 15, box.centre[1]
        return Markup(
            '<g><rect class="b-lane" x="{}" y="{}" width="{}" height="{}"/>'
            '<text class="b-text" transform="translate({} {}) rotate(-90)">{}</text></g>'
        ).format(*_rounded(box), round(x + 4), round(y), name)

    def _shape(self, shape: etree._Element) -> Markup:
        element_id = str(shape.get("bpmnElement"))
        kind, box = self._kind(element_id), self._box(shape)
        if box is None or not kind or kind in ("participant", "lane"):
            return Markup("")
        drawn = _figure(kind, self.elements[element_id], box)
        label = self._label(shape, element_id, kind, box)
        chip = self._chip(element_id, box)
        return Markup('<g class="{}">{}{}{}</g>').format(self._classes(element_id), drawn, label, chip)

    def _classes(self, element_id: str) -> str:
        if element_id in self.marks.late:
            return "b-late"
        if element_id in self.marks.now:
            return "b-now"
        return "b-done" if element_id in self.marks.done else "b"

    def _chip(self, element_id: str, box: Box) -> Markup:
        words = self.marks.now.get(element_id)
        if not words:
            return Markup("")
        width = 16 + CHARACTER * len(words)
        return Markup(
            '<rect class="b-chip" x="{}" y="{}" width="{}" height="18" rx="9"/>'
            '<text class="b-chip-text" x="{}" y="{}">{}</text>'
        ).format(*(round(n) for n in (box.x - 4, box.y - 14, width, box.x - 4 + width / 2, box.y - 1)), words)

    def _label(self, shape: etree._Element, element_id: str, kind: str, box: Box) -> Markup:
        name = self._name(element_id)
        if not name:
            return Markup("")
        if _is_activity(kind):
            top = kind in ("subProcess", "transaction") and shape.get("isExpanded") == "true"
            return _text(
                name, box.centre[0], box.y + 18 if top else box.centre[1] + 4, box.width - 10, middle=not top
            )
        place = self._label_box(shape) or Box(box.centre[0] - 45, box.y + box.height + 4, 90, 20)
        return _text(name, place.centre[0], place.y + 11, max(place.width, 72), middle=False)

    def _edge(self, edge: etree._Element) -> Markup:
        points = [(float(p.get("x", 0)), float(p.get("y", 0))) for p in edge.iter(f"{DD}waypoint")]
        if len(points) < 2:
            return Markup("")
        for x, y in points:
            self._grow(x, y, x, y)
        element_id = str(edge.get("bpmnElement"))
        done = " b-done" if element_id in self.marks.flows else ""
        path = "M" + " ".join(f"{round(x)} {round(y)}" for x, y in points)
        dash = Markup(' stroke-dasharray="5 4"') if self._kind(element_id) != "sequenceFlow" else Markup("")
        line = Markup('<path class="b-flow{}" d="{}"{} marker-end="url(#b-arrow)"/>').format(done, path, dash)
        place, name = self._label_box(edge), self._name(element_id)
        return line + (
            _text(name, place.centre[0], place.y + 11, 110, middle=False) if place and name else Markup("")
        )

    def _name(self, element_id: str) -> str:
        element = self.elements.get(element_id)
        return str(element.get("name") or "").strip() if element is not None else ""

    def _box(self, shape: etree._Element) -> Box | None:
        bounds = shape.find(f"{DC}Bounds")
        box = _read_box(bounds)
        if box is not None:
            self._grow(box.x, box.y, box.x + box.width, box.y + box.height)
        return box

    def _label_box(self, shape: etree._Element) -> Box | None:
        box = _read_box(shape.find(f"{DI}BPMNLabel/{DC}Bounds"))
        if box is not None:
            self._grow(box.x, box.y, box.x + box.width, box.y + box.height)
        return box

    def _grow(self, left: float, top: float, right: float, bottom: float) -> None:
        e = self.extent
        self.extent = [min(e[0], left), min(e[1], top), max(e[2], right), max(e[3], bottom)]


def _read_box(bounds: etree._Element | None) -> Box | None:
    if bounds is None:
        return None
    try:
        return Box(*(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))
    except ValueError:
        return None


def _rounded(box: Box) -> Iterator[int]:
    return (round(n) for n in (box.x, box.y, box.width, box.height))


def _is_activity(kind: str) -> bool:
    return kind.lower().endswith(("task", "process", "activity", "transaction"))


def _figure(kind: str, element: etree._Element, box: Box) -> Markup:
    if kind.endswith("Event"):
        return _event(kind, element, box)
    if kind.endswith("Gateway"):
        return _gateway(kind, box)
    if _is_activity(kind):
        return _activity(kind, box)
    return Markup('<rect class="b-lane" x="{}" y="{}" width="{}" height="{}"/>').format(*_rounded(box))


def _activity(kind: str, box: Box) -> Markup:
    thick = " b-thick" if kind == "callActivity" else ""
    shape = Markup('<rect class="b-shape{}" x="{}" y="{}" width="{}" height="{}" rx="10"/>')
    return shape.format(thick, *_rounded(box)) + _task_mark(kind, box)


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


def _text(name: str, x: float, y: float, width: float, *, middle: bool) -> Markup:
    lines = list(wrapped(name, width))
    top = y - (len(lines) - 1) * LINE_HEIGHT / 2 if middle else y
    spans = Markup("").join(
        Markup('<tspan x="{}" y="{}">{}</tspan>').format(round(x), round(top + i * LINE_HEIGHT), line)
        for i, line in enumerate(lines)
    )
    return Markup('<text class="b-text">{}</text>').format(spans)


def wrapped(text: str, width: float) -> Iterable[str]:
    """
    Break a label into at most four lines; a Latin letter is about half as wide as a Chinese one.

    >>> list(wrapped("组织调解会议并记录", 60))
    ['组织调解会', '议并记录']
    """
    lines, line, used = list[str](), "", 0.0
    for character in text:
        wide = CHARACTER if ord(character) > 0x2E80 else CHARACTER * 0.55
        if used + wide > width and line:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + wide
    lines.append(line)
    return lines if len(lines) <= 4 else [*lines[:3], lines[3][:-1] + "…"]
