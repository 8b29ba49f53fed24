"""Use cases of official papers (文书): made from a pack's templates, signed, bound by hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Conflict
from bpmn.model import Value
from forms.documents import Paper, render_docx, render_pdf, sha256_of
from tasks import disclosure
from tasks.model import Actor
from workflows import cases, values
from workflows.errors import PaperNotFound
from workflows.identity import people, sessions
from workflows.model import AttachmentView, PaperView, SignatureView
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit


class PaperSuperseded(Conflict):
    """这份文书已有新版本，不能再签名。请打开最新一份文书签名。"""


def make(uow: UnitOfWork, actor: Actor, instance_id: str, code: str) -> PaperView:
    """
    Render a paper of the case's pack from its data and keep the PDF with its hash.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        PaperNotFound: the pack has no template of this code.
        Forbidden: the actor may not make papers of this case.
    """
    instance, facts = cases.locked(uow, actor, instance_id)
    disclosure.ensure_may_make_papers(actor, facts)
    paper_id = render(uow, instance, code, by=actor)
    return next(view for view in listed(uow, instance_id) if view.id == paper_id)


def of_instance(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[PaperView, ...]:
    """List the papers of a case, oldest first."""
    cases.visible(uow, actor, instance_id)
    return listed(uow, instance_id)


def pdf(uow: UnitOfWork, actor: Actor, paper_id: str, *, original: bool = False) -> tuple[PaperView, bytes]:
    """
    Return the PDF record; audited.

    Args:
        original: It goes out as it is, to be printed and served; else doors lay ``watermark`` over it.

    Raises:
        PaperNotFound: no such paper, or the actor may not see its case.
    """
    view, row = _found(uow, actor, paper_id)
    audit.record(
        uow,
        actor,
        "view-paper",
        instance_id=view.instance_id,
        detail={"paper_id": paper_id, "code": view.code} | ({"original": True} if original else {}),
    )
    return view, bytes(row["pdf"])


def watermark(uow: UnitOfWork, actor: Actor, view: PaperView | AttachmentView) -> str:
    """Return who reads a record when and what for: account, name, local time, the beginning of the record's hash."""
    return f"{actor.account} {actor.name} {uow.now.astimezone(ZONE):%Y-%m-%d %H:%M} 查阅件 {view.digest[:8]}"


def word(uow: UnitOfWork, actor: Actor, paper_id: str) -> tuple[PaperView, bytes]:
    """Return an editable Word draft with the same data; audited."""
    view, row = _found(uow, actor, paper_id)
    instance = uow.instances.get(view.instance_id)
    if instance is None:
        raise PaperNotFound
    template = _template(uow, instance, view.code)
    audit.record(
        uow, actor, "view-paper", instance_id=view.instance_id, detail={"paper_id": paper_id, "word": True}
    )
    environment = uow.installation.environment(row["created_at"])
    content = values.decode(row["content"])
    return view, render_docx(template, content, environment=environment, reader=watermark(uow, actor, view))


def sign(uow: UnitOfWork, actor: Actor, paper_id: str, *, password: str) -> SignatureView:
    """
    Sign a paper by name: asks for the password again and binds the PDF's hash.

    Raises:
        WrongPassword: the password does not fit.
        AssistantMayOnlyAssist: R03 never signs.
    """
    view, row = _found(uow, actor, paper_id)
    disclosure.ensure_may_sign(actor, uow.instances.facts(view.instance_id))
    sessions.confirm_password(uow, actor, password)
    if view.superseded:
        raise PaperSuperseded
    signed = uow.files.sign(
        paper_id=paper_id, person_id=actor.person_id, signed_at=uow.now, digest=row["digest"]
    )
    if signed:
        detail = {"paper_id": paper_id, "code": view.code, "digest": row["digest"]}
        audit.record(uow, actor, "sign", instance_id=view.instance_id, detail=detail)
    return SignatureView(
        person_id=actor.person_id, person_name=actor.name, signed_at=uow.now, digest=row["digest"]
    )


def render(
    uow: UnitOfWork, instance: InstanceRow, code: str, *, by: Actor, extra: Mapping[str, Value] | None = None
) -> str:
    """
    Render a paper from the case's data and keep PDF, hash and data; returns its id.

    Args:
        extra: Data on top of the case's variables.

    Raises:
        PaperNotFound: the pack has no template of this code.
        PaperNotRendered: the template cannot be filled with this data.
    """
    template = _template(uow, instance, code)
    content = {"organ": _organ(uow, instance)} | cases.content(uow, instance) | dict(extra or {})
    environment = uow.installation.environment(uow.now)
    pdf_bytes = render_pdf(template, content, environment=environment, issued_at=uow.now)
    paper_id = new_id()
    digest = sha256_of(pdf_bytes)
    uow.files.add_paper(
        id=paper_id,
        instance_id=instance.id,
        code=code,
        title=_title(uow, instance, code),
        template_digest=template.sha256,
        pdf=pdf_bytes,
        digest=digest,
        content=values.encode(content),
        created_at=uow.now,
        created_by=by.person_id,
    )
    detail = {"paper_id": paper_id, "code": code, "digest": digest}
    audit.record(uow, by, "make-paper", instance_id=instance.id, detail=detail)
    return paper_id


def _title(uow: UnitOfWork, instance: InstanceRow, code: str) -> str:
    """Return the law pack's name of a paper, else the pack's own."""
    known = uow.installation.law.papers.get(code)
    own = definitions.pack_settings(uow, instance.definition_id).get("paper", ())
    return known.name if known else next((str(e["title"]) for e in own if e["code"] == code), code)


def _organ(uow: UnitOfWork, instance: InstanceRow) -> dict[str, Value]:
    """Return the names that papers print of the units of a case: whose committee, which station."""
    tree, units = people.organisation(uow), uow.instances.units(instance.id)
    place = units.get("village") if instance.level == "村居" else units.get("town")
    station = tree.name(units.get("station"))
    return {
        "committee": tree.name(place or units.get("town") or units.get("village")),
        "station": station,
        "stationCode": station.removesuffix("派出所"),
    }


def offered(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[tuple[str, str], ...]:
    """
    List papers that the pack offers for this kind of case (``[[paper]]`` of ``pack.toml``) and nobody has made: code, title.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    if not disclosure.may_see_papers(actor, uow.instances.facts(instance_id)):
        return ()
    made = {paper["code"] for paper in uow.files.papers(instance_id)}
    content = cases.content(uow, row)
    return tuple(
        (str(entry["code"]), str(entry["title"]))
        for entry in definitions.pack_settings(uow, row.definition_id).get("paper", ())
        if entry["code"] not in made and definitions.evaluate(uow, str(entry["when"]), content) is True
    )


def _template(uow: UnitOfWork, instance: InstanceRow, code: str) -> Paper:
    deployment_id = definitions.kept_row(uow, instance.definition_id).deployment_id
    return uow.installation.keep(("paper", deployment_id, code), lambda: _parse(uow, deployment_id, code))


def _parse(uow: UnitOfWork, deployment_id: str, code: str) -> Paper:
    for suffix in ("toml", "json"):
        content = uow.packs.file(deployment_id, f"documents/{code}.{suffix}")
        if content is not None:
            return Paper.parse(content, file=f"documents/{code}.{suffix}")
    raise PaperNotFound(f"流程包里没有文书模板“{code}”。请联系政策编辑人员补充。")


def _found(uow: UnitOfWork, actor: Actor, paper_id: str) -> tuple[PaperView, Mapping[str, Any]]:
    row = uow.files.paper(paper_id)
    if row is None or not disclosure.may_see_papers(actor, uow.instances.facts(row["instance_id"])):
        raise PaperNotFound
    view = next((view for view in listed(uow, row["instance_id"]) if view.id == paper_id), None)
    if view is None:
        raise PaperNotFound
    return view, row


def listed(uow: UnitOfWork, instance_id: str) -> tuple[PaperView, ...]:
    """Return the papers of a case, oldest first, with their signatures."""
    rows = uow.files.papers(instance_id)
    if not rows:
        return ()
    signed = uow.files.signatures(row["id"] for row in rows)
    names = uow.people.names([*(row["created_by"] for row in rows), *(s["person_id"] for s in signed)])
    newest = {row["code"]: row["id"] for row in rows}
    return tuple(
        PaperView(
            id=row["id"],
            instance_id=instance_id,
            code=row["code"],
            title=row["title"],
            created_at=row["created_at"],
            created_by=names.get(row["created_by"], "系统"),
            digest=row["digest"],
            size=row["size"],
            signatures=_signatures(signed, row["id"], names),
            superseded=newest[row["code"]] != row["id"],
        )
        for row in rows
    )


def _signatures(
    signed: Iterable[Mapping[str, Any]], paper_id: str, names: Mapping[str, str]
) -> tuple[SignatureView, ...]:
    return tuple(
        SignatureView(
            person_id=row["person_id"],
            person_name=names.get(row["person_id"], ""),
            signed_at=row["signed_at"],
            digest=row["digest"],
        )
        for row in signed
        if row["paper_id"] == paper_id
    )
