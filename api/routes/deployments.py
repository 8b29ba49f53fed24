"""Packs come in: several files, or one zip."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, UploadFile

from api.auth import DEPLOYERS, EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.problems import PayloadTooLarge
from api.routes.process_definitions import DefinitionBody
from api.schemas import Body, FindingBody, Listing, PageRequest, Request
from bpmn.errors import Invalid
from tasks.model import Actor
from workflows import deployments
from workflows.model import Deployment
from workflows.paperwork import upload_rules
from workflows.processes import deployed

router = APIRouter(route_class=StrictRoute, tags=["deployments"])

#: Unpacked size and number of files of a zip; a bomb is refused before it is unpacked.
UNPACKED, FILES, RATIO = 64 * 1024 * 1024, 2000, 200


class DeployedProcess(Body):
    """A process of the deployment."""

    process_definition: DefinitionBody


class DeploymentBody(Body):
    """What was deployed, with the warnings of the check."""

    deployment_key: str
    name: str
    deployed_at: datetime
    deployments: list[DeployedProcess]
    findings: list[FindingBody]

    @classmethod
    def of(cls, done: Deployment) -> DeploymentBody:
        """Return the body of a deployment."""
        return cls(
            deployment_key=done.id,
            name=done.name,
            deployed_at=done.deployed_at,
            deployments=[DeployedProcess(process_definition=DefinitionBody.of(d)) for d in done.definitions],
            findings=[FindingBody.of(f) for f in done.findings],
        )


class DeploymentSearch(Request):
    """A search for deployments."""

    page: PageRequest = PageRequest()


def files_of(uploads: list[tuple[str, bytes]]) -> Mapping[str, bytes]:
    """
    Turn uploads into a pack: a single zip is unpacked, anything else is taken file by file.

    Raises:
        Invalid: an odd path, or a zip that cannot be read.
        PayloadTooLarge: a zip that unpacks to more than 64 MiB.
    """
    if len(uploads) == 1 and uploads[0][1][:4] == b"PK\x03\x04":
        return _unpacked(uploads[0][1])
    return {_safe(name): content for name, content in uploads}


def _unpacked(content: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _ensure_reasonable(entries)
            files = {_safe(entry.filename): archive.read(entry) for entry in entries}
    except upload_rules.UNREADABLE:
        raise Invalid("压缩包无法读取。请重新打包为普通的 zip 文件（不加密）后再部署。") from None
    return _without_top(files)


def _ensure_reasonable(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > FILES or total > UNPACKED or (total > 1024 * 1024 and total / packed > RATIO):
        raise PayloadTooLarge("压缩包解开后过大或文件过多，未部署。请只保留流程包本身的文件。")


def _safe(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or not path.parts or len(name) > 300:
        raise Invalid(f"文件名“{name[:80]}”不能使用。请使用流程包内的相对路径。")
    return path.as_posix()


def _without_top(files: dict[str, bytes]) -> Mapping[str, bytes]:
    # People zip the folder itself as often as its content.
    tops = {name.split("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        return {name.split("/", 1)[1]: content for name, content in files.items()}
    return files


@router.post(
    "/deployments", response_model=DeploymentBody, responses=faults(409, 413, 422), include_in_schema=False
)
@router.post("/v2/deployments", response_model=DeploymentBody, responses=faults(409, 413, 422))
def create_deployment(
    resources: Annotated[
        list[UploadFile], File(description="流程包：多个文件，或一个 zip", max_length=FILES)
    ],
    actor: Annotated[Actor, Depends(DEPLOYERS)],
    door: AtDoor,
) -> Any:
    """Deploy every process of a pack; findings say why it was refused."""
    uploads = [(upload.filename or "process.bpmn", upload.file.read()) for upload in resources]
    name = PurePosixPath(uploads[0][0]).stem or "pack"
    command = deployments.Deploy(actor=actor, name=name, files=files_of(uploads))
    digest = hashlib.sha256(b"".join(n.encode() + b"\0" + c for n, c in uploads)).digest()
    return door.once(actor, lambda uow: DeploymentBody.of(deployments.deploy(uow, command)), content=digest)


@router.post("/v2/deployments/search", response_model=Listing[DeploymentBody], responses=faults(422))
def search_deployments(body: DeploymentSearch, actor: SignedIn, engine: EngineOf) -> Any:
    """List deployments, the newest first."""
    with engine.begin() as uow:
        found = deployed.list_deployments(uow, actor, cursor=body.page.after, limit=body.page.limit)
    return Listing.of(map(DeploymentBody.of, found.items), found.next_cursor)
