"""The demo installation's visible clock and its accounts; a real installation has neither."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.pages.frame import Form, go, way_back
from bpmn.errors import NotFound
from forms.locale import N_
from workflows.demonstration import clocks, demo_people

router = APIRouter(include_in_schema=False)

DEMO_PASSWORD = demo_people.PASSWORD
#: One account of each kind, in the order in which a case passes through their hands.
DEMO_ACCOUNTS = (
    {"account": "chengdong.minjing1", "words": N_("民警")},
    {"account": "chengdong.suoling1", "words": N_("派出所值班领导")},
    {"account": "chengdong.sifa1", "words": N_("司法所干警")},
    {"account": "chengdong.tiaojie1", "words": N_("专职调解员")},
    {"account": "hailing.jicengke", "words": N_("区司法局基层科（督办）")},
    {"account": "hailing.zhian", "words": N_("公安海陵分局治安大队（督办、审批）")},
    {"account": "hailing.fuyi1", "words": N_("行政复议人员")},
    {"account": "hailing.zhengce", "words": N_("政策编辑员")},
    {"account": "hailing.shenji", "words": N_("审计员")},
    {"account": "hailing.guanli", "words": N_("系统管理员")},
)
STEPS = {"1": 1, "24": 24, "168": 168}


@router.post("/demo/clock")
def move_clock(engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Move the demo clock forward, so that escalation can be seen."""
    if not engine.settings.demo:
        raise NotFound
    with engine.begin() as uow:
        clocks.move(uow, actor, timedelta(hours=STEPS.get(form.text("hours"), 1)))
    return go(way_back(form.text("back")), "clock")
