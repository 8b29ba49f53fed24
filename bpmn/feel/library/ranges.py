"""Range functions (DMN 1.5, table 79): Allen's relations between points and ranges."""

from __future__ import annotations

from bpmn.feel import comparison
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import Range, Value


def _order(one: Value, other: Value, run: Run) -> int:
    answer = comparison.compare(one, other, run)
    if answer is None:
        raise Nothing("两个值不能比较大小。")
    return answer


def _start(left: Range, right: Range, run: Run) -> int:
    """Return how two starts lie: an excluded start lies behind an included one, an open one before all."""
    if left.start is None or right.start is None:
        return (left.start is not None) - (right.start is not None)
    order = _order(left.start, right.start, run)
    return order or int(right.start_included) - int(left.start_included)


def _end(left: Range, right: Range, run: Run) -> int:
    """Return how two ends lie: an excluded end lies before an included one, an open one behind all."""
    if left.end is None or right.end is None:
        return (right.end is not None) - (left.end is not None)
    order = _order(left.end, right.end, run)
    return order or int(left.end_included) - int(right.end_included)


def _gap(left: Range, right: Range, run: Run) -> int:
    """Return where left's end lies to right's start: -1 before, 0 on the same included point, 1 behind."""
    if left.end is None or right.start is None:
        return 1
    order = _order(left.end, right.start, run)
    if order:
        return order
    return 0 if left.end_included and right.start_included else -1


def _inside(point: Value, interval: Range, run: Run) -> bool:
    answer = comparison.contains(interval, point, run)
    if answer is None:
        raise Nothing("值与区间不能比较。")
    return answer


@builtin("before(point1: point, point2: point)")
def point_before_point(run: Run, one: Value, other: Value) -> bool:
    """Return whether a point lies before another."""
    return _order(one, other, run) < 0


@builtin("before(point: point, range: range)")
def point_before_range(run: Run, point: Value, interval: Range) -> bool:
    """Return whether a point lies before a range."""
    return _gap(Range(point, point), interval, run) < 0


@builtin("before(range: range, point: point)")
def range_before_point(run: Run, interval: Range, point: Value) -> bool:
    """Return whether a range ends before a point."""
    return _gap(interval, Range(point, point), run) < 0


@builtin("before(range1: range, range2: range)")
def range_before_range(run: Run, one: Range, other: Range) -> bool:
    """Return whether a range ends before another starts."""
    return _gap(one, other, run) < 0


@builtin("after(point1: point, point2: point)")
def point_after_point(run: Run, one: Value, other: Value) -> bool:
    """Return whether a point lies behind another."""
    return _order(one, other, run) > 0


@builtin("after(point: point, range: range)")
def point_after_range(run: Run, point: Value, interval: Range) -> bool:
    """Return whether a point lies behind a range."""
    return _gap(interval, Range(point, point), run) < 0


@builtin("after(range: range, point: point)")
def range_after_point(run: Run, interval: Range, point: Value) -> bool:
    """Return whether a range starts behind a point."""
    return _gap(Range(point, point), interval, run) < 0


@builtin("after(range1: range, range2: range)")
def range_after_range(run: Run, one: Range, other: Range) -> bool:
    """Return whether a range starts behind another's end."""
    return _gap(other, one, run) < 0


@builtin("meets(range1: range, range2: range)")
def meets(run: Run, one: Range, other: Range) -> bool:
    """Return whether one range ends on the included point where the other starts."""
    return one.end is not None and other.start is not None and _gap(one, other, run) == 0


@builtin("met by(range1: range, range2: range)")
def met_by(run: Run, one: Range, other: Range) -> bool:
    """Return whether one range starts on the included point where the other ends."""
    return meets(run, other, one)


@builtin("overlaps(range1: range, range2: range)")
def overlaps(run: Run, one: Range, other: Range) -> bool:
    """Return whether two ranges share a point."""
    return _gap(one, other, run) >= 0 and _gap(other, one, run) >= 0


@builtin("overlaps before(range1: range, range2: range)")
def overlaps_before(run: Run, one: Range, other: Range) -> bool:
    """Return whether one range starts before another and ends within it."""
    return _start(one, other, run) < 0 and _gap(one, other, run) >= 0 and _end(one, other, run) <= 0


@builtin("overlaps after(range1: range, range2: range)")
def overlaps_after(run: Run, one: Range, other: Range) -> bool:
    """Return whether one range starts within another, behind its start, and ends no sooner."""
    return _start(one, other, run) > 0 and _gap(other, one, run) >= 0 and _end(one, other, run) >= 0


@builtin("finishes(point: point, range: range)")
def point_finishes(run: Run, point: Value, interval: Range) -> bool:
    """Return whether a point is the included end of a range."""
    return interval.end is not None and interval.end_included and _order(point, interval.end, run) == 0


@builtin("finishes(range1: range, range2: range)")
def range_finishes(run: Run, one: Range, other: Range) -> bool:
    """Return whether one range lies at the end of another."""
    return _end(one, other, run) == 0 and _start(one, other, run) >= 0


@builtin("finished by(range: range, point: point)")
def finished_by_point(run: Run, interval: Range, point: Value) -> bool:
    """Return whether a range ends with a point."""
    return point_finishes(run, point, interval)


@builtin("finished by(range1: range, range2: range)")
def finished_by_range(run: Run, one: Range, other: Range) -> bool:
    """Return whether another range lies at the end of one."""
    return range_finishes(run, other, one)


@builtin("includes(range: range, point: point)")
def includes_point(run: Run, interval: Range, point: Value) -> bool:
    """Return whether a range holds a point."""
    return _inside(point, interval, run)


@builtin("includes(range1: range, range2: range)")
def includes_range(run: Run, one: Range, other: Range) -> bool:
    """Return whether a range holds another whole."""
    return _start(one, other, run) <= 0 and _end(one, other, run) >= 0


@builtin("during(point: point, range: range)")
def point_during(run: Run, point: Value, interval: Range) -> bool:
    """Return whether a point lies in a range."""
    return _inside(point, interval, run)


@builtin("during(range1: range, range2: range)")
def range_during(run: Run, one: Range, other: Range) -> bool:
    """Return whether a range lies in another whole."""
    return includes_range(run, other, one)


@builtin("starts(point: point, range: range)")
def point_starts(run: Run, point: Value, interval: Range) -> bool:
    """Return whether a point is the included start of a range."""
    return interval.start is not None and interval.start_included and _order(point, interval.start, run) == 0


@builtin("starts(range1: range, range2: range)")
def range_starts(run: Run, one: Range, other: Range) -> bool:
    """Return whether one range lies at the start of another."""
    return _start(one, other, run) == 0 and _end(one, other, run) <= 0


@builtin("started by(range: range, point: point)")
def started_by_point(run: Run, interval: Range, point: Value) -> bool:
    """Return whether a range starts with a point."""
    return point_starts(run, point, interval)


@builtin("started by(range1: range, range2: range)")
def started_by_range(run: Run, one: Range, other: Range) -> bool:
    """Return whether another range lies at the start of one."""
    return range_starts(run, other, one)


@builtin("coincides(point1: point, point2: point)")
def points_coincide(run: Run, one: Value, other: Value) -> bool:
    """Return whether two points are the same."""
    return _order(one, other, run) == 0


@builtin("coincides(range1: range, range2: range)")
def ranges_coincide(run: Run, one: Range, other: Range) -> bool:
    """Return whether two ranges hold the same points."""
    return _start(one, other, run) == 0 and _end(one, other, run) == 0
