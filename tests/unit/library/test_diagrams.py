"""The shipped diagrams read well: left to right, nothing crosses, everything in its lane, on one screen."""

from __future__ import annotations

import importlib.util
import sys
from itertools import combinations
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[3] / "bpmn" / "library"
DIAGRAMS = sorted(LIBRARY.glob("*/*.bpmn"))
SCREEN = (2400, 1000)  #: at most, in diagram units; a bigger one must be split

_spec = importlib.util.spec_from_file_location(
    "diagram_geometry", Path(__file__).with_name("diagram_geometry.py")
)
assert _spec is not None and _spec.loader is not None
geometry = importlib.util.module_from_spec(_spec)
sys.modules["diagram_geometry"] = geometry
_spec.loader.exec_module(geometry)


@pytest.fixture(params=DIAGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def drawing(request: pytest.FixtureRequest):
    """One shipped diagram after the other."""
    return geometry.read(request.param)


def test_every_element_is_drawn(drawing) -> None:
    """No flow node and no sequence flow is left without a shape."""
    missing = [flow for flow in drawing.ends if flow not in drawing.edges]
    missing += [node for ends in drawing.ends.values() for node in ends if node not in drawing.shapes]

    assert missing == []


def test_no_two_edges_cross_or_cover_each_other(drawing) -> None:
    """Two sequence flows never meet."""
    pairs = combinations(drawing.segments(), 2)

    assert [(a, b) for (a, one), (b, other) in pairs if a != b and geometry.meet(one, other)] == []


def test_no_edge_runs_through_a_shape(drawing) -> None:
    """An edge touches only the shapes that it joins."""
    faults = []
    for flow, ((x1, y1), (x2, y2)) in drawing.segments():
        piece = geometry.Box(min(x1, x2), min(y1, y2), max(abs(x1 - x2), 0.1), max(abs(y1 - y2), 0.1))
        joined = {*drawing.ends[flow], *(drawing.hosts.get(end) for end in drawing.ends[flow])}
        faults += [
            (flow, node)
            for node, box in drawing.flow_nodes().items()
            if node not in joined and piece.overlaps(box)
        ]

    assert faults == []


def test_flows_read_from_left_to_right(drawing) -> None:
    """A flow goes back only to close a loop: what it reaches leads to where it came from."""
    next_ones: dict[str, set[str]] = {}
    for source, target in drawing.ends.values():
        next_ones.setdefault(source, set()).add(target)
    for event, host in drawing.hosts.items():
        next_ones.setdefault(host, set()).add(event)

    back = [
        flow
        for flow, (source, target) in drawing.ends.items()
        if drawing.shapes[target].centre[0] < drawing.shapes[source].x
        and source not in reached(next_ones, target)
    ]

    assert [flow for flow in back if not _leaves_a_loop(drawing, flow, next_ones)] == []


def _leaves_a_loop(drawing, flow: str, next_ones: dict[str, set[str]]) -> bool:
    """The short way out of a part that is itself drawn backwards."""
    source, _ = drawing.ends[flow]
    return source in reached(next_ones, source)


def reached(next_ones: dict[str, set[str]], start: str) -> set[str]:
    """Everything that a token at *start* may still come to."""
    found: set[str] = set()
    open_ones = [start]
    while open_ones:
        for node in next_ones.get(open_ones.pop(), ()):
            if node not in found:
                found.add(node)
                open_ones.append(node)
    return found


def test_labels_stand_free(drawing) -> None:
    """No label covers a shape or another label."""
    nodes = drawing.flow_nodes()
    faults = [
        (a, b) for a, label in drawing.labels.items() for b, box in nodes.items() if label.overlaps(box)
    ]
    faults += [
        (a, b) for (a, one), (b, other) in combinations(drawing.labels.items(), 2) if one.overlaps(other)
    ]

    assert faults == []


def test_every_element_lies_in_its_lane(drawing) -> None:
    """A flow node is drawn inside the lane that names it; a boundary event follows its host."""
    outside = [
        node
        for node, lane in drawing.lane_of.items()
        if node not in drawing.hosts and not drawing.shapes[lane].holds(drawing.shapes[node])
    ]

    assert outside == []


def test_shapes_do_not_overlap(drawing) -> None:
    """Two flow nodes overlap only where a boundary event sits on its activity."""
    pairs = combinations(drawing.flow_nodes().items(), 2)
    hosts = drawing.hosts

    assert [
        (a, b)
        for (a, one), (b, other) in pairs
        if one.overlaps(other) and hosts.get(a) != b and hosts.get(b) != a
    ] == []


def test_it_fits_a_screen(drawing) -> None:
    """A diagram is at most a screen wide and high."""
    pools = [box for name, box in drawing.shapes.items() if drawing.types[name] == "participant"]

    assert [(p.width, p.height) for p in pools if p.width > SCREEN[0] or p.height > SCREEN[1]] == []


def test_no_label_lies_on_a_flow(drawing) -> None:
    """What a label says is not struck through."""
    faults = [
        (name, flow)
        for flow, ((x1, y1), (x2, y2)) in drawing.segments()
        for name, label in drawing.labels.items()
        if geometry.Box(min(x1, x2), min(y1, y2), max(abs(x1 - x2), 0.1), max(abs(y1 - y2), 0.1)).overlaps(
            label
        )
    ]

    assert faults == []


def test_everything_lies_inside_the_pool(drawing) -> None:
    """No label and no bend of a flow sticks out of the frame."""
    pool = next(box for name, box in drawing.shapes.items() if drawing.types[name] == "participant")
    bends = [geometry.Box(x, y, 0.1, 0.1) for points in drawing.edges.values() for x, y in points]

    assert [label for label in drawing.labels.values() if not pool.holds(label)] == []
    assert [bend for bend in bends if not pool.holds(bend)] == []


def test_every_lane_has_a_name(drawing) -> None:
    """Who works there stands at the lane, role codes included where people do."""
    lanes = [name for name in drawing.shapes if drawing.types[name] == "lane"]

    assert [name for name in lanes if not drawing.names.get(name)] == []
