"""What the benchmarks run on: a private PostgreSQL with fsync on, a small organisation, one case that loops."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tasks.model import SYSTEM, Actor, Unit, UnitKind
from workflows import deployments, embedded
from workflows.engine import Engine
from workflows.execution import instances
from workflows.identity import people
from workflows.settings import Settings
from workflows.store.database import Database
from workflows.store.rows import PersonRow
from workflows.work import user_tasks

UNITS = (
    Unit(id="district", kind=UnitKind.DISTRICT, name="海陵区", parent=None),
    Unit(id="police", kind=UnitKind.POLICE_DISTRICT, name="公安海陵分局", parent="district"),
    Unit(id="town", kind=UnitKind.TOWN, name="城东街道", parent="district"),
    Unit(id="station", kind=UnitKind.STATION, name="城东派出所", parent="police", area="town"),
)
UNIT_SLOTS = {"station": "station"}
STEPS_A_ROUND = 5
SECRET = "only for benchmarks, 32 letters at least"

FORM = {
    "type": "default",
    "id": "step",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "key": "place", "label": "地点", "validate": {"required": True, "maxLength": 200}},
        {"type": "textarea", "key": "summary", "label": "经过", "validate": {"required": True}},
        {"type": "number", "key": "people", "label": "人数", "validate": {"min": 0, "max": 500}},
        {"type": "checkbox", "key": "hurt", "label": "有人受伤"},
        {"type": "textfield", "key": "hospital", "label": "医院", "conditional": {"hide": "=hurt != true"}},
        {"type": "radio", "key": "kind", "label": "类型", "values": [
            {"label": "邻里", "value": "neighbours"}, {"label": "家庭", "value": "family"}]},
    ],
}  # fmt: skip
SUBMISSION = {
    "place": "城东街道梅园社区 3 幢 201 室门前",
    "summary": "双方因楼道堆放杂物发生争吵，经劝说已分开，" * 4,
    "people": "3",
    "hurt": "true",
    "hospital": "人民医院",
    "kind": "neighbours",
}


def model(*, timer: str = "P1D", key: str = "bench") -> bytes:
    """Return a case of 30 nodes that loops through five tasks, two of them parallel, each with a reminder."""
    tasks = "".join(_task(number, timer) for number in range(STEPS_A_ROUND))
    flows = [
        *("s>m", "m>u0", "u0>f", "f>u1", "f>u2", "u1>j", "u2>j", "j>x", "x>u3", "u3>y", "y>u4"),
        *("u4>t", "t>g"),
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jf="urn:jingfa:bpmn:1" '
        'id="d" targetNamespace="bench">'
        f'<process id="{key}" name="基准流程" isExecutable="true" jf:starters="R02">'
        '<startEvent id="s"/><exclusiveGateway id="m"/><parallelGateway id="f"/><parallelGateway id="j"/>'
        '<exclusiveGateway id="x"/><exclusiveGateway id="y"/>'
        f"{tasks}"
        '<scriptTask id="t" scriptFormat="feel"><script>rounds = rounds + 1</script></scriptTask>'
        '<exclusiveGateway id="g" default="again"/><endEvent id="e"/>'
        f"{''.join(_flow(*flow.split('>')) for flow in flows)}"
        '<sequenceFlow id="again" sourceRef="g" targetRef="m"/><sequenceFlow id="out" sourceRef="g" targetRef="e">'
        "<conditionExpression>finished</conditionExpression></sequenceFlow>"
        "</process></definitions>"
    ).encode()


def _flow(source: str, target: str) -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def _task(number: int, timer: str) -> str:
    duration = f"<timerEventDefinition><timeDuration>{timer}</timeDuration></timerEventDefinition>"
    return (
        f'<userTask id="u{number}" name="第{number}步" jf:form="step" jf:roles="R02" jf:at="station"/>'
        f'<boundaryEvent id="b{number}" attachedToRef="u{number}" cancelActivity="false">{duration}</boundaryEvent>'
        f'<endEvent id="z{number}"/>{_flow(f"b{number}", f"z{number}")}'
    )


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a private PostgreSQL that syncs every commit; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="jingfa-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            address = embedded.serve(Path(folder) / "postgres")
        assert ask(address, "SHOW fsync") == "on"
        try:
            yield address
        finally:
            embedded.stop(Path(folder) / "postgres")


@contextmanager
def installation(
    *, pool_size: int = 10, demo: bool = False, encrypted: bool = True
) -> Iterator[tuple[Engine, Actor]]:
    """
    Yield an engine on an empty database of its own server, and the officer who works there.

    Args:
        encrypted: False only to measure what encryption costs.
    """
    with server() as admin, tempfile.TemporaryDirectory(prefix="jingfa-bench-data-") as data:
        embedded.ensure_database(admin, "bench")
        settings = Settings(
            database_url=database(admin, "bench"),
            demo=demo,
            secret=SECRET,
            data=Path(data),
            pool_size=pool_size,
        )
        engine = Engine.from_settings(settings) if encrypted else _plain(settings)
        try:
            yield engine, _officer(engine)
        finally:
            engine.close()


def _plain(settings: Settings) -> Engine:
    plain = Database(settings.database_url or "", pool_size=settings.pool_size)
    plain.migrate()
    return Engine(settings, plain)


def database(admin: str, name: str) -> str:
    """Return the address of a database on the server."""
    before, _, after = admin.partition("/postgres?")
    return f"{before}/{name}?{after}"


def ask(url: str, query: str) -> object:
    """Return one value."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def _officer(engine: Engine) -> Actor:
    with engine.begin() as uow:
        people.put_units(uow, SYSTEM, UNITS)
        for name, role in (("officer", "R02"), ("colleague", "R02"), ("leader", "R04")):
            uow.people.add(_person(name), uow.now)
            uow.people.grant(name, role, "station", by="system", at=uow.now)
    with engine.begin() as uow:
        return people.actor_of(uow, "officer")


def _person(name: str) -> PersonRow:
    return PersonRow(
        id=name,
        account=name,
        name=f"{name}某",
        password_hash="-",
        active=True,
        locale="zh",
        phone=None,
        qualification=None,
        must_change_password=False,
        absent_until=None,
        substitute_id=None,
    )


def deploy(engine: Engine, content: bytes | None = None) -> str:
    """Deploy the model with its form; returns the id of the definition."""
    files = {"process.bpmn": content or model(), "forms/step.json": json.dumps(FORM).encode()}
    with engine.begin() as uow:
        made = deployments.deploy(
            uow, deployments.Deploy(actor=SYSTEM, name="bench", files=files, trusted=True)
        )
    return made.definitions[0].id


def start(engine: Engine, actor: Actor, *, key: str = "bench") -> str:
    """Start a case with about 2 KB of variables; returns its id."""
    content = {f"字段{number}": "案情" * 15 for number in range(20)}
    with engine.begin() as uow:
        command = instances.StartInstance(
            actor=actor,
            process_key=key,
            variables={"units": UNIT_SLOTS, **content, "rounds": 0, "finished": False},
        )
        return instances.start(uow, command).id


def open_task(engine: Engine, instance_id: str) -> str:
    """Return the id of the oldest open task of a case."""
    with engine.begin() as uow:
        return uow.user_tasks.of_instance(instance_id)[0].id


def complete(engine: Engine, actor: Actor, user_task_id: str) -> None:
    """Complete a task by the use case that the doors call, in one transaction."""
    with engine.begin() as uow:
        command = user_tasks.CompleteUserTask(user_task_id=user_task_id, actor=actor, submission=SUBMISSION)
        user_tasks.complete(uow, command)
