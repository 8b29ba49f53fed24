"""Service tasks that a program outside works on, through ``/v2/jobs``, as Camunda's job workers do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses

from api.app import create_app
from bpmn.errors import DeploymentInvalid
from bpmn.model import InstanceState, Severity
from workflows import deployments, worker
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.execution import history, incidents, instances
from workflows.settings import JobWorker, Settings

with pytest.MonkeyPatch.context():
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.postgres
TOKENS = {"bank": "b" * 32, "post": "p" * 32}
MODEL = houses.model(
    '<startEvent id="s"/><serviceTask id="j" name="付款" jf:operation="payment"><extensionElements>'
    '<jf:input source="=amount" target="amount"/></extensionElements></serviceTask>'
    '<boundaryEvent id="x" attachedToRef="j"><errorEventDefinition errorRef="no"/></boundaryEvent>'
    '<endEvent id="e"/><endEvent id="refused"/>' + houses.flows("s>j", "j>e", "x>refused"),
    more='<error id="no" errorCode="NO-MONEY"/>',
)


@dataclass
class Outside:
    """One running case whose service task waits for the bank."""

    engine: Engine
    who: dict[str, Any]
    case_id: str
    client: Any

    def post(self, path: str, by: str = "bank", **body: Any) -> Any:
        return self.client.post(
            f"/v2/jobs/{path}", json=body, headers={"Authorization": f"Bearer {TOKENS[by]}"}
        )

    def take(self) -> Any:
        return self.post("activation", type="payment", timeout=60_000).json()["jobs"]

    @property
    def case(self) -> Any:
        with self.engine.begin() as uow:
            return instances.get(uow, self.who["leader"], self.case_id)


@pytest.fixture
def outside(database_url: str, tmp_path: Path) -> Iterator[Outside]:
    """Yield a case at its service task; the house's own workers have had their turn."""
    workers = JobWorker.all_from(f"bank={TOKENS['bank']}:payment post={TOKENS['post']}:letters")
    settings = Settings(
        database_url=database_url, demo=True, secret="t", data=tmp_path, pool_size=5, job_workers=workers
    )
    engine = Engine.from_settings(settings)
    who = houses.house(engine)
    houses.deploy(engine, MODEL)
    case = houses.start(engine, who["officer"], amount=12)
    worker.drain(engine)
    yield Outside(engine, who, case.id, TestClient(create_app(engine), client=("127.0.0.1", 5000)))
    engine.close()


def test_a_worker_takes_a_job_with_its_inputs_and_completes_it(outside: Outside) -> None:
    """It sees what the diagram gives it; the case goes on with what it returned."""
    (job,) = outside.take()

    done = outside.post(f"{job['jobKey']}/completion", variables={"receipt": "A-1"})

    assert (job["variables"], job["retries"], done.json()["state"]) == ({"amount": 12}, 5, "done")
    assert outside.case.status is InstanceState.COMPLETED
    assert outside.case.variables["receipt"] == "A-1"


def test_a_job_in_one_hand_is_given_to_nobody_else_until_its_time_is_over(outside: Outside) -> None:
    """A worker that died loses its job to the next one who asks."""
    first, second = outside.take(), outside.take()
    with outside.engine.begin() as uow:
        clocks.move(uow, outside.who["admin"], timedelta(seconds=61))

    assert (len(first), second, outside.take()[0]["jobKey"]) == (1, [], first[0]["jobKey"])


def test_a_worker_neither_sees_nor_settles_jobs_of_other_types(outside: Outside) -> None:
    """Each token opens its own types; a person's rights open none."""
    (job,) = outside.take()

    asked = outside.post("activation", by="post", type="payment")
    settled = outside.post(f"{job['jobKey']}/completion", by="post")
    stranger = outside.client.post("/v2/jobs/activation", json={"type": "payment"})

    assert [one.status_code for one in (asked, settled, stranger)] == [404, 404, 401]


def test_a_business_error_takes_the_way_that_the_diagram_draws(outside: Outside) -> None:
    """The code finds its boundary event."""
    (job,) = outside.take()

    outside.post(f"{job['jobKey']}/error", errorCode="NO-MONEY")

    with outside.engine.begin() as uow:
        assert "refused" in history.path(uow, outside.who["leader"], outside.case_id).elements
    assert outside.case.status is InstanceState.COMPLETED


def test_a_failure_without_tries_left_is_an_incident_that_an_operator_resolves(outside: Outside) -> None:
    """The worker says how many tries are left; none means that somebody has to look."""
    (job,) = outside.take()
    first = outside.post(f"{job['jobKey']}/failure", retries=1, errorMessage="银行系统维护")
    (again,) = outside.take()

    last = outside.post(f"{again['jobKey']}/failure", retries=0, errorMessage="银行系统维护")

    with outside.engine.begin() as uow:
        (found,) = incidents.search(uow, outside.who["admin"]).items
        incidents.resolve(uow, outside.who["admin"], found.id)
    assert (first.json()["state"], again["retries"], last.json()["state"]) == ("retry", 1, "incident")
    assert ("银行系统维护" in found.message, len(outside.take())) == (True, 1)


def test_a_result_that_comes_too_late_is_refused_and_remembered(outside: Outside) -> None:
    """The case was ended meanwhile: the worker hears it, nothing moves, the history says so."""
    (job,) = outside.take()
    with outside.engine.begin() as uow:
        instances.cancel(uow, outside.who["leader"], outside.case_id, reason="重复立案")

    late = outside.post(f"{job['jobKey']}/completion")

    assert (late.status_code, late.json()["code"]) == (409, "job-not-yours")


def test_the_same_key_completes_a_job_once(outside: Outside) -> None:
    """A worker that heard no answer asks again and gets the first one."""
    (job,) = outside.take()
    key = {"Authorization": f"Bearer {TOKENS['bank']}", "Idempotency-Key": "k-1"}

    answers = [
        outside.client.post(f"/v2/jobs/{job['jobKey']}/completion", json={}, headers=key) for _ in range(2)
    ]

    assert [one.json()["state"] for one in answers] == ["done", "done"]


def test_deploying_names_the_steps_whose_job_nobody_takes(outside: Outside) -> None:
    """The bank takes payments; nobody takes faxes, and whoever deploys hears it before a case stands still."""
    model = MODEL.replace(b'id="p"', b'id="q"').replace(b"payment", b"fax")
    with outside.engine.begin() as uow:
        command = deployments.Deploy(actor=outside.who["admin"], name="q", files={"q.bpmn": model})
        told = deployments.deploy(uow, command)

    assert [(one.code, one.element_id) for one in told.findings] == [("nobody-takes-job", "j")]


@pytest.mark.parametrize(("job_type", "refused"), [(b"payment", []), (b"fax", ["unknown-operation"])])
def test_a_pack_with_forms_uses_the_job_types_that_somebody_works_on(
    outside: Outside, job_type: bytes, refused: list[str]
) -> None:
    """Where a pack is ours, a job type that nobody takes is a spelling mistake and refused."""
    form = b'{"type": "default", "components": [{"type": "textfield", "key": "a", "label": "a"}]}'
    files = {
        "q.bpmn": MODEL.replace(b'id="p"', b'id="q"').replace(b"payment", job_type),
        "forms/f.json": form,
    }

    with outside.engine.begin() as uow:
        try:
            deployments.deploy(uow, deployments.Deploy(actor=outside.who["admin"], name="q", files=files))
            found = []
        except DeploymentInvalid as refusal:
            found = [one.code for one in refusal.findings if one.severity is Severity.ERROR]

    assert found == refused
