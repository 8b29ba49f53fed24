"""The demo installation's visible clock and its accounts; a real installation has neither."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.pages.frame import Form, go, way_back
from bpmn.errors import NotFound
from workflows import clocks

router = APIRouter(include_in_schema=False)

DEMO_PASSWORD = "demo-Hailing-2026"
DEMO_ACCOUNTS: tuple[dict[str, str], ...] = ()
STEPS = {"1": 1, "24": 24, "168": 168}


@router.post("/demo/clock")
def move_clock(engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Move the demo clock forward, so that escalation can be seen."""
    if not engine.settings.demo:
        raise NotFound
    with engine.begin() as uow:
        clocks.move(uow, actor, timedelta(hours=STEPS.get(form.text("hours"), 1)))
    return go(way_back(form.text("back")), "clock")
