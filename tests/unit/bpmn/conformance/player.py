"""Play a story to its model and tell in what it differs from what the standard says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drawing import draw

from bpmn import feel, parser
from bpmn import trace as tracing
from bpmn.errors import DeploymentInvalid
from bpmn.trace.inputs import duration, read

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


def play(story: dict[str, Any], *, keeps: bool = True) -> dict[str, Any]:
    """Return what ``jingfa trace --json`` would say; without *keeps*, of instances restored at every step."""
    files = {"m.bpmn": draw(story["model"])}
    try:
        definition = parser.parse(files)
    except DeploymentInvalid as refusal:
        return {
            "outcome": "refused",
            "path": [],
            "variables": {},
            "waiting": [],
            "thrown": [],
            "incidents": [],
            "ended_at": [],
            "codes": sorted({one.code for one in refusal.findings}),
        }
    until = duration(story["until"]) if "until" in story else None
    inputs = read({name: story[name] for name in ("start", "tasks", "services", "events") if name in story})
    environment = feel.Environment(now=BEGIN, zone=ZONE)
    result = tracing.trace(definition, inputs, environment=environment, until=until, keeps=keeps)
    told = tracing.as_json(result)
    return {**told, "codes": sorted({one.code for one in result.findings})}


def differences(story: dict[str, Any]) -> list[str]:
    """Return one line for everything that went otherwise than told."""
    told, expected = play(story), dict(story["then"])
    found = [_compared(name, value, told) for name, value in expected.items()]
    return [one for one in found if one]


def _compared(name: str, wanted: Any, told: dict[str, Any]) -> str:
    got = _SHOWN.get(name, lambda all_: all_.get(name))(told)
    if name == "variables":
        got = {key: got.get(key, "absent") for key in wanted}
    elif name in ("has", "says"):
        return (
            ""
            if all(one in str(got) if name == "says" else one in got for one in wanted)
            else f"{name}: {got}"
        )
    elif name == "lacks":
        return "" if not set(wanted) & set(got) else f"lacks: {got}"
    elif name == "count":
        got = {key: told["path"].count(key) for key in wanted}
    elif name == "path" and isinstance(wanted, str):
        wanted = wanted.split()
    elif name in ("waiting", "ended_at", "finds"):
        wanted = sorted(wanted)
    if name == "finds":
        got = sorted(set(got) & set(wanted))
    return "" if got == wanted else f"{name}: {got}, not {wanted}"


_SHOWN = {
    "thrown": lambda told: [
        f"{one['kind']} {one.get('code') or one.get('name') or ''}".strip() for one in told["thrown"]
    ],
    "waiting": lambda told: sorted(one["element_id"] for one in told["waiting"]),
    "due": lambda told: {one["element_id"]: one["due_at"] for one in told["waiting"] if one["due_at"]},
    "kinds": lambda told: {one["element_id"]: one["kind"] for one in told["waiting"]},
    "ended_at": lambda told: sorted(told["ended_at"]),
    "incidents": lambda told: [one["element_id"] for one in told["incidents"]],
    "has": lambda told: told["path"],
    "lacks": lambda told: told["path"],
    "says": lambda told: [one["message"] for one in told["incidents"]],
    "finds": lambda told: told["codes"],
}
