"""
Try a draft: a shadow case on the real interpreter, forms, decisions and periods, with a clock of its own.

What is kept is the script alone, the data of a scenario; every showing plays it again from the start. So a shadow case
survives a restart, an edit of the draft is tried at once, and saving it as a scenario is writing it down. No case, task,
number, notice or message of anybody comes into being: nothing here touches their tables.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import yaml

from bpmn.deadlines.calendar import ZONE
from bpmn.definition import StartEvent
from bpmn.errors import Invalid, JingfaError
from bpmn.model import EventWait, Json, UserTaskWait
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import sharing
from workflows.scenarios import model as scenario_model
from workflows.scenarios import simulation
from workflows.scenarios.case import InMemoryCase
from workflows.scenarios.model import Scenario
from workflows.scenarios.pack import PackFiles
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import checks, drafts, files
from workflows.studio.errors import DraftNotFound

MOST_STEPS: Final = 400
FARTHEST: Final = timedelta(days=3660)  #: that a shadow clock may run
Script = dict[str, Any]  #: ``start`` and ``steps`` as in a scenario file


class TryoutBroken(Invalid):
    """草稿改动以后，原来的演练走不下去了。请撤销最后一步，或重新开始演练。"""


class TryoutTooLong(Invalid):
    """演练的步骤太多了。请保存为场景后重新开始。"""


@dataclass(frozen=True, kw_only=True)
class Tryout:
    """A shadow case as it stands; ``stopped`` says why the last steps could not be played."""

    pack: PackFiles
    script: Script
    case: InMemoryCase
    stopped: str = ""


def pack_of(uow: UnitOfWork, draft_id: str) -> PackFiles:
    """
    Return the pack of a draft, parsed at most once for equal files.

    Raises:
        DraftNotFound: no such draft.
        DeploymentInvalid: a pack that it uses is not there.
    """
    if uow.drafts.get(draft_id) is None:
        raise DraftNotFound
    return pack_from(uow, drafts.contents(uow, draft_id))


def pack_from(uow: UnitOfWork, own: Mapping[str, bytes]) -> PackFiles:
    """Return the pack that these files make with those of the packs that they use."""
    everything = sharing.with_used_packs(uow, own)
    law = uow.installation.law
    key = ("tryout-pack", law.digest, checks.digest_of(everything))
    return uow.installation.keep(
        key, lambda: PackFiles(files=everything, lawpack=law, used_samples=used_samples(uow, own))
    )


def used_samples(uow: UnitOfWork, own: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Return the typical answers of the packs that a pack uses."""
    found: dict[str, Any] = {}
    for name in sharing.used(own):
        deployment_id = uow.packs.latest_named(name)
        content = (
            uow.packs.file(deployment_id, f"scenarios/{scenario_model.SAMPLES}") if deployment_id else None
        )
        found |= scenario_model.samples_of(content or b"")
    return found


def current(uow: UnitOfWork, actor: Actor, draft_id: str) -> Tryout | None:
    """
    Return the actor's shadow case of a draft, played again on the draft as it is now.

    Raises:
        DraftNotFound: no such draft.
        DeploymentInvalid, FormInvalid, ScenarioInvalid: the draft cannot run.
    """
    rules.ensure_may_read(actor)
    pack = pack_of(uow, draft_id)
    kept = uow.tryouts.get(draft_id, actor.person_id)
    return None if kept is None else played(pack, {"start": kept["start"], "steps": list(kept["steps"])})


def starts(pack: PackFiles) -> tuple[StartEvent, ...]:
    """Return the ways to begin, those of the main process first, and there those with a form."""
    key, found = pack.definition.key, pack.definition.starts
    return tuple(sorted(found, key=lambda one: (one.process_id not in ("", key), not form_of(pack, one))))


def form_of(pack: PackFiles, event: StartEvent) -> str:
    """Return the key of a start event's form; empty when it has none."""
    element = pack.definition.elements.get(event.element_id)
    return str(element.extensions.get("form") or "") if element else ""


def start_of(pack: PackFiles, event: StartEvent, at: datetime, values: Mapping[str, Json]) -> Script:
    """Return the script of a case that has only begun."""
    key = form_of(pack, event)
    begin: dict[str, Json] = {"form": key} if key else {"event": event.element_id}
    if not key and event.kind in ("message", "signal"):
        begin = {event.kind: event.event_name}
    return {"start": {"at": _written(at), **begin, "values": dict(values)}, "steps": []}


def played(pack: PackFiles, script: Script) -> Tryout:
    """Play a script as far as it goes."""
    case, stopped = _play(pack, scenario_of(script))
    return Tryout(pack=pack, script=script, case=case, stopped=stopped)


def scenario_of(script: Script) -> Scenario:
    """Return a script as a scenario."""
    return scenario_model.of({"case": "演练", **script}, "tryout")


def _play(pack: PackFiles, scenario: Scenario) -> tuple[InMemoryCase, str]:
    case = InMemoryCase(pack, scenario)
    start = scenario.start
    assert start is not None, "a script has a start"
    try:
        case.move_to(start.at)
        typical = case.sample(start.message or start.form or "", start.values)
        case.start(start, simulation.as_feel(typical))
        for step in scenario.steps:
            if step.at is not None:
                case.move_to(step.at)
            simulation.act(case, step)
    except JingfaError as refusal:
        return case, refusal.message
    return case, ""


def step(uow: UnitOfWork, actor: Actor, draft_id: str, added: Mapping[str, Json]) -> Tryout:
    """
    Add one step and keep it, if it can be played.

    Raises:
        TryoutBroken: there is no shadow case, or it no longer runs.
        Invalid: the step is refused; nothing is kept.
    """
    now = current(uow, actor, draft_id)
    if now is None or now.stopped:
        raise TryoutBroken
    if len(now.script["steps"]) >= MOST_STEPS:
        raise TryoutTooLong
    after = played(now.pack, {**now.script, "steps": [*now.script["steps"], dict(added)]})
    if after.stopped:
        raise Invalid(after.stopped)
    keep(uow, actor, draft_id, after.script)
    return after


def keep(uow: UnitOfWork, actor: Actor, draft_id: str, script: Script) -> None:
    """Keep a script as the actor's shadow case."""
    rules.ensure_may_read(actor)
    uow.tryouts.put(draft_id, actor.person_id, script, uow.now)


def advance(uow: UnitOfWork, actor: Actor, draft_id: str, by: timedelta) -> Tryout:
    """Move the shadow clock; timers, ladders and periods follow."""
    now = current(uow, actor, draft_id)
    if now is None:
        raise TryoutBroken
    begun = scenario_model.moment(now.script["start"]["at"])
    until = min(now.case.now + by, begun + FARTHEST)
    return step(uow, actor, draft_id, {"at": _written(until)})


def undo(uow: UnitOfWork, actor: Actor, draft_id: str) -> None:
    """Take back the last step; without one, the case has not begun."""
    kept = uow.tryouts.get(draft_id, actor.person_id)
    if kept is None or not kept["steps"]:
        restart(uow, actor, draft_id)
    else:
        keep(uow, actor, draft_id, {"start": kept["start"], "steps": list(kept["steps"])[:-1]})


def restart(uow: UnitOfWork, actor: Actor, draft_id: str) -> None:
    """Forget the shadow case."""
    rules.ensure_may_read(actor)
    uow.tryouts.drop(draft_id, actor.person_id)


def save_scenario(uow: UnitOfWork, actor: Actor, draft_id: str, name: str, title: str) -> str:
    """
    Write the shadow case into the draft as a scenario; returns its path. From then on it gates the publication.

    Raises:
        TryoutBroken: there is nothing to write down.
        Invalid: no name, or one that is taken.
    """
    now = current(uow, actor, draft_id)
    if now is None or now.stopped:
        raise TryoutBroken
    path = f"scenarios/{name.strip()}.yaml"
    if not name.strip() or path in now.pack.files:
        raise Invalid("请给场景取一个还没有用过的名称，例如 case-1。")
    data = {
        "case": name.strip(),
        "title": title.strip() or name.strip(),
        **_tidy(now),
        "expect": expected(now.case),
    }
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=140)
    files.save(uow, files.Save(actor=actor, draft_id=draft_id, path=path, data=text.encode(), expected=0))
    return path


def _tidy(now: Tryout) -> Script:
    """Leave out what only repeats the typical answers; a scenario says what is special about its case."""
    script = copy.deepcopy(now.script)
    script["steps"] = [_merged(one) for one in script["steps"]]
    return script


def _merged(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if value not in ({}, None, "")}


def expected(case: InMemoryCase) -> dict[str, Json]:
    """Return what a scenario made of this case expects: how it stands, the way it took, the papers it made."""
    found: dict[str, Json] = {"status": case.status, "path": list(case.path)}
    if waiting := [wait.element_id for wait in waits(case, UserTaskWait)]:
        found["waiting"] = waiting
    if case.papers:
        found["papers"] = list(dict.fromkeys(case.papers))
    return found


def waits(case: InMemoryCase, kind: type[Any]) -> list[Any]:
    """Return what the case waits for, of one kind."""
    return [wait for one in case.instances for wait in one.advance.waits if isinstance(wait, kind)]


def messages(case: InMemoryCase) -> list[EventWait]:
    """Return the messages that the case waits for, each name once."""
    found = {wait.event_name: wait for wait in waits(case, EventWait) if wait.kind == "message"}
    return list(found.values())


def _written(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
