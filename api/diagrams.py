"""
A BPMN diagram as plain SVG, coloured by what was recorded: no script, about 6 kB on the wire.

Draws what the XML's diagram interchange says; shapes that carry no bounds are left out. The input was parsed and
checked at deployment, yet the parser here is hardened too: no DTD, no entities, no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml import etree
from markupsafe import Markup

from api.diagram_shapes import CHARACTER, Box, figure, is_activity, read_box, rounded, text

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
DD: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
PADDING: Final = 24


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What to colour, by element id."""

    done: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    now: Mapping[str, str] = field(default_factory=dict)  #: element id -> words on its chip
    late: frozenset[str] = frozenset()


def to_svg(xml: bytes, marks: Marks | None = None) -> Markup:
    """
    Return the diagram as an ``<svg>`` element, or an empty text when the XML holds no diagram.

    >>> to_svg(b"<definitions/>")
    Markup('')
    """
    picture = _picture(xml)
    return picture.svg(marks or Marks()) if picture else Markup("")


#: Diagrams are drawn once and coloured at each showing.
@lru_cache(maxsize=64)
def _picture(xml: bytes) -> _Picture | None:
    try:
        root = etree.fromstring(xml, _parser())
    except etree.XMLSyntaxError:
        return None
    plane = root.find(f".//{DI}BPMNPlane")
    return None if plane is None else _Drawing(root, plane).picture()


@lru_cache(maxsize=64)
def names_of(xml: bytes) -> Mapping[str, str]:
    """Return element id -> name of what a diagram names."""
    root = etree.fromstring(xml, _parser())
    return {
        str(e.get("id")): str(e.get("name")) for e in root.iter() if isinstance(e.tag, str) and e.get("name")
    }


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """A shape with its label, or a line: all but its colour."""

    element_id: str
    content: Markup
    box: Box | None = None  #: where a shape wears its chip


@dataclass(frozen=True, kw_only=True)
class _Picture:
    """A diagram without colours: lanes below, flows in the middle, shapes on top."""

    head: Markup
    flows: tuple[_Shape, ...]
    shapes: tuple[_Shape, ...]

    def svg(self, marks: Marks) -> Markup:
        """Return the diagram in the colours of one case."""
        flows = (
            f'<path class="b-flow{" b-done" if one.element_id in marks.flows else ""}"{one.content}'
            for one in self.flows
        )
        shapes = (
            f'<g class="{_class(one.element_id, marks)}">{one.content}{_chip(one, marks)}</g>'
            for one in self.shapes
        )
        # Every part was escaped when it was drawn.
        return Markup("".join([self.head, *flows, *shapes, "</svg>"]))  # noqa: S704


def _class(element_id: str, marks: Marks) -> str:
    if element_id in marks.late:
        return "b-late"
    if element_id in marks.now:
        return "b-now"
    return "b-done" if element_id in marks.done else "b"


def _chip(shape: _Shape, marks: Marks) -> Markup:
    words, box = marks.now.get(shape.element_id), shape.box
    if not words or box is None:
        return Markup("")
    width = 16 + CHARACTER * len(words)
    return Markup(
        '<rect class="b-chip" x="{}" y="{}" width="{}" height="18" rx="9"/>'
        '<text class="b-chip-text" x="{}" y="{}">{}</text>'
    ).format(*(round(n) for n in (box.x - 4, box.y - 14, width, box.x - 4 + width / 2, box.y - 1)), words)


class _Drawing:
    """One diagram being drawn."""

    def __init__(self, root: etree._Element, plane: etree._Element) -> None:
        self.elements = {str(e.get("id")): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
        self.plane = plane
        self.extent = [float("inf"), float("inf"), 0.0, 0.0]

    def picture(self) -> _Picture | None:
        """Draw everything; None when nothing has a place."""
        shapes = list(self.plane.iter(f"{DI}BPMNShape"))
        order = sorted(shapes, key=lambda s: self._layer(self._kind(str(s.get("bpmnElement")))))
        flows = tuple(filter(None, (self._edge(edge) for edge in self.plane.iter(f"{DI}BPMNEdge"))))
        body = tuple(filter(None, (self._shape(shape) for shape in order)))
        left, top = self.extent[0] - PADDING, self.extent[1] - PADDING
        width, height = self.extent[2] - left + PADDING, self.extent[3] - top + PADDING
        if not width > 0 or width == float("inf"):
            return None
        head = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" width="{}" height="{}" aria-hidden="true">'
            '<defs><marker id="b-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            'orient="auto"><path class="b-solid" d="M0 0 10 5 0 10z"/></marker></defs>'
        ).format(*(round(n) for n in (left, top, width, height, width, height)))
        return _Picture(head=head + self._lanes(shapes), flows=flows, shapes=body)

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
        ).format(*rounded(box), round(x + 4), round(y), name)

    def _shape(self, shape: etree._Element) -> _Shape | None:
        element_id = str(shape.get("bpmnElement"))
        kind, box = self._kind(element_id), self._box(shape)
        if box is None or not kind or kind in ("participant", "lane"):
            return None
        drawn = figure(kind, self.elements[element_id], box)
        label = self._label(shape, element_id, kind, box)
        return _Shape(element_id=element_id, content=drawn + label, box=box)

    def _label(self, shape: etree._Element, element_id: str, kind: str, box: Box) -> Markup:
        name = self._name(element_id)
        if not name:
            return Markup("")
        if is_activity(kind):
            top = kind in ("subProcess", "transaction") and shape.get("isExpanded") == "true"
            return text(
                name, box.centre[0], box.y + 18 if top else box.centre[1] + 4, box.width - 10, middle=not top
            )
        place = self._label_box(shape) or Box(box.centre[0] - 45, box.y + box.height + 4, 90, 20)
        return text(name, place.centre[0], place.y + 11, max(place.width, 72), middle=False)

    def _edge(self, edge: etree._Element) -> _Shape | None:
        points = [(float(p.get("x", 0)), float(p.get("y", 0))) for p in edge.iter(f"{DD}waypoint")]
        if len(points) < 2:
            return None
        for x, y in points:
            self._grow(x, y, x, y)
        element_id = str(edge.get("bpmnElement"))
        path = "M" + " ".join(f"{round(x)} {round(y)}" for x, y in points)
        dash = Markup(' stroke-dasharray="5 4"') if self._kind(element_id) != "sequenceFlow" else Markup("")
        line = Markup(' d="{}"{} marker-end="url(#b-arrow)"/>').format(path, dash)
        place, name = self._label_box(edge), self._name(element_id)
        label = text(name, place.centre[0], place.y + 11, 110, middle=False) if place and name else Markup("")
        return _Shape(element_id=element_id, content=line + label)

    def _name(self, element_id: str) -> str:
        element = self.elements.get(element_id)
        return str(element.get("name") or "").strip() if element is not None else ""

    def _box(self, shape: etree._Element) -> Box | None:
        bounds = shape.find(f"{DC}Bounds")
        box = read_box(bounds)
        if box is not None:
            self._grow(box.x, box.y, box.x + box.width, box.y + box.height)
        return box

    def _label_box(self, shape: etree._Element) -> Box | None:
        box = read_box(shape.find(f"{DI}BPMNLabel/{DC}Bounds"))
        if box is not None:
            self._grow(box.x, box.y, box.x + box.width, box.y + box.height)
        return box

    def _grow(self, left: float, top: float, right: float, bottom: float) -> None:
        e = self.extent
        self.extent = [min(e[0], left), min(e[1], top), max(e[2], right), max(e[3], bottom)]
