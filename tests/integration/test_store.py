"""What the store promises: the schema, one commit, idempotency, busy rows, sessions, the audit chain."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent))
import houses

from workflows import idempotency
from workflows.engine import Engine
from workflows.errors import DuplicateBusinessKey, IdempotencyKeyReused, InstanceBusy, NotLoggedIn
from workflows.execution import instances
from workflows.idempotency import Answer
from workflows.identity import sessions
from workflows.identity.model import Refusal, Session
from workflows.store.database import connect
from workflows.store.tables import metadata
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit_proof

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02"/><endEvent id="e"/>' + houses.flows("s>a", "a>e")
)


def test_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    """
    A migrated database differs in nothing from the tables that the code declares.
    """
    pool = connect(database_url, pool_size=1)
    with pool.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    pool.dispose()

    assert found == []


def test_an_exception_leaves_nothing_behind(engine: Engine) -> None:
    """
    What fails before the unit of work ends is as if it had never begun.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)

    with pytest.raises(ZeroDivisionError), engine.begin() as uow:
        instances.start(uow, instances.StartInstance(actor=who["officer"], process_key="p"))
        raise ZeroDivisionError

    with engine.begin() as uow:
        assert instances.search(uow, who["officer"], instances.InstanceQuery()).items == ()


def test_the_same_idempotency_key_gives_the_same_answer(engine: Engine) -> None:
    """
    A repeated request is answered from memory; another request with the key is refused.
    """
    actor, done = houses.house(engine)["officer"], []

    def work(uow: UnitOfWork) -> None:
        done.append(uow.settings.get("a"))

    def ask(request: bytes) -> object:
        return idempotency.once(
            engine, actor, "k", request, work, answer_of=lambda _: Answer(status=201, body={"id": 1})
        )

    ask(b"POST /x {}")
    again = ask(b"POST /x {}")
    with pytest.raises(IdempotencyKeyReused):
        ask(b"POST /x {2}")

    assert (again, len(done)) == (Answer(status=201, body={"id": 1}), 1)


def test_a_business_key_is_unique_within_a_process(engine: Engine) -> None:
    """
    A second case with the same number is refused.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    houses.start(engine, who["officer"], business_key="JJD-1")

    with pytest.raises(DuplicateBusinessKey):
        houses.start(engine, who["officer"], business_key="JJD-1")


def test_a_case_that_somebody_holds_is_reported_as_busy(engine: Engine, database_url: str) -> None:
    """
    A click on a locked case gets a clear answer within the lock timeout.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"])
    pool = connect(database_url, pool_size=1)
    with pool.connect() as other:
        other.execute(text("SELECT 1 FROM process_instance FOR UPDATE"))
        impatient = Engine(engine.settings, engine._database)

        with pytest.raises(InstanceBusy), impatient.begin() as uow:
            uow._connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            instances.cancel(uow, who["leader"], case.id, reason="撤销")
    pool.dispose()


def test_a_changed_audit_row_is_found_by_name(engine: Engine) -> None:
    """
    Whoever edits the audit behind the system's back breaks the chain at that event.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    houses.start(engine, who["officer"])
    with engine.begin() as uow:
        uow._connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        uow._connection.execute(text("UPDATE audit_event SET person_id = 'x' WHERE action = 'start'"))

    with engine.begin() as uow:
        proof = audit_proof.verify(uow)

    assert not proof.ok and "start" in proof.broken[0]


def test_five_wrong_passwords_lock_an_account(engine: Engine) -> None:
    """
    After five failures even the right password waits; the demo clock does not shorten that.
    """
    houses.house(engine)
    for _ in range(5):
        with engine.begin() as uow:
            assert isinstance(sessions.log_in(uow, account="officer", password="wrong", client="c"), Refusal)
    houses.move(engine, days=1)

    with engine.begin() as uow:
        refusal = sessions.log_in(uow, account="officer", password=houses.PASSWORD, client="c")

    assert isinstance(refusal, Refusal) and refusal.retry_at is not None


def test_a_session_ends_with_the_log_out(engine: Engine) -> None:
    """
    A token opens the door until it is given back.
    """
    houses.house(engine)
    with engine.begin() as uow:
        session = sessions.log_in(uow, account="officer", password=houses.PASSWORD, client="c")
    assert isinstance(session, Session)
    with engine.begin() as uow:
        assert sessions.current(uow, session.token).actor.person_id == "officer"
        sessions.log_out(uow, session.token)

    with pytest.raises(NotLoggedIn), engine.begin() as uow:
        sessions.current(uow, session.token)


def test_two_people_at_once_complete_a_task_once(engine: Engine) -> None:
    """
    Of simultaneous submits one wins and the others are told.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"])
    outcomes: list[str] = []

    def submit() -> None:
        try:
            houses.complete(engine, who["officer"], case.id, "a")
            outcomes.append("done")
        except Exception as fault:  # noqa: BLE001 - the test looks at what came
            outcomes.append(type(fault).__name__)

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "UserTaskClosed", "KeyError"}
