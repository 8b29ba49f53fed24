"""
Cost of one step and size of the state as a case loops: round 50 against round 5,000.

Run: ``python bench/engine_growth.py``. A step is: restore, complete a user task, run on, serialise. Its cost and
the state's size must not depend on how long the case has lived.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from statistics import median

from bpmn import feel, interpreter
from bpmn.definition import ProcessDefinition
from bpmn.model import Advance, UserTaskWait

YOUNG, ROUNDS, STEPS_A_ROUND, SAMPLE = 50, 5_000, 5, 50
ENVIRONMENT = feel.Environment(now=datetime(2026, 1, 1, tzinfo=UTC))


def definition() -> ProcessDefinition:
    """A loop of five user tasks, two of them parallel, with reminders, a script and a decision."""
    nodes = [
        "<startEvent id='s'/>",
        "<exclusiveGateway id='m'/>",
        "<parallelGateway id='f'/>",
        "<parallelGateway id='j'/>",
    ]
    nodes += [f"<userTask id='u{n}'/>" for n in range(STEPS_A_ROUND)]
    nodes += [
        "<scriptTask id='t'><script>round = round + 1</script></scriptTask>",
        "<exclusiveGateway id='g' default='again'/>",
        "<endEvent id='e'/>",
    ]
    nodes += [_reminder(n) for n in range(STEPS_A_ROUND)]
    joined = [
        ("s", "m"),
        ("m", "u0"),
        ("u0", "f"),
        ("f", "u1"),
        ("f", "u2"),
        ("u1", "j"),
        ("u2", "j"),
        ("j", "u3"),
        ("u3", "u4"),
        ("u4", "t"),
        ("t", "g"),
    ]
    nodes += [f"<sequenceFlow id='{a}-{b}' sourceRef='{a}' targetRef='{b}'/>" for a, b in joined]
    nodes.append("<sequenceFlow id='again' sourceRef='g' targetRef='m'/>")
    nodes.append(
        "<sequenceFlow id='out' sourceRef='g' targetRef='e'><conditionExpression>done</conditionExpression></sequenceFlow>"
    )
    xml = f"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='P'>{''.join(nodes)}</process></definitions>"
    return ProcessDefinition(key="P", files={"p.bpmn": xml.encode()})


def _reminder(number: int) -> str:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    host = f"<boundaryEvent id='b{number}' attachedToRef='u{number}' cancelActivity='false'>{timer}</boundaryEvent>"
    return (
        host
        + f"<endEvent id='x{number}'/><sequenceFlow id='b{number}-x' sourceRef='b{number}' targetRef='x{number}'/>"
    )


def steps(model: ProcessDefinition) -> Iterator[tuple[float, int]]:
    """Yield seconds and bytes of every step."""
    case = {f"field {n}": "案情" * 15 for n in range(20)}
    advance: Advance = interpreter.start(
        model, variables={**case, "round": 0, "done": False}, environment=ENVIRONMENT
    )
    while True:
        task = next(w for w in advance.waits if isinstance(w, UserTaskWait))
        began = time.perf_counter()
        advance = interpreter.complete(model, advance.state, task.activity_id, {}, environment=ENVIRONMENT)
        yield time.perf_counter() - began, len(advance.state)


def main() -> bool:
    """Print the table; tells whether the goals were reached."""
    model = definition()
    old, young = steps(model), steps(model)
    largest = max(size for _, size in islice(old, ROUNDS * STEPS_A_ROUND))
    _skip(young, YOUNG * STEPS_A_ROUND)
    # In turn, because the machine is faster in one minute than in the next.
    pairs = list(islice(zip(young, old, strict=True), SAMPLE * STEPS_A_ROUND))
    early, late = (median(case[0] for case in side) * 1000 for side in zip(*pairs, strict=True))
    early_size, late_size = (side[-1][1] for side in zip(*pairs, strict=True))
    print(f"{'round':>8} {'ms a step':>10} {'bytes':>8}")
    print(f"{YOUNG:>8} {early:>10.3f} {early_size:>8}")
    print(f"{ROUNDS:>8} {late:>10.3f} {late_size:>8}")
    print(f"ratio {late / early:.2f} (at most 1.3) · largest state {largest} bytes (at most 12288)")
    return late / early <= 1.3 and largest <= 12288


def _skip(case: Iterator[tuple[float, int]], count: int) -> None:
    for _ in islice(case, count):
        pass


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
