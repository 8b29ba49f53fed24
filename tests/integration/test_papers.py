"""Papers of the shipped pack on a real case: made, signed by name, superseded."""

from __future__ import annotations

from pathlib import Path

import pytest

import bpmn
from tasks.model import SYSTEM, Actor
from workflows import preparing
from workflows.demonstration import demo_people
from workflows.dispatches import intake
from workflows.engine import Engine
from workflows.errors import WrongPassword
from workflows.execution import instances
from workflows.identity import people
from workflows.paperwork import papers
from workflows.scenarios.model import loads

PACK = Path(bpmn.__file__).parent / "library" / "dispute-referral"


def noise_case(engine: Engine) -> tuple[str, Actor]:
    """Return an accepted noise case of the real pack and its mediator."""
    preparing.deploy(engine, PACK)
    with engine.begin() as uow:
        demo_people.put(uow)
        content = loads((PACK / "scenarios" / "samples.yaml").read_bytes())["M-110-IN"]
        content["dispatch"]["time"] = uow.now.isoformat()
        case = intake.submit(uow, intake.Dispatch(actor=SYSTEM, content=content)).instance_id
        known = {
            "acceptance": {"accepted": "受理", "no": "TJ-1", "at": uow.now},
            "mediators": [{"name": "王五"}],
        }
        instances.set_variables(uow, SYSTEM, case, known, reason="已受理")
        account = uow.people.by_account("chengdong.suoling1")
        assert account is not None
        return case, people.actor_of(uow, account.id)


def test_a_paper_is_made_signed_with_the_password_and_bound_by_its_hash(engine: Engine) -> None:
    """
    A wrong password signs nothing; the right one binds the SHA-256 of the PDF; a new version has no signature.
    """
    case, _ = noise_case(engine)
    with engine.begin() as uow:
        paper = papers.make(uow, SYSTEM, case, "W01")
        account = uow.people.by_account("chengdong.suoling1")
        assert account is not None
        leader = people.actor_of(uow, account.id)
        uow.instances.add_participant(case, leader.person_id, "assignee", uow.now)
    with pytest.raises(WrongPassword), engine.begin() as uow:
        papers.sign(uow, leader, paper.id, password="nein")
    with engine.begin() as uow:
        signed = papers.sign(uow, leader, paper.id, password=demo_people.PASSWORD)
        _, pdf = papers.pdf(uow, leader, paper.id)
        mark = papers.watermark(uow, leader, paper)
    from forms.documents import sha256_of

    assert mark.startswith(f"{leader.account} {leader.name} ") and paper.digest[:8] in mark
    assert signed.digest == paper.digest == sha256_of(pdf)
    with engine.begin() as uow:
        papers.make(uow, SYSTEM, case, "W01")
        old, new = papers.of_instance(uow, leader, case)
    assert (len(old.signatures), old.superseded, len(new.signatures)) == (1, True, 0)


def test_the_dissuasion_certificate_is_offered_for_noise_and_names_committee(engine: Engine) -> None:
    """
    Offered until it is made; printed with the committee's name and the kind of dispute in words.
    """
    case, leader = noise_case(engine)
    with engine.begin() as uow:
        offered = papers.offered(uow, SYSTEM, case)
        paper = papers.make(uow, SYSTEM, case, "NOISE")
        content = uow.files.paper(paper.id)
        after = papers.offered(uow, SYSTEM, case)

    assert (offered, after, paper.title) == ((("NOISE", "噪声劝阻调解证明"),), (), "噪声劝阻调解证明")
    assert content is not None and "organ" in content["content"]
