"""The difference in plain words between a draft and its base, or between two versions of a pack."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.auth import EngineOf
from api.json_reading import StrictRoute
from api.openapi import faults
from api.routes.drafts import Reader
from api.schemas import Body
from bpmn.difference import Change
from workflows.studio import comparing
from workflows.studio.comparing import Compared

router = APIRouter(tags=["studio"], route_class=StrictRoute)


class ChangeBody(Body):
    """One change; ``elementIds`` are of the diagram, form or table."""

    area: str
    kind: str
    sentence: str
    place: str
    file: str
    process_id: str
    element_ids: list[str]

    @classmethod
    def of(cls, change: Change) -> ChangeBody:
        """Return the body of a change."""
        return cls(
            area=str(change.area),
            kind=str(change.kind),
            sentence=change.sentence,
            place=change.place,
            file=change.file,
            process_id=change.process_id,
            element_ids=list(change.element_ids),
        )


class DifferenceBody(Body):
    """Everything that is different; ``layoutOnly`` = files differ and nothing that anybody works by (无实质变化)."""

    identical: bool
    layout_only: bool
    running: int
    changes: list[ChangeBody]

    @classmethod
    def of(cls, found: Compared) -> DifferenceBody:
        """Return the body of a comparison."""
        return cls(
            identical=found.difference.is_identical,
            layout_only=found.difference.is_layout_only,
            running=found.running,
            changes=[ChangeBody.of(one) for one in found.difference.changes],
        )


@router.get("/v2/drafts/{draft_key}/difference", response_model=DifferenceBody, responses=faults(404))
def get_draft_difference(draft_key: str, actor: Reader, engine: EngineOf) -> Any:
    """Compare a draft with the version that it would follow, in plain words."""
    with engine.begin() as uow:
        return DifferenceBody.of(comparing.of_draft(uow, actor, draft_key))


@router.get(
    "/v2/packs/{pack_key}/versions/{first}/difference/{second}",
    response_model=DifferenceBody,
    responses=faults(404),
)
def get_version_difference(pack_key: str, first: int, second: int, actor: Reader, engine: EngineOf) -> Any:
    """Compare two versions of a pack, in plain words."""
    with engine.begin() as uow:
        return DifferenceBody.of(comparing.of_versions(uow, actor, pack_key, first, second))
