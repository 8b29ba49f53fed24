"""What a person may ask of their data, and what happens when nobody needs them any more."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.errors import Forbidden
from tasks.errors import ProcessingRestricted
from workflows import cases
from workflows.engine import Engine
from workflows.errors import RequestNotFound
from workflows.privacy import disposal, measures, person_rights, revealing, sealing
from workflows.store.tables import metadata
from workflows.trail import audit_proof
from workflows.work import user_tasks

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)
NUMBER, PHONE, NAME = "990000199001010015", "13900001234", "诸葛测试人"
OTHER = {"name": "欧阳旁人", "idNo": "990000198501010016", "phone": "13900009999"}
PARTY = {"name": NAME, "idNo": NUMBER, "phone": PHONE, "spouse": OTHER}


def held(engine: Engine) -> str:
    """Return everything the database holds, decrypted, as text."""
    with engine.begin() as uow:
        rows = [row for table in metadata.sorted_tables for row in uow._connection.execute(select(table))]
    cells = (cell for row in rows for cell in row)
    return "\n".join(c.decode("latin1") if isinstance(c, bytes) else repr(c) for c in cells)


@pytest.fixture
def ended(engine: Engine) -> tuple[Engine, dict[str, Any], str]:
    """Return an installation with one ended case that names two people everywhere."""
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"], parties=[PARTY, OTHER], summary=f"{NAME} {PHONE}").id
    task = houses.task_ids(engine, case)["a"]
    with engine.begin() as uow:
        user_tasks.save_draft(uow, who["officer"], task, {"party": PARTY})
        user_tasks.comment(uow, who["officer"], case, f"已联系{NAME}")
        user_tasks.remind(uow, who["leader"], task, text=f"请尽快联系{NAME} {PHONE}")
        revealing.reveal(uow, who["leader"], case, purpose="V02", reason=f"回访{NAME}")
    houses.complete(engine, who["officer"], case, "a", person=PARTY)
    return engine, who, case


def asked(kind: str, **changes: str) -> person_rights.OpenRequest:
    """Return a request of the person."""
    return person_rights.OpenRequest(
        number=f"2026-{kind}", kind=kind, id_number=NUMBER, note="本人申请", checked=True, changes=changes
    )


def open_(engine: Engine, who: dict[str, Any], kind: str, **changes: str) -> None:
    """Have the officer open a request."""
    with engine.begin() as uow:
        person_rights.open_request(uow, who["auditor"], asked(kind, **changes))


def decide(engine: Engine, who: dict[str, Any], *, reason: str = "符合规定", approve: bool = True) -> None:
    """Have the leader decide the one open measure."""
    with engine.begin() as uow:
        (measure,) = measures.to_decide(uow, who["leader"])
        measures.decide(uow, who["leader"], measure.id, approve=approve, reason=reason)


def test_when_retention_is_over_nothing_of_the_person_is_left(ended: Any) -> None:
    """Proposed by the clockwork, approved by the leader; no table holds them any more, and the audit is whole."""
    engine, who, case = ended
    audit_proof.anchor_all(engine)
    engine = engine.at(engine.now() + timedelta(days=365 * 6))
    with engine.begin() as uow:
        assert measures.propose_retention(uow) == 1
    assert NAME in held(engine)

    decide(engine, who)

    found = held(engine)
    assert [text for text in (NUMBER, PHONE, NAME, OTHER["name"]) if text in found] == []
    with engine.begin() as uow:
        proof = audit_proof.verify(uow)
        trace = uow.audit.page({"instance_id": case, "action": "erase"}, cursor=None, newest=True, limit=9)
    assert proof.broken == () and trace[0]["detail"]["rule"] == "K-OTHER"
    assert trace[0]["detail"]["emptied"]["comment"] == 1


def test_nothing_is_proposed_before_its_time_or_under_a_hold(ended: Any) -> None:
    """A day early: nothing. Held: nothing, and what was proposed before is refused."""
    engine, who, case = ended
    with engine.begin_at(engine.now() + timedelta(days=365 * 4)) as uow:
        early = measures.propose_retention(uow)
    with engine.begin_at(engine.now() + timedelta(days=365 * 6)) as uow:
        measures.propose_retention(uow)
        measures.hold(uow, who["leader"], case, reason="诉讼中")

    assert early == 0
    with pytest.raises(disposal.CaseHeld):
        decide(engine, who)


def test_a_copy_holds_the_person_and_nobody_else(ended: Any) -> None:
    """Own data, purposes and looks; not the spouse, not the other party; the officer's making it is in the audit."""
    engine, who, _ = ended
    open_(engine, who, "export")

    with engine.begin() as uow:
        copy = person_rights.export(uow, who["auditor"], "2026-export")
        line = person_rights.listed(uow, who["auditor"])[0]

    assert copy["records"][0]["own_data"] == [{"name": NAME, "idNo": NUMBER, "phone": PHONE}]
    assert copy["looks"][0]["purpose"] == "联系当事人" and OTHER["name"] not in str(copy)
    assert line.state == "done" and NUMBER not in str(line)


def test_a_sealed_case_is_in_no_answer(ended: Any) -> None:
    """Sealed, the case is neither in the copy nor among the numbers that the officer sees."""
    engine, who, case = ended
    with engine.begin() as uow:
        sealing.seal(uow, who["leader"], case, reason="未成年人")
    open_(engine, who, "export")

    with engine.begin() as uow:
        copy = person_rights.export(uow, who["auditor"], "2026-export")
        line = person_rights.listed(uow, who["auditor"])[0]

    assert (copy["records"], line.cases) == ([], ())


def test_a_correction_is_made_by_the_case_s_leader(ended: Any) -> None:
    """The telephone is changed wherever the person stands, the identity hash follows, the old one is gone."""
    engine, who, case = ended
    open_(engine, who, "correction", phone="13911112222")

    decide(engine, who)

    with engine.begin() as uow:
        row = uow.instances.get(case)
        assert row is not None
        shown = cases.content(uow, row)
    assert shown["parties"][0]["phone"] == "13911112222" and shown["parties"][1] == OTHER


def test_restricted_data_are_looked_at_for_danger_only(ended: Any) -> None:
    """After a restriction a call-back is refused, an urgent risk is not."""
    engine, who, case = ended
    open_(engine, who, "restriction")
    decide(engine, who)

    with pytest.raises(ProcessingRestricted), engine.begin() as uow:
        revealing.reveal(uow, who["leader"], case, purpose="V02")
    with engine.begin() as uow:
        assert revealing.reveal(uow, who["leader"], case, purpose="V05", reason="有自伤风险")


def test_erasure_waits_for_retention_and_an_explanation_for_words(ended: Any) -> None:
    """Asked for early, erasure is refused by law; a grade is explained by a person, in sentences."""
    engine, who, _ = ended
    open_(engine, who, "erasure")
    with pytest.raises(measures.RetentionRuns):
        decide(engine, who)
    decide(engine, who, approve=False, reason="期限未满")
    open_(engine, who, "explanation")

    with pytest.raises(measures.ExplanationNeeded):
        decide(engine, who, reason="系统评的")
    decide(engine, who, reason="因三个月内第三次报警且有扬言报复，经所长复核评为橙色。")


def test_only_the_officer_opens_and_only_the_leader_decides(ended: Any) -> None:
    """An officer of the station does neither; the data-protection officer decides nothing about a case."""
    engine, who, _ = ended
    with pytest.raises(Forbidden), engine.begin() as uow:
        person_rights.open_request(uow, who["leader"], asked("export"))
    open_(engine, who, "restriction")
    with engine.begin() as uow:
        (measure,) = measures.to_decide(uow, who["leader"])
        assert measures.to_decide(uow, who["auditor"]) == () == measures.to_decide(uow, who["officer"])

    for name in ("auditor", "officer"):
        with pytest.raises(RequestNotFound), engine.begin() as uow:
            measures.decide(uow, who[name], measure.id, approve=True, reason="x")
