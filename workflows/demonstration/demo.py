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
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn.errors import Conflict, Forbidden, Invalid
from bpmn.model import InstanceState, Json
from forms.checks import id_check_digit
from tasks import rules
from tasks.model import SYSTEM
from workflows.demonstration import demo_people, demo_procedures, playing
from workflows.dispatches import intake
from workflows.engine import Engine
from workflows.scenarios.model import loads
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
        stage = playing.Stage(engine=engine, samples=_samples(uow))
        begin = uow.now
    # Drawn numbers decide names and places of a demo, nothing that must be kept secret.
    dice = random.Random(seed)  # noqa: S311
    plans = sorted((begin - timedelta(days=dice.uniform(0.2, DAYS)), n) for n in range(cases))
    made = 0
    for done, (at, number) in enumerate(plans, start=1):
        made += _make_case(stage, number, at, random.Random(seed * 1000 + number))  # noqa: S311
        if done % 25 == 0:
            say(f"演示案件 {done}/{cases} …")
    say("演示的复议、应诉、交接、重大纠纷和例会 …")
    made += demo_procedures.make(engine)
    return Made(people=persons, cases=made)


def _samples(uow: UnitOfWork) -> Mapping[str, Json]:
    row = uow.packs.latest(PROCESS)
    content = uow.packs.file(row.deployment_id, "scenarios/samples.yaml") if row else None
    if content is None:
        raise NoPack
    loaded: Mapping[str, Json] = loads(content)
    return loaded


def _make_case(stage: playing.Stage, number: int, at: datetime, dice: random.Random) -> bool:
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


def _play(stage: playing.Stage, instance_id: str, at: datetime, dice: random.Random) -> None:
    """Complete tasks with the typical entries, an hour to a day apart, until the case's share of steps is done."""
    now, end = at, stage.engine.now()
    for _ in range(_steps(end - at, dice)):
        playing.work(stage.engine, now)
        now += timedelta(hours=dice.choice((0.2, 0.5, 1, 3, 20)))
        if now >= end or not _step(stage, instance_id, now, dice):
            break
    playing.work(stage.engine, now)


def _steps(age: timedelta, dice: random.Random) -> int:
    """Return how far a case gets: most old ones to their end, young ones anywhere."""
    is_old = age > timedelta(days=15) and dice.random() < OLD_AND_DONE
    return LONGEST if is_old else dice.randint(0, LONGEST)


def _step(stage: playing.Stage, instance_id: str, now: datetime, dice: random.Random) -> bool:
    with stage.engine.begin_at(now) as uow:
        row = uow.instances.get(instance_id)
        tasks = uow.user_tasks.of_instance(instance_id)
        if row is None or row.status is not InstanceState.ACTIVE or not tasks:
            return False
        task = dice.choice(tasks)
        actor = playing.doer(stage, uow, task, dice)
        submission = playing.submission(uow, row, task, stage.samples)
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


def is_made(engine: Engine) -> bool:
    """Tell whether the demo people exist."""
    with engine.begin() as uow:
        return uow.people.by_account("chengdong.minjing1") is not None
