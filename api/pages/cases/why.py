"""Why a case went the way it went: each move with who caused it, the conditions looked at, the rows of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import show
from api.words import moment
from workflows.execution import explanations, instances
from workflows.execution.explanations import Condition, Decided, Why

router = APIRouter(include_in_schema=False)
LONGEST = 60  #: characters of a value before it is cut


@router.get("/cases/{case_id}/why")
def why(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show the path really taken with the reason of every move."""
    with engine.begin() as uow:
        case = instances.get(uow, actor, case_id)
        moves = explanations.of_instance(uow, actor, case_id)
        steps = [
            {"at": moment(at), "by": by or _("系统"), "moves": [_move(move) for move in shortened(group)]}
            for (at, by), group in groupby(moves, key=lambda move: (move.at, move.by))
        ]
        context = {"case": case, "steps": steps, "total": len(moves)}
        return show(request, uow, actor, "cases/why.html", context, active="cases")


def shortened(moves: Iterable[Why]) -> list[Why]:
    """Join moves that nothing decided to the one before them: nobody asks why a token left a merge."""
    found: list[Why] = []
    for move in moves:
        before = next((n for n, m in enumerate(found) if m.target == move.source), None)
        if move.ground == "passed" and not move.decided and before is not None:
            found[before] = replace(found[before], target=move.target)
        else:
            found.append(move)
    return found


def _move(move: Why) -> dict[str, Any]:
    branch = f"“{move.flow_name}”" if move.flow_name else ""
    return {
        "source": move.source,
        "target": move.target,
        "branch": branch,
        "ground": ground_words(move),
        "conditions": [_condition(c) for c in move.conditions],
        "decided": _decided(move.decided) if move.decided else None,
    }


def ground_words(move: Why) -> str:
    """Say in one sentence why the token moved."""
    events = {
        "timer": _("到了规定时间"),
        "message": _("收到消息"),
        "signal": _("收到信号"),
        "error": _("出现业务错误"),
        "escalation": _("升级"),
        "conditional": _("条件转为成立"),
    }
    return {
        "condition": _("条件成立"),
        "default": _("其他条件都不成立，走默认分支"),
        "event": events.get(move.event, _("事件发生")),
        "done": _("这一步已办结"),
        "passed": _("没有条件，直接通过"),
    }[move.ground]


def _condition(condition: Condition) -> dict[str, Any]:
    words = {True: _("成立"), False: _("不成立"), None: _("数据不全，按不成立处理")}
    return {"text": condition.expression, "result": words[condition.result], "read": _read(condition.read)}


def _decided(decided: Decided) -> dict[str, Any]:
    return {
        "decision": decided.decision,
        "rows": "、".join(decided.rows) or _("没有命中的行"),
        "notes": decided.notes,
        "read": _read(decided.read),
        "result": _value(decided.result),
    }


def _read(found: tuple[tuple[str, Any], ...]) -> list[tuple[str, str]]:
    return [(path, _value(value)) for path, value in found]


def _value(value: Any) -> str:
    """
    Return a value as a person reads it.

    >>> _value({"channel": "M", "rules": []})
    'channel：M'
    """
    if isinstance(value, dict):
        return "；".join(
            f"{name}：{_value(item)}" for name, item in value.items() if item not in (None, [], {})
        )
    if isinstance(value, list):
        return "、".join(_value(item) for item in value)
    text = (
        {None: _("空"), True: _("是"), False: _("否")}.get(value)
        if value is None or isinstance(value, bool)
        else str(value)
    )
    text = str(text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
