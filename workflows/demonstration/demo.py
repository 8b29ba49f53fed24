"""
Synthetic demo cases: dispatches of the last 60 days at every stage, made by really running the use cases.

Data-driven: each case takes a start from the pack's ``scenarios/samples.yaml``, other parties and another place, and is played
forward for a number of steps with the pack's typical entries, the clock moving along. Identity numbers use the
unassigned prefix 990000. Everything is drawn from a seed: the same demo each time.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bpmn.errors import Conflict, Forbidden, Invalid
from bpmn.model import InstanceState, Json
from forms.checks import id_check_digit
from tasks import rules
from tasks.model import SYSTEM, Actor, UserTask
from workflows import cases
from workflows.clockwork import jobs
from workflows.correlation import delivery
from workflows.demonstration import demo_people
from workflows.dispatches import intake
from workflows.engine import Engine
from workflows.identity import people
from workflows.scenarios.model import loads
from workflows.scenarios.samples import filled
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import user_tasks

log = logging.getLogger(__name__)
PROCESS = "dispute-referral"
PASSWORD = demo_people.PASSWORD
DAYS = 60
EVERYTHING = rules.scope_of(SYSTEM)
LONGEST = 26  #: steps after which every case is over
OLD_AND_DONE = 0.85  #: share of cases older than two weeks that are over
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻"
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
]
DISPUTES = (
    ("0201", "噪声", "夜间音响声音过大，楼上楼下多次交涉未果，发生争吵。"),
    ("0202", "漏水", "楼上卫生间渗水损坏楼下吊顶，双方对维修和赔偿谈不拢。"),
    ("0203", "通道", "一方在公共通道堆放杂物，另一方多次劝说无效，发生争吵。"),
    ("0301", "欠款", "朋友之间借款到期未还，债权人上门催讨，双方争吵。"),
)


class NoPack(Invalid):
    """演示数据需要先部署流程包 dispute-referral。请先运行 jingfa deploy。"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the demo is played: nobody is hired or moves while it is made, so actors are read once."""

    engine: Engine
    samples: Mapping[str, Json]
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, uow: UnitOfWork, person_id: str) -> Actor:
        """Return a person as an actor."""
        if person_id not in self.actors:
            self.actors[person_id] = people.actor_of(uow, person_id)
        return self.actors[person_id]


@dataclass(frozen=True, kw_only=True)
class Made:
    """What the demo has."""

    people: int
    cases: int


def make(
    engine: Engine, *, cases: int = 200, seed: int = 2026, say: Callable[[str], None] = log.info
) -> Made:
    """
    Make units, people and cases; a second call adds only what is missing.

    Raises:
        NoPack: the pack ``dispute-referral`` is not deployed.
    """
    with engine.begin() as uow:
        persons = demo_people.put(uow)
        stage = Stage(engine=engine, samples=_samples(uow))
        begin = uow.now
    # Drawn numbers decide names and places of a demo, nothing that must be kept secret.
    dice = random.Random(seed)  # noqa: S311
    plans = sorted((begin - timedelta(days=dice.uniform(0.2, DAYS)), n) for n in range(cases))
    made = 0
    for done, (at, number) in enumerate(plans, start=1):
        made += _make_case(stage, number, at, random.Random(seed * 1000 + number))  # noqa: S311
        if done % 25 == 0:
            say(f"演示案件 {done}/{cases} …")
    return Made(people=persons, cases=made)


def _samples(uow: UnitOfWork) -> Mapping[str, Json]:
    row = uow.packs.latest(PROCESS)
    content = uow.packs.file(row.deployment_id, "scenarios/samples.yaml") if row else None
    if content is None:
        raise NoPack
    loaded: Mapping[str, Json] = loads(content)
    return loaded


def _make_case(stage: Stage, number: int, at: datetime, dice: random.Random) -> bool:
    """Take in a dispatch at an instant of the past and play it forward; False when it was there already."""
    with stage.engine.begin_at(at) as uow:
        receipt = intake.submit(uow, intake.Dispatch(actor=SYSTEM, content=_dispatch(number, at, dice)))
    if receipt.outcome == "merged":
        return False
    _play(stage, receipt.instance_id, at, dice)
    return True


def _dispatch(number: int, at: datetime, dice: random.Random) -> dict[str, Json]:
    town = demo_people.TOWNS[number % len(demo_people.TOWNS)]
    village = dice.choice(town.villages)
    kind, title, summary = dice.choice(DISPUTES)
    place = f"{town.name}{village}{dice.randint(1, 40)}幢"
    facts: dict[str, Json] = {
        "danger": [],
        "criminal": [],
        "exclusions": [],
        "otherBody": "无",
        "crossTown": "否",
    }
    flags = ("familyViolence", "abuse", "publicOrder", "administrative", "threat", "weapon", "onSpot")
    return {
        "dispatch": {
            "no": f"JJD-DEMO-{number:04d}",
            "time": at.isoformat(),
            "channel": "110",
            "kind": "纠纷",
            "addr": place,
        },
        "parties": [_party("申请人", village, dice), _party("被申请人", village, dice)],
        "dispute": {
            "type": kind,
            "title": title,
            "summary": summary,
            "people": 2,
            "injury": "无",
            "place": place,
            "secrecy": "不公开",
            "amount": dice.choice((None, 800, 3000, 12000)),
        },
        "facts": facts | dict.fromkeys(flags, False) | {"identifiable": True},
    }


def _party(role: str, village: str, dice: random.Random) -> dict[str, Json]:
    born = datetime(1950, 1, 1) + timedelta(days=dice.randint(0, 365 * 50))
    digits = f"990000{born:%Y%m%d}{dice.randint(1, 999):03d}"
    return {
        "role": role,
        "type": "自然人",
        "name": dice.choice(SURNAMES) + dice.choice(GIVEN),
        "idType": "身份证",
        "idNo": digits + id_check_digit(digits),
        "phone": f"1600000{dice.randint(0, 9999):04d}",
        "address": village,
        "capacity": "完全",
        "vulnerable": [],
    }


def _play(stage: Stage, instance_id: str, at: datetime, dice: random.Random) -> None:
    """Complete tasks with the typical entries, an hour to a day apart, until the case's share of steps is done."""
    now, end = at, stage.engine.now()
    for _ in range(_steps(end - at, dice)):
        _work(stage.engine, now)
        now += timedelta(hours=dice.choice((0.2, 0.5, 1, 3, 20)))
        if now >= end or not _step(stage, instance_id, now, dice):
            break
    _work(stage.engine, now)


def _steps(age: timedelta, dice: random.Random) -> int:
    """Return how far a case gets: most old ones to their end, young ones anywhere."""
    is_old = age > timedelta(days=15) and dice.random() < OLD_AND_DONE
    return LONGEST if is_old else dice.randint(0, LONGEST)


def _work(engine: Engine, now: datetime) -> None:
    """Let the machines do what is ready, as of an instant of the past."""
    then = engine.at(now)
    while _has_work(then) and jobs.run_due(then) + delivery.deliver_pending(then):
        pass


def _has_work(then: Engine) -> bool:
    with then.begin() as uow:
        return uow.has_work()


def _step(stage: Stage, instance_id: str, now: datetime, dice: random.Random) -> bool:
    with stage.engine.begin_at(now) as uow:
        row = uow.instances.get(instance_id)
        tasks = uow.user_tasks.of_instance(instance_id)
        if row is None or row.status is not InstanceState.ACTIVE or not tasks:
            return False
        task = dice.choice(tasks)
        actor = _doer(stage, uow, task, dice)
        submission = _submission(uow, row, task, stage.samples)
    if actor is None:
        return False
    try:
        with stage.engine.begin_at(now) as uow:
            command = user_tasks.CompleteUserTask(user_task_id=task.id, actor=actor, submission=submission)
            user_tasks.complete(uow, command)
    except (Invalid, Conflict, Forbidden) as fault:
        log.info(
            "demo case %s stays at %s: %s %s",
            instance_id,
            task.element_id,
            fault.message,
            getattr(fault, "problems", ""),
        )
        return False
    return True


def _doer(stage: Stage, uow: UnitOfWork, task: UserTask, dice: random.Random) -> Actor | None:
    """Return somebody who may do the task; an auxiliary officer only where nobody else may."""
    facts = uow.instances.facts(task.instance_id)
    known = UserTask(**{**vars(task), "case_units": facts.units})
    ids = (
        [task.assignee_id] if task.assignee_id else [p.id for p in uow.people.holding(rules.pools_of(known))]
    )
    actors = [stage.actor(uow, person_id) for person_id in sorted(filter(None, ids))]
    able = [actor for actor in actors if "complete" in rules.actions_on(known, actor, facts)]
    return dice.choice(able) if able else None


def _submission(
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


def is_made(engine: Engine) -> bool:
    """Tell whether the demo people exist."""
    with engine.begin() as uow:
        return uow.people.by_account("chengdong.minjing1") is not None
