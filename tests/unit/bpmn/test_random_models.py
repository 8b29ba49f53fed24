"""Random block-structured models, of which it is known beforehand what runs how often."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from diagrams import Play, end, flow, node, path, script, start, user

from bpmn import interpreter
from bpmn.model import UserTaskWait


@dataclass
class Model:
    """XML that grows block by block, and how often each user task must run."""

    chance: random.Random
    xml: str = ""
    number: int = 0
    expected: Counter[str] = field(default_factory=Counter)
    times: int = 1  #: how often what is being drawn runs

    def name(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}{self.number}"

    def block(self, depth: int) -> tuple[str, str]:
        """Draw a block and return its first and last node."""
        kinds = ["leaf", "sequence", "parallel", "exclusive", "inclusive", "loop", "subprocess", "instances"]
        kind = "leaf" if depth == 0 else self.chance.choice(kinds)
        return getattr(self, kind)(depth)

    def leaf(self, depth: int) -> tuple[str, str]:
        name = self.name("u")
        self.xml += user(name)
        self.expected[name] += self.times
        return name, name

    def sequence(self, depth: int) -> tuple[str, str]:
        (first, a), (b, last) = self.block(depth - 1), self.block(depth - 1)
        self.xml += flow(a, b)
        return first, last

    def _between(self, kind: str, depth: int, taken: list[bool], conditions: list[str]) -> tuple[str, str]:
        split, join = self.name("f"), self.name("j")
        self.xml += node(f"{kind}Gateway", split) + node(f"{kind}Gateway", join)
        before = self.times
        for is_taken, condition in zip(taken, conditions, strict=True):
            self.times = before if is_taken else 0
            first, last = self.block(depth - 1)
            self.xml += flow(split, first, condition) + flow(last, join)
        self.times = before
        return split, join

    def parallel(self, depth: int) -> tuple[str, str]:
        ways = self.chance.randint(2, 3)
        return self._between("parallel", depth, [True] * ways, [""] * ways)

    def exclusive(self, depth: int) -> tuple[str, str]:
        right = self.chance.randint(0, 2)
        return self._between(
            "exclusive", depth, [n == right for n in range(3)], [str(n == right).lower() for n in range(3)]
        )

    def inclusive(self, depth: int) -> tuple[str, str]:
        taken = [self.chance.random() < 0.6 for _ in range(3)]
        taken[self.chance.randint(0, 2)] = True
        return self._between("inclusive", depth, taken, [str(t).lower() for t in taken])

    def loop(self, depth: int) -> tuple[str, str]:
        rounds, counter = self.chance.randint(1, 3), self.name("n")
        zero, count, merge, again = self.name("z"), self.name("c"), self.name("m"), self.name("x")
        self.times *= rounds
        first, last = self.block(depth - 1)
        self.times //= rounds
        self.xml += script(zero, f"{counter} = 0") + script(count, f"{counter} = {counter} + 1")
        self.xml += node("exclusiveGateway", merge) + node("inclusiveGateway", again)
        self.xml += (
            path(zero, merge, first)
            + path(last, count, again)
            + flow(again, merge, f"{counter} &lt; {rounds}")
        )
        out = self.name("t")
        self.xml += node("task", out) + flow(again, out, f"{counter} &gt;= {rounds}")
        return zero, out

    def subprocess(self, depth: int) -> tuple[str, str]:
        return self._scope(depth, "")

    def instances(self, depth: int) -> tuple[str, str]:
        count = self.chance.randint(0, 2)
        before, self.times = self.times, self.times * count
        kind = self.chance.choice(["true", "false"])
        marker = f'<multiInstanceLoopCharacteristics isSequential="{kind}"><loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>'
        result = self._scope(0, marker)
        self.times = before
        return result

    def _scope(self, depth: int, marker: str) -> tuple[str, str]:
        outside, self.xml = self.xml, ""
        begin, finish, name = self.name("s"), self.name("e"), self.name("p")
        first, last = self.block(max(depth - 1, 0))
        inside = marker + start(begin) + self.xml + end(finish) + flow(begin, first) + flow(last, finish)
        self.xml = outside + node("subProcess", name, inside)
        return name, name


@pytest.mark.parametrize("seed", range(80))
def test_every_task_runs_as_often_as_drawn(seed: int) -> None:
    """Whatever the order in which people work, every token finds its way and the instance completes."""
    model = Model(random.Random(seed))
    first, last = model.block(4)
    play = Play.of(start() + model.xml + end() + flow("s", first) + flow(last, "e"))
    done: Counter[str] = Counter()
    while play.status == "active" and play.waiting:
        wait = model.chance.choice([w for w in play.advance.waits if isinstance(w, UserTaskWait)])
        done[wait.element_id] += 1
        play._call(interpreter.complete, wait.activity_id)

    assert play.incidents == []
    assert play.status == "completed"
    assert done == +model.expected
