"""
The gate of a draft: all checks and all scenarios, of the packs that use it, too; without them nobody can approve it.

It takes tens of seconds for a large pack, so that a worker does it: leased like an export, outside any transaction, with its
progress in a row. A restart lets the next worker begin again; what was withdrawn meanwhile is dropped. Short packs are proved
before the page of their submission comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bpmn.errors import ExecutionFailed
from bpmn.model import Finding, Severity
from tasks import matrix
from tasks.model import SYSTEM, Actor
from workflows.inbox import announcing
from workflows.processes import sharing
from workflows.scenarios.pack import PackFiles
from workflows.store.proofs import ProofRow
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import checks, drafts, editing, proof_parts, rehearsal
from workflows.studio.errors import DraftNotPassed
from workflows.studio.model import Draft, DraftState, Proof
from workflows.studio.proof_parts import Part

if TYPE_CHECKING:
    from workflows.engine import Engine

LEASE: Final = timedelta(minutes=2)  #: renewed with every scenario
MOST_ATTEMPTS: Final = 3  #: after that a proof that ends in a fault of ours is given up
SHORT_SCENARIOS, SHORT_BYTES = 3, 80_000  #: of a pack that is proved at once
Files = Mapping[str, bytes]


class ProofInterrupted(ExecutionFailed):
    """校验被中断，系统重新启动后会自动重做。"""


# -- ordering ----------------------------------------------------------------------------------------------------------


def order(uow: UnitOfWork, actor: Actor, row: DraftRow, *, note: str) -> Draft:
    """Submit a locked draft: from now on nobody changes it, and its proof waits for a worker."""
    drafts.move(
        uow,
        row,
        DraftState.PROVING,
        submitted_revision=row.revision,
        submitted_by=actor.person_id,
        submitted_at=uow.now,
        submission_note=note[:2000],
    )
    editing.release(uow, row)
    drafts.note(uow, actor, row, "submitted", note[:2000])
    uow.proofs.order(row.id, row.revision, uow.real_now)
    return drafts.get(uow, actor, row.id)


def order_again(uow: UnitOfWork, row: DraftRow) -> None:
    """Let a locked submitted draft be proved once more, because what it rests on has changed."""
    drafts.move(uow, row, DraftState.PROVING)
    drafts.note(uow, SYSTEM, row, "proved-again", "送审以后，法规包、岗位或公用流程包有变化，正在重新校验。")
    uow.proofs.order(row.id, row.revision, uow.real_now)


def stands(uow: UnitOfWork, row: DraftRow) -> bool:
    """Tell whether a draft passed as it is now, with the law, the roles and the other packs as they are now."""
    proof = uow.proofs.get(row.id)
    if proof is None or proof.state != "passed" or proof.revision != row.revision:
        return False
    return proof.basis == proof_parts.basis_of(proof_parts.plan(uow, row))


def of_draft(uow: UnitOfWork, draft_id: str) -> Proof | None:
    """Return the last proof of a draft."""
    row = uow.proofs.get(draft_id)
    return None if row is None else _proof(row)


def _proof(row: ProofRow) -> Proof:
    found = tuple(_read(one) for one in row.findings)
    is_over = row.state in ("passed", "failed")
    return Proof(
        revision=row.revision,
        is_over=is_over,
        done=row.done,
        total=row.total,
        current=row.current,
        findings=found,
    )


def _read(given: Mapping[str, Any]) -> Finding:
    witness = given.get("witness")
    known = {**given, "severity": Severity(given["severity"])}
    return Finding(**{**known, "witness": None if witness is None else tuple(witness)})


def answered(engine: Engine, actor: Actor, draft_id: str) -> Draft:
    """
    Return a draft that was just submitted; a short one is proved first.

    Raises:
        DraftNotPassed: its proof is over and found errors.
    """
    if is_short(engine, draft_id):
        prove_next(engine, draft_id=draft_id)
    with engine.begin() as uow:
        draft, proof = drafts.get(uow, actor, draft_id), of_draft(uow, draft_id)
    if proof is not None and proof.findings and proof.revision == draft.revision:
        raise DraftNotPassed(proof.findings)
    return draft


def is_short(engine: Engine, draft_id: str) -> bool:
    """Tell whether a draft is so small that reading it and playing its scenarios takes no longer than a page may."""
    with engine.begin() as uow:
        files = drafts.contents(uow, draft_id)
    size = sum(len(data) for name, data in files.items() if name.endswith((".bpmn", ".dmn")))
    is_alone = not sharing.is_shared(files) and not sharing.used(files)
    return is_alone and size <= SHORT_BYTES and len(rehearsal.names_of(files)) <= SHORT_SCENARIOS


# -- proving -----------------------------------------------------------------------------------------------------------


def prove_next(
    engine: Engine, *, draft_id: str | None = None, goes_on: Callable[[], bool] = lambda: True
) -> bool:
    """
    Prove the draft that waits longest; False when none waits. Whatever else goes wrong ends the caller's round: the lease runs
    out, another round tries again, and the third failure gives the draft back.

    Args:
        draft_id: Prove this one, if it still waits.
        goes_on: Asked between scenarios; once it says no, the proof waits for the next worker.
    """
    with engine.begin() as uow:
        proof = uow.proofs.lease(uow.real_now, uow.real_now + LEASE, draft_id=draft_id)
        row = uow.drafts.get(proof.draft_id) if proof else None
        parts = proof_parts.plan(uow, row) if proof and row and row.state == DraftState.PROVING else ()
    if proof is None:
        return False
    if proof.attempts > MOST_ATTEMPTS:
        _decide(engine, proof, "", (_fault(),))
        return True
    try:
        found = tuple(_findings(engine, proof, parts, goes_on))
        _decide(engine, proof, proof_parts.basis_of(parts), found)
    except ProofInterrupted:
        _let_go(engine, proof)
    return True


def _findings(
    engine: Engine, proof: ProofRow, parts: tuple[Part, ...], goes_on: Callable[[], bool]
) -> Iterator[Finding]:
    done, total = 0, sum(1 + len(part.scenarios) for part in parts)
    for part in parts:
        _report(engine, proof, goes_on, done=done, total=total, current=part.title or "流程图、表单和决策表")
        refused = [one for one in checks.findings_of(part.basis) if one.severity is Severity.ERROR]
        yield from (_of(part, one) for one in refused)
        done += 1
        # What the engine cannot run cannot be rehearsed either.
        pack = None if refused else _pack(part)
        for name in part.scenarios:
            _report(engine, proof, goes_on, done=done, total=total, current=_titled(part, name))
            if pack is not None and (finding := rehearsal.finding_of(pack, name)) is not None:
                yield _of(part, finding)
            done += 1


def _pack(part: Part) -> PackFiles:
    return PackFiles(files=part.basis.everything, lawpack=part.basis.law, used_samples=part.samples)


def _titled(part: Part, name: str) -> str:
    short = name.removeprefix("scenarios/").removesuffix(".yaml")
    return f"{part.title} · {short}" if part.title else short


def _of(part: Part, finding: Finding) -> Finding:
    """A finding about another pack says so; nothing in the draft is marked by it."""
    if not part.title:
        return finding
    message = f"采用这份草稿后，使用它的流程包“{part.title}”会有问题：{finding.message}"
    return replace(finding, message=message, file="", element_id=None, witness=None)


def _report(engine: Engine, proof: ProofRow, goes_on: Callable[[], bool], **values: object) -> None:
    """Say how far it is, and keep the lease; a proof that nobody wants any more ends here."""
    with engine.begin() as uow:
        until = uow.real_now + LEASE
        is_wanted = uow.proofs.change(proof.draft_id, proof.revision, leased_until=until, **values)
    if not is_wanted or not goes_on():
        raise ProofInterrupted


# -- deciding ----------------------------------------------------------------------------------------------------------


def _decide(engine: Engine, proof: ProofRow, basis: str, found: tuple[Finding, ...]) -> None:
    """Put what passed before its approvers, give the rest back to its author; unless it was withdrawn."""
    with engine.begin() as uow:
        row = uow.drafts.lock(proof.draft_id)
        verdict = {
            "state": "failed" if found else "passed",
            "basis": basis,
            "findings": [asdict(one) for one in found],
            "finished_at": uow.real_now,
        }
        is_wanted = uow.proofs.change(proof.draft_id, proof.revision, **verdict)
        if not is_wanted or row is None or row.state != DraftState.PROVING:
            return
        if found:
            _give_back(uow, row, found)
        else:
            _put_before_approvers(uow, row)


def _put_before_approvers(uow: UnitOfWork, row: DraftRow) -> None:
    drafts.move(uow, row, DraftState.SUBMITTED)
    drafts.note(uow, SYSTEM, row, "proved")
    involved = drafts.involved(uow, row)
    roles = sorted(matrix.roles_allowed("model", "approve"))
    people = {person.id for role in roles for person in uow.people.all(role=role)} - involved
    subject = f"请审批：{row.title}"
    announcing.put(uow, sorted(people), kind="studio", subject=subject, link=f"/studio/{row.id}/review")


def _give_back(uow: UnitOfWork, row: DraftRow, found: tuple[Finding, ...]) -> None:
    drafts.move(uow, row, DraftState.EDITING)
    drafts.note(uow, SYSTEM, row, "not-proved", found[0].message[:2000])
    subject = f"“{row.title}”没有通过校验，共 {len(found)} 处"
    people = sorted({row.created_by, row.submitted_by or row.created_by})
    announcing.put(
        uow, people, kind="studio", subject=subject, body=found[0].message, link=f"/studio/{row.id}"
    )


def _let_go(engine: Engine, proof: ProofRow) -> None:
    with engine.begin() as uow:
        fresh = {"state": "waiting", "done": 0, "attempts": proof.attempts - 1, "leased_until": None}
        uow.proofs.change(proof.draft_id, proof.revision, **fresh)


def _fault() -> Finding:
    """What is said when the proof itself failed again and again."""
    message = "校验中途出了系统故障，没有得出结论。"
    remedy = "请稍后再送审；如仍不成功，请联系系统管理员查看后台日志。"
    return Finding(severity=Severity.ERROR, code="proof-failed", message=message, remedy=remedy)
