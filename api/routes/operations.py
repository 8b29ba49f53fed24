"""Health for the machine room, numbers for Prometheus."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.auth import EngineOf, Public
from api.json_reading import StrictRoute
from api.metrics import CONTENT_TYPE, MACHINE_ROOM, exposition
from api.openapi import open_faults
from api.problems import NotReady
from api.schemas import Body

router = APIRouter(route_class=StrictRoute, tags=["operations"])


class Health(Body):
    """``up``, or a problem."""

    status: str = "up"


@router.get("/health/live", response_model=Health)
def live(_: Public) -> Any:
    """Tell that the process runs."""
    return Health()


@router.get("/health/ready", response_model=Health, responses=open_faults(503))
def ready(engine: EngineOf, _: Public) -> Any:
    """Tell that the database answers."""
    if not engine.ready():
        raise NotReady
    return Health()


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **open_faults(401, 403)},
)
def metrics(request: Request, _: Annotated[Any, Depends(MACHINE_ROOM)]) -> Response:
    """Return request counts and durations in the Prometheus text format; from this machine, or for R20."""
    return Response(exposition(), media_type=CONTENT_TYPE)
