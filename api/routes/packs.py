"""Packs and their versions: what is in force, the way back, the folder as a zip."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response
from pydantic import Field

from api.auth import EngineOf
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.routes.draft_bodies import DraftBody
from api.routes.drafts import RAW, Reader, Writer
from api.schemas import Body, Request, Words
from workflows.studio import folders, packs, proving, transfer

router = APIRouter(route_class=StrictRoute, tags=["studio"])
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


class ProcessBody(Body):
    """A process of a version; ``running`` counts its cases."""

    key: str
    version: int
    name: str
    running: int


class VersionBody(Body):
    """One version of a pack."""

    pack_key: str
    version: int
    title: str
    published_at: datetime
    published_by: str
    submitted_by: str
    note: str
    rollback_to: int | None
    is_in_force: bool
    running: int
    processes: list[ProcessBody]

    @classmethod
    def of(cls, version: packs.PackVersion) -> VersionBody:
        """Return the body of a version."""
        own = {name: getattr(version, name) for name in cls.model_fields}
        return cls(**{**own, "processes": [ProcessBody(**vars(one)) for one in version.processes]})


class PackBody(Body):
    """A pack with its version in force."""

    pack_key: str
    title: str
    in_force: VersionBody


class PackList(Body):
    """All packs by title."""

    items: list[PackBody]


class VersionList(Body):
    """All versions, the newest first."""

    items: list[VersionBody]


class Rollback(Request):
    """The old version whose content shall come back, and why."""

    version: int = Field(ge=1)
    reason: Words = Field(min_length=1, max_length=2000)


@router.get("/v2/packs", response_model=PackList, responses=faults())
def list_packs(actor: Reader, engine: EngineOf) -> Any:
    """List the packs with their versions in force."""
    with engine.begin() as uow:
        found = packs.listed(uow, actor)
    items = [
        PackBody(pack_key=one.key, title=one.title, in_force=VersionBody.of(one.in_force)) for one in found
    ]
    return PackList(items=items)


@router.get("/v2/packs/{pack_key}/versions", response_model=VersionList, responses=faults(404))
def list_pack_versions(pack_key: str, actor: Reader, engine: EngineOf) -> Any:
    """List the versions of a pack, the newest first."""
    with engine.begin() as uow:
        return VersionList(items=[VersionBody.of(one) for one in packs.versions(uow, actor, pack_key)])


@router.post("/v2/packs/{pack_key}/rollback", response_model=DraftBody, responses=faults(404, 409, 422))
def roll_back_pack(pack_key: str, body: Rollback, actor: Writer, door: AtDoor) -> Any:
    """Submit the content of an old version; it comes into force when a second person approves it."""
    made = door.once(
        actor,
        lambda uow: DraftBody.of(
            packs.roll_back(uow, actor, pack_key, body.version, reason=body.reason)
        ).model_dump(by_alias=True),
    )
    return DraftBody.of(proving.answered(door.engine, actor, str(made["draftKey"])))


@router.get(
    "/v2/packs/{pack_key}/versions/{version}/export",
    response_class=Response,
    responses={**ZIP, **faults(404)},
)
def export_pack_version(pack_key: str, version: int, actor: Reader, engine: EngineOf) -> Response:
    """Return the folder of a version as a zip."""
    with engine.begin() as uow:
        content = transfer.export_version(uow, actor, pack_key, version)
    return zip_response(f"{pack_key}-{version}", folders.zipped(pack_key, content))


@router.get("/v2/drafts/{draft_key}/export", response_class=Response, responses={**ZIP, **faults(404)})
def export_draft(draft_key: str, actor: Reader, engine: EngineOf) -> Response:
    """Return the folder of a draft as a zip."""
    with engine.begin() as uow:
        draft, content = transfer.export_draft(uow, actor, draft_key)
    return zip_response(f"{draft.pack_key}-draft-{draft.revision}", folders.zipped(draft.pack_key, content))


def zip_response(name: str, content: bytes) -> Response:
    """Return a zip that the browser saves under *name*."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.zip"
    headers = {**RAW, "Content-Disposition": disposition}
    return Response(content, media_type="application/zip", headers=headers)
