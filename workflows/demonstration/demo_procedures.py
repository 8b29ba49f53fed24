"""
The demo's running cases of every procedure but the dispute: stories and cadences, made by really running the use cases.

Each story begins in the past and is played forward with the pack's typical entries; what a timer would have done in between is
left to the clockwork, which begins when the installation does.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from bpmn.errors import Conflict, Forbidden, Invalid
from bpmn.model import Json, Value
from tasks.model import SYSTEM
from workflows.clockwork import cadences, timers
from workflows.correlation import messages
from workflows.demonstration import playing, stories
from workflows.demonstration.stories import Story
from workflows.engine import Engine
from workflows.execution import instances
from workflows.processes import definitions
from workflows.scenarios.model import loads
from workflows.scenarios.samples import filled, laid_over
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import user_tasks

log = logging.getLogger(__name__)
AN_HOUR = timedelta(hours=1)
SHARED = ("handover", "grading", "cadence")  #: packs whose typical entries the others use


def make(engine: Engine) -> int:
    """
    Begin and play every story and the cadences that began lately; returns how many cases were begun.

    A pack that is not deployed has no story, so that a part of the library can be shown as well.
    """
    with engine.begin() as uow:
        now = uow.now
    begun = sum(_play(engine, story, now) for story in stories.STORIES)
    begun += sum(_begin_lately(engine, process, steps, now) for process, steps in stories.CADENCES.items())
    return begun + _special_period(engine, now)


def _play(engine: Engine, story: Story, now: datetime) -> int:
    at = now - timedelta(days=story.days_ago)
    stage = _stage(engine, story.pack)
    if stage is None:
        return 0
    case = _begin(stage, story, at)
    playing.work(engine, at)
    for element in story.steps:
        at = min(at + AN_HOUR, now)
        if case is None or not _step(stage, case, element, at, story.answers.get(element, {})):
            break
        playing.work(engine, at)
    if case is not None and story.then:
        _send(stage, story.then, story.key, {}, min(at + AN_HOUR, now))
        playing.work(engine, now)
    return 1


def _stage(engine: Engine, pack: str) -> playing.Stage | None:
    """Return the stage of a pack with its typical entries, those of shared packs below its own; None without the pack."""
    with engine.begin() as uow:
        if uow.packs.latest_named(pack) is None:
            return None
        samples: dict[str, Json] = {}
        for name in (*SHARED, pack):
            samples |= _samples(uow, name)
    return playing.Stage(engine=engine, samples=samples)


def _samples(uow: UnitOfWork, pack: str) -> Mapping[str, Json]:
    deployment = uow.packs.latest_named(pack)
    if deployment is None:
        return {}
    return uow.installation.keep(("samples", deployment), lambda: _read_samples(uow, deployment))


def _read_samples(uow: UnitOfWork, deployment: str) -> Mapping[str, Json]:
    content = uow.packs.file(deployment, "scenarios/samples.yaml")
    loaded: Mapping[str, Json] = loads(content) if content else {}
    return loaded


def _begin(stage: playing.Stage, story: Story, at: datetime) -> str | None:
    """Begin a case by its message, or by a signal; returns its id."""
    values = laid_over(
        dict(story.values), {"handover": {"no": story.key}} if "HANDOVER" in story.start else {}
    )
    if not story.start.startswith("S-"):
        return _send(stage, story.start, story.key, values, at)
    with stage.engine.begin_at(at) as uow:
        messages.broadcast(uow, SYSTEM, story.start, _content(stage, uow, story.start, values))
    playing.work(stage.engine, at)
    town = str((story.values.get("units") or {}).get("town"))
    with stage.engine.begin_at(at) as uow:
        running = uow.instances.running_in_units(story.pack, [town])
        return next((row.id for row in running if story.key in row.title), None)


def _send(stage: playing.Stage, name: str, key: str, values: Mapping[str, Json], at: datetime) -> str | None:
    with stage.engine.begin_at(at) as uow:
        payload = _content(stage, uow, name, values)
        sent = messages.PublishMessage(actor=SYSTEM, name=name, correlation_key=key, payload=payload)
        return messages.publish(uow, sent).instance_id


def _content(
    stage: playing.Stage, uow: UnitOfWork, name: str, values: Mapping[str, Json]
) -> Mapping[str, Value]:
    typical = laid_over(dict(stage.samples.get(name) or {}), values)
    content: Mapping[str, Value] = filled(typical, {}, uow.installation.environment(uow.now))
    return content


def _step(stage: playing.Stage, case: str, element: str, at: datetime, answers: Mapping[str, Json]) -> bool:
    """Let somebody do a task with the typical entry; False when it does not wait or its form finds fault."""
    with stage.engine.begin_at(at) as uow:
        row = uow.instances.get(case)
        task = next((t for t in uow.user_tasks.of_instance(case) if t.element_id == element), None)
        if row is None or task is None:
            log.info("demo case %s does not wait at %s", case, element)
            return False
        # The same person each time: a demo is the same from one start to the next.
        actor = playing.doer(stage, uow, task, random.Random(element))  # noqa: S311
        key = task.form_key or ""
        typical = {**stage.samples, key: laid_over(dict(stage.samples.get(key) or {}), answers)}
        submission = playing.submission(uow, row, task, typical)
    if actor is None:
        return False
    command = user_tasks.CompleteUserTask(user_task_id=task.id, actor=actor, submission=submission)
    try:
        with stage.engine.begin_at(at) as uow:
            user_tasks.complete(uow, command)
    except (Invalid, Conflict, Forbidden) as fault:
        problems = [f"{one.path} {one.message}" for one in getattr(fault, "problems", ())]
        log.info("demo case %s stays at %s: %s %s", case, element, fault.message, problems)
        return False
    return True


def _begin_lately(engine: Engine, process: str, steps: tuple[str, ...], now: datetime) -> int:
    """Begin the last period of a cadence that began lately, for every town, and play the first town's a little."""
    at = _last_period(engine, process, now)
    stage = _stage(engine, process)
    if at is None or stage is None:
        return 0
    timers.fire_due_starts(engine.at(at))
    playing.work(engine, at)
    with engine.begin() as uow:
        begun = uow.instances.running_in_units(process, [*_towns(uow), "hailing"])
    first = next((row.id for row in begun if f"/{stories.FIRST_TOWN}/" in row.business_key), None)
    for element in steps if first else ():
        at = min(at + AN_HOUR, now)
        _step(stage, str(first), element, at, stories.CADENCE_ANSWERS.get(element, {}))
        playing.work(engine, at)
    return len(begun)


def _last_period(engine: Engine, process: str, now: datetime) -> datetime | None:
    """Return when the last period began if that was lately, and make it due."""
    with engine.begin() as uow:
        row = uow.packs.latest(process)
        model = definitions.load(uow, row.id) if row else None
        if row is None or model is None:
            return None
        start = next(one for one in model.starts if one.timer)
        found = cadences.following(uow, start.timer or "", now - timedelta(days=stories.LATELY_DAYS))
        while found and (later := cadences.following(uow, start.timer or "", found.at)) and later.at <= now:
            found = later
        if found is None or found.at > now:
            return None
        uow.packs.set_start_due(row.id, start.element_id, found.at, 1)
        return found.at


def _towns(uow: UnitOfWork) -> list[str]:
    return [str(unit.id) for unit in uow.people.units() if str(unit.kind) == "town"]


def _special_period(engine: Engine, now: datetime) -> int:
    """Enter a special period that opens at once: the clockwork begins its patrols as soon as it runs."""
    stage = _stage(engine, "holiday-patrol")
    if stage is None:
        return 0
    at = now - AN_HOUR
    with engine.begin_at(at) as uow:
        officer = next(iter(uow.people.holding(["R14@hailing-police"])))
        values = filled({"period": stories.SPECIAL}, {}, uow.installation.environment(uow.now))
        command = instances.StartInstance(
            actor=stage.actor(uow, officer.id), process_key="special-period", submission=values
        )
        case = instances.start(uow, command).id
    playing.work(engine, at)
    _step(stage, case, "ChooseTowns", at, {"period": {"chosen": list(stories.SPECIAL_TOWNS)}})
    return 1
