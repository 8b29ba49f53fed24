"""
Data of earlier releases: every migration runs on rows, and what people had is there and goes on.

``tests/golden/releases`` holds a dump of each release's own demo, made by that release: five cases of the shipped pack in
three stages, their tasks, papers, audit and people; encrypted with the keys beside it, which were made for it alone.
"""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from psycopg2.extensions import parse_dsn
from sqlalchemy import text
from sqlalchemy.engine import Connection

from tasks import rules
from tasks.model import SYSTEM, Actor
from tests.builders.databases import restore, run
from workflows.demonstration import demo_people
from workflows.engine import Engine
from workflows.identity import people, sessions
from workflows.model import Session
from workflows.paperwork import papers
from workflows.settings import Settings
from workflows.store.database import connect, migrations
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import case_list
from workflows.trail import audit_proof
from workflows.work import user_tasks

pytestmark = pytest.mark.postgres
RELEASES = Path(__file__).parents[1] / "golden" / "releases"


@contextmanager
def database_of(server: str, release: str) -> Iterator[str]:
    """Yield the address of a database as a release left it."""
    url = restore(server, lzma.decompress((RELEASES / f"{release}.sql.xz").read_bytes()).decode())
    yield url
    run(server, f"DROP DATABASE {parse_dsn(url)['dbname']} WITH (FORCE)")


def counted(connection: Connection) -> Counter[str]:
    """Return how many rows each table has."""
    names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
    return Counter({n: connection.execute(text(f'SELECT count(*) FROM "{n}"')).scalar_one() for n in names})


@pytest.mark.parametrize(
    ("release", "start"),
    [
        ("0003", "0001"),
        ("0003", "0002"),
        ("0003", "0003"),
        ("0009", "0004"),
        ("0009", "0005"),
        ("0009", "0006"),
        ("0009", "0009"),
    ],
)
def test_rows_of_each_revision_are_kept(postgres: str, release: str, start: str) -> None:
    """
    Back to the schema of a revision with the rows that it can hold, then forward to today: none is lost.
    """
    with database_of(postgres, release) as url:
        pool = connect(url, pool_size=1)
        with pool.begin() as connection:
            command.downgrade(migrations(connection), start)
            before = counted(connection)
            command.upgrade(migrations(connection), "head")
            after = counted(connection)
        pool.dispose()

    assert before["process_instance"] == 5 and before["user_task"] > 20
    assert {name: after[name] for name in before} == dict(before)


@pytest.mark.parametrize("release", ["0003", "0009"])
def test_people_go_on_with_what_they_had(postgres: str, release: str, tmp_path: Path) -> None:
    """
    After the update somebody logs in, claims an open task and sees its form; case, papers and audit are whole.
    """
    with database_of(postgres, release) as url:
        keys = (RELEASES / f"{release}.keys").read_text().strip()
        settings = Settings(
            database_url=url, demo=True, secret="x" * 40, data=tmp_path, pool_size=2, keys=keys
        )
        engine = Engine.from_settings(settings)
        _go_on(engine)
        engine.close()


def _go_on(engine: Engine) -> None:
    with engine.begin() as uow:
        task_id = uow._connection.execute(text(OPEN)).scalar_one()
        actor = _candidate(uow, task_id)
        log_in = {"account": actor.account, "password": demo_people.PASSWORD, "client": "10.0.0.1"}
        assert isinstance(sessions.log_in(uow, **log_in), Session)
    with engine.begin() as uow:
        task = user_tasks.claim(uow, actor, task_id)
    with engine.begin() as uow:
        opened = user_tasks.open_form(uow, actor, task_id)
        listed = case_list.page(uow, actor, case_list.CaseQuery())
        made = papers.of_instance(uow, SYSTEM, task.instance_id)
        read = [papers.pdf(uow, SYSTEM, paper.id)[1] for paper in made]
        proof = audit_proof.verify(uow)

    assert opened.form is not None and opened.values["parties"]
    assert task.instance_id in {one.id for one in listed.items}
    assert all(pdf.startswith(b"%PDF-") for pdf in read)
    assert proof.ok, proof.broken


OPEN = "SELECT id FROM user_task WHERE state::text = 'created' ORDER BY id LIMIT 1"


def _candidate(uow: UnitOfWork, task_id: str) -> Actor:
    task = uow.user_tasks.get(task_id)
    assert task is not None
    pools = rules.pools_of(replace(task, case_units=uow.instances.facts(task.instance_id).units))
    return people.actor_of(uow, min(person.id for person in uow.people.holding(pools)))
