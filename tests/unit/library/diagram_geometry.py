"""Reads the drawing of a BPMN file: boxes, edges and labels, for the tests beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
HAIR = 0.5  #: points closer than this are the same


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: Box) -> bool:
        """Whether *other* lies inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn, by the id of the element."""

    types: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)  #: flow -> (source, target)
    lane_of: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)  #: boundary event -> activity

    def segments(self) -> list[tuple[str, Segment]]:
        """Every straight piece of every edge."""
        return [
            (flow, piece)
            for flow, points in self.edges.items()
            for piece in zip(points, points[1:], strict=False)
        ]

    def flow_nodes(self) -> dict[str, Box]:
        """All shapes but pools, lanes and expanded subprocesses."""
        frames = {"participant", "lane", "subProcess"}
        return {name: box for name, box in self.shapes.items() if self.types[name] not in frames}


def read(path: Path) -> Drawing:
    """Read the drawing of one file."""
    root = etree.fromstring(path.read_bytes())
    drawing = Drawing()
    for element in root.iter():
        if not isinstance(element.tag, str) or not element.tag.startswith(BPMN) or not element.get("id"):
            continue
        drawing.types[element.get("id")] = element.tag.removeprefix(BPMN)
        drawing.names[element.get("id")] = element.get("name") or ""
        if element.tag == f"{BPMN}sequenceFlow":
            drawing.ends[element.get("id")] = (element.get("sourceRef"), element.get("targetRef"))
        if element.tag == f"{BPMN}flowNodeRef":
            continue
        if element.get("attachedToRef"):
            drawing.hosts[element.get("id")] = element.get("attachedToRef")
    for lane in root.iter(f"{BPMN}lane"):
        drawing.lane_of.update({ref.text: lane.get("id") for ref in lane.iter(f"{BPMN}flowNodeRef")})
    for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge"):
        _draw(drawing, shape)
    return drawing


def _draw(drawing: Drawing, shape: etree._Element) -> None:
    name = shape.get("bpmnElement")
    bounds = shape.find(f"{DC}Bounds")
    if bounds is not None:
        drawing.shapes[name] = _box(bounds)
    label = shape.find(f"{DI}BPMNLabel/{DC}Bounds")
    if label is not None:
        drawing.labels[name] = _box(label)
    points = tuple((float(p.get("x")), float(p.get("y"))) for p in shape.findall(WAY))
    if points:
        drawing.edges[name] = points


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(side)) for side in ("x", "y", "width", "height")))


def meet(one: Segment, other: Segment) -> bool:
    """Whether two straight pieces cross, or run on top of each other."""
    level, upright = (one, other) if _is_level(one) else (other, one)
    if _is_level(one) != _is_level(other):
        return _between(upright[0][0], level, 0) and _between(level[0][1], upright, 1)
    axis = 1 if _is_level(one) else 0
    if abs(one[0][axis] - other[0][axis]) > HAIR:
        return False
    start = max(min(p[1 - axis] for p in one), min(p[1 - axis] for p in other))
    end = min(max(p[1 - axis] for p in one), max(p[1 - axis] for p in other))
    return end - start > HAIR


def _is_level(piece: Segment) -> bool:
    return abs(piece[0][1] - piece[1][1]) < HAIR


def _between(value: float, piece: Segment, axis: int) -> bool:
    return min(p[axis] for p in piece) <= value <= max(p[axis] for p in piece)
