"""
How a demo case is played: somebody who may do a task does it with the typical entry of its form, at an instant of the past.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bpmn.model import Json
from tasks import rules
from tasks.model import Actor, UserTask
from workflows import cases
from workflows.clockwork import jobs
from workflows.correlation import delivery
from workflows.engine import Engine
from workflows.identity import people
from workflows.scenarios.samples import filled
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the demo is played: nobody is hired or moves while it is made, so actors are read once."""

    engine: Engine
    samples: Mapping[str, Json]
    actors: dict[str, Actor] = field(default_factory=dict)
    pools: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)

    def actor(self, uow: UnitOfWork, person_id: str) -> Actor:
        """Return a person as an actor."""
        if person_id not in self.actors:
            self.actors[person_id] = people.actor_of(uow, person_id)
        return self.actors[person_id]

    def holding(self, uow: UnitOfWork, pools: frozenset[str]) -> tuple[str, ...]:
        """Return the ids of those who hold one of the ``role@unit`` pairs."""
        if pools not in self.pools:
            self.pools[pools] = tuple(sorted(person.id for person in uow.people.holding(pools)))
        return self.pools[pools]


def work(engine: Engine, now: datetime) -> None:
    """Let the machines do what is ready, as of an instant of the past."""
    then = engine.at(now)
    while _has_work(then) and jobs.run_due(then) + delivery.deliver_pending(then):
        pass


def _has_work(then: Engine) -> bool:
    with then.begin() as uow:
        return uow.has_work()


def doer(stage: Stage, uow: UnitOfWork, task: UserTask, dice: random.Random) -> Actor | None:
    """Return somebody who may do the task; an auxiliary officer only where nobody else may."""
    facts = uow.instances.facts(task.instance_id)
    known = UserTask(**{**vars(task), "case_units": facts.units})
    ids = (task.assignee_id,) if task.assignee_id else stage.holding(uow, frozenset(rules.pools_of(known)))
    actors = [stage.actor(uow, person_id) for person_id in ids]
    able = [actor for actor in actors if "complete" in rules.actions_on(known, actor, facts)]
    return dice.choice(able) if able else None


def submission(
    uow: UnitOfWork, row: InstanceRow, task: UserTask, samples: Mapping[str, Json]
) -> Mapping[str, Json]:
    """Return the typical entry of the task's form; texts that begin with ``=`` are evaluated."""
    context = cases.content(uow, row, user_task_id=task.id)
    sample: dict[str, Json] = samples.get(task.form_key or "") or {}
    environment = uow.installation.environment(uow.now)
    return _for_parties(filled(sample, context, environment), context)


def _for_parties(answers: dict[str, Json], context: Mapping[str, Any]) -> dict[str, Json]:
    """Put the case's own parties where the sample names its own."""
    names = [party.get("name") for party in context.get("parties") or () if isinstance(party, Mapping)]
    known = dict(zip(("甲某", "乙某"), names, strict=False))

    def renamed(value: Json) -> Json:
        if isinstance(value, dict):
            return {k: renamed(v) for k, v in value.items()}
        if isinstance(value, list):
            return [renamed(v) for v in value]
        return known.get(value, value) if isinstance(value, str) else value

    return {k: renamed(v) for k, v in answers.items()}
