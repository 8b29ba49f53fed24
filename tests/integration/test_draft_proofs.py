"""The proof of a submitted draft as a job: progress, restart, withdrawal, failure, and what it rests on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.model import SYSTEM, Actor
from workflows import deployments, worker
from workflows.engine import Engine
from workflows.studio import approval, drafts, files, proving, publication
from workflows.studio.model import Draft, DraftState

pytestmark = pytest.mark.postgres
BODY = '<startEvent id="s"/><userTask id="a" name="{}" jf:roles="R02"/><endEvent id="e"/>' + houses.flows(
    "s>a", "a>e"
)
SHARED = b'key = "part"\ntitle = "\xe5\x85\xac\xe7\x94\xa8\xe6\xae\xb5"\nshared = true\n'
USER = b'key = "user"\ntitle = "\xe4\xb8\xbb\xe6\xb5\x81\xe7\xa8\x8b"\nuses = ["part"]\n'
CALLS = (
    '<startEvent id="us"/><callActivity id="c" name="办理" calledElement="part"/><endEvent id="ue"/>'
    + houses.flows("us>c", "c>ue")
)


@pytest.fixture
def people(engine: Engine) -> dict[str, Actor]:
    """Return the people of an installation with a shared pack, and a pack that uses it."""
    found = houses.house(engine)
    put(engine, "part", {"pack.toml": SHARED, "part.bpmn": houses.model(BODY.format("登记"), key="part")})
    put(engine, "user", {"pack.toml": USER, "user.bpmn": houses.model(CALLS, key="user")})
    while worker.studio_once(engine):
        pass
    return found


def put(engine: Engine, name: str, pack: dict[str, bytes]) -> None:
    """Deploy a pack."""
    with engine.begin() as uow:
        deployments.deploy(uow, deployments.Deploy(actor=SYSTEM, name=name, files=pack, trusted=True))


def submitted(engine: Engine, editor: Actor, pack: str, path: str, data: bytes) -> Draft:
    """Submit a draft of a pack with one file changed."""
    with engine.begin() as uow:
        draft = drafts.begin(uow, editor, pack).id
        command = files.Save(actor=editor, draft_id=draft, path=path, data=data, expected=1)
        files.save(uow, command)
        return approval.submit(uow, editor, draft, note="改")


def state(engine: Engine, draft: Draft) -> str:
    """Return where a draft stands."""
    with engine.begin() as uow:
        return drafts.get(uow, SYSTEM, draft.id).state


def versions(engine: Engine, pack: str) -> int:
    """Return how many versions a pack has."""
    with engine.begin() as uow:
        return len(uow.packs.named(pack))


def renamed(word: str) -> bytes:
    """Return the shared model with its task renamed."""
    return houses.model(BODY.format(word), key="part")


def test_nobody_can_approve_what_is_still_being_proved(engine: Engine, people: dict[str, Actor]) -> None:
    """The approver waits for the proof; then it is theirs."""
    draft = submitted(engine, people["editor"], "part", "part.bpmn", renamed("接谈"))
    command = approval.Approve(actor=people["approver"], draft_id=draft.id, revision=draft.revision)

    with pytest.raises(approval.DraftMoved), engine.begin() as uow:
        approval.approve(uow, command)
    proving.prove_next(engine)
    with engine.begin() as uow:
        approved = approval.approve(uow, command)

    assert (draft.state, approved.state) == (DraftState.PROVING, DraftState.APPROVED)


def test_what_fails_returns_to_its_author_with_the_findings(engine: Engine, people: dict[str, Actor]) -> None:
    """The draft can be changed again, and its author is told."""
    broken = renamed("接谈").replace(b'jf:roles="R02"', b'jf:roles="R02" jf:form="gone"')
    draft = submitted(engine, people["editor"], "part", "part.bpmn", broken)

    proving.prove_next(engine)

    with engine.begin() as uow:
        proof, notices = (
            proving.of_draft(uow, draft.id),
            uow.notices.page("editor", unread_only=True, before=None, limit=5),
        )
    assert state(engine, draft) == "editing"
    assert proof is not None and "gone" in proof.findings[0].message
    assert "没有通过校验" in notices[0]["subject"]


def test_a_stop_in_the_middle_lets_the_next_worker_begin_again(
    engine: Engine, people: dict[str, Actor]
) -> None:
    """Asked to stop after the first step, the worker gives the proof back; nothing is decided."""
    draft = submitted(engine, people["editor"], "part", "part.bpmn", renamed("接谈"))

    proving.prove_next(engine, goes_on=lambda: False)
    before = state(engine, draft)
    proving.prove_next(engine)

    assert (before, state(engine, draft)) == ("proving", "submitted")


def test_a_worker_that_died_loses_its_lease(engine: Engine, people: dict[str, Actor]) -> None:
    """What it had leased is proved by the next one, once the lease has run out."""
    draft = submitted(engine, people["editor"], "part", "part.bpmn", renamed("接谈"))
    with engine.begin() as uow:
        uow.proofs.lease(uow.real_now, uow.real_now + proving.LEASE)

    early = proving.prove_next(engine)
    with engine.begin() as uow:
        uow.proofs.change(draft.id, draft.revision, leased_until=uow.real_now - proving.LEASE)
    late = proving.prove_next(engine)

    assert (early, late, state(engine, draft)) == (False, True, "submitted")


def test_a_withdrawn_draft_is_dropped_in_mid_proof(engine: Engine, people: dict[str, Actor]) -> None:
    """The verdict of a proof that nobody wants any more changes nothing."""
    draft = submitted(engine, people["editor"], "part", "part.bpmn", renamed("接谈"))

    def withdrawn_meanwhile() -> bool:
        if state(engine, draft) == "proving":
            with engine.begin() as uow:
                approval.withdraw(uow, people["editor"], draft.id)
        return True

    proving.prove_next(engine, goes_on=withdrawn_meanwhile)

    assert state(engine, draft) == "editing"
    assert not proving.prove_next(engine)


def test_the_packs_that_use_a_shared_one_are_proved_with_it(engine: Engine, people: dict[str, Actor]) -> None:
    """A change that would break another pack is refused, and the sentence names that pack."""
    gone = houses.model(BODY.format("登记"), key="other")
    draft = submitted(engine, people["editor"], "part", "part.bpmn", gone)

    proving.prove_next(engine)

    with engine.begin() as uow:
        proof = proving.of_draft(uow, draft.id)
    assert state(engine, draft) == "editing"
    assert proof is not None and any("主流程" in one.message for one in proof.findings)


def test_the_users_of_a_shared_pack_follow_its_publication(engine: Engine, people: dict[str, Actor]) -> None:
    """They get a version of their own at once; a case that runs stays on the one it started with."""
    old = houses.start(engine, people["officer"], key="user")
    draft = submitted(engine, people["editor"], "part", "part.bpmn", renamed("接谈"))
    proving.prove_next(engine)
    with engine.begin() as uow:
        command = approval.Approve(actor=people["approver"], draft_id=draft.id, revision=draft.revision)
        approval.approve(uow, command)

    while worker.studio_once(engine):
        pass
    new = houses.start(engine, people["officer"], key="user")

    with engine.begin() as uow:
        names = [uow.user_tasks.of_instance(case.id)[0].name for case in (old, new)]
    assert (names, versions(engine, "user")) == (["登记", "接谈"], 2)


def test_what_changed_after_the_proof_is_proved_again(engine: Engine, people: dict[str, Actor]) -> None:
    """An approver's click on an outdated proof approves nothing: the draft is proved anew and comes back."""
    data = houses.model(CALLS.replace("办理", "办"), key="user")
    draft = submitted(engine, people["editor"], "user", "user.bpmn", data)
    proving.prove_next(engine)
    put(engine, "part", {"pack.toml": SHARED, "part.bpmn": renamed("新")})

    with engine.begin() as uow:
        command = approval.Approve(actor=people["approver"], draft_id=draft.id, revision=draft.revision)
        after = approval.approve(uow, command)

    assert after.state == "proving"
    assert publication.publish_due(engine) == 0


def test_a_proof_that_brings_its_worker_down_is_given_up(
    engine: Engine, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three tries its author has the draft again, with a sentence."""

    def bug(*_: object) -> None:
        raise RuntimeError("boom")

    draft = submitted(engine, people["editor"], "part", "part.bpmn", renamed("接谈"))
    monkeypatch.setattr(proving, "_findings", bug)

    for _ in range(proving.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            proving.prove_next(engine)
        with engine.begin() as uow:
            uow.proofs.change(draft.id, draft.revision, leased_until=uow.real_now - proving.LEASE)
    proving.prove_next(engine)

    assert state(engine, draft) == "editing"
    assert not proving.prove_next(engine)
