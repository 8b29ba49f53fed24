"""Builders of integration tests: a small organisation, its people, and models of a few elements."""

from __future__ import annotations

from datetime import timedelta

from tasks.model import SYSTEM, Actor, Unit, UnitKind
from workflows import deployments
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.execution import instances
from workflows.identity import passwords, people
from workflows.model import ProcessInstance
from workflows.store.rows import PersonRow
from workflows.work import user_tasks

UNITS = (
    Unit(id="district", kind=UnitKind.DISTRICT, name="海陵区", parent=None),
    Unit(id="police", kind=UnitKind.POLICE_DISTRICT, name="公安海陵分局", parent="district"),
    Unit(id="bureau", kind=UnitKind.JUSTICE_DISTRICT, name="区司法局", parent="district"),
    Unit(id="town", kind=UnitKind.TOWN, name="城东街道", parent="district"),
    Unit(id="village", kind=UnitKind.VILLAGE, name="梅园社区", parent="town"),
    Unit(id="station", kind=UnitKind.STATION, name="城东派出所", parent="police", area="town"),
    Unit(id="office", kind=UnitKind.JUSTICE, name="城东司法所", parent="bureau", area="town"),
    Unit(id="room", kind=UnitKind.ROOM, name="城东联合调解室", parent="office", area="town"),
    Unit(id="other-station", kind=UnitKind.STATION, name="九龙派出所", parent="police"),
)
PASSWORD = "correct horse battery"
HASH = passwords.hashed(PASSWORD)  #: once: hashing is slow on purpose

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:jf="urn:jingfa:bpmn:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)


def model(body: str, *, key: str = "p", more: str = "", attributes: str = 'jf:starters="R02 R04"') -> bytes:
    """Return a model with one process; *more* stands beside it (messages, signals, errors)."""
    return f'{HEAD}{more}<process id="{key}" name="流程" isExecutable="true" {attributes}>{body}</process></definitions>'.encode()


def flows(*pairs: str) -> str:
    """Return sequence flows for pairs like ``a>b``."""
    found = [pair.split(">") for pair in pairs]
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in found)


def house(engine: Engine) -> dict[str, Actor]:
    """Create units and one person a role; returns them by a short name."""
    staff = {
        "officer": ("R02", "station"),
        "colleague": ("R02", "station"),
        "stranger": ("R02", "other-station"),
        "assistant": ("R03", "station"),
        "leader": ("R04", "station"),
        "head": ("R06", "office"),
        "mediator": ("R07", "room"),
        "group": ("R15", "district"),
        "approver": ("R13", "bureau"),
        "second-approver": ("R14", "police"),
        "editor": ("R18", "bureau"),
        "other-editor": ("R18", "bureau"),
        "auditor": ("R19", "district"),
        "admin": ("R20", "district"),
    }
    with engine.begin() as uow:
        people.put_units(uow, SYSTEM, UNITS)
        for name, (role, unit) in staff.items():
            uow.people.add(_person(name), uow.now)
            uow.people.grant(name, role, unit, by="system", at=uow.now)
    with engine.begin() as uow:
        return {name: people.actor_of(uow, name) for name in staff}


def _person(name: str) -> PersonRow:
    return PersonRow(
        id=name,
        account=name,
        name=f"{name}某",
        password_hash=HASH,
        active=True,
        locale="zh",
        phone=None,
        qualification=None,
        must_change_password=False,
        absent_until=None,
        substitute_id=None,
    )


def deploy(engine: Engine, *models: bytes, **files: bytes) -> str:
    """Deploy models as one pack; returns the id of the first definition."""
    pack = {f"m{number}.bpmn": content for number, content in enumerate(models)} | files
    with engine.begin() as uow:
        made = deployments.deploy(
            uow, deployments.Deploy(actor=SYSTEM, name="pack", files=pack, trusted=True)
        )
    return made.definitions[0].id


def start(
    engine: Engine, actor: Actor, *, key: str = "p", business_key: str | None = None, **variables: object
) -> ProcessInstance:
    """Start an instance in the units of the town."""
    units = {"station": "station", "justice": "office", "room": "room"}
    with engine.begin() as uow:
        command = instances.StartInstance(
            actor=actor, process_key=key, variables={"units": units, **variables}, business_key=business_key
        )
        return instances.start(uow, command)


def task_ids(engine: Engine, instance_id: str) -> dict[str, str]:
    """Return element id -> id of the open tasks of a case."""
    with engine.begin() as uow:
        return {task.element_id: task.id for task in uow.user_tasks.of_instance(instance_id)}


def complete(
    engine: Engine, actor: Actor, instance_id: str, element_id: str, **values: object
) -> ProcessInstance:
    """Complete the open task at an element."""
    task_id = task_ids(engine, instance_id)[element_id]
    with engine.begin() as uow:
        command = user_tasks.CompleteUserTask(user_task_id=task_id, actor=actor, submission=values)
        return user_tasks.complete(uow, command)


def move(engine: Engine, **by: float) -> None:
    """Move the clock forward."""
    with engine.begin() as uow:
        clocks.move(uow, SYSTEM, timedelta(**by))
