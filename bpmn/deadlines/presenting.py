"""A reckoning as JSON (the shape of ``jingfa deadline --json``) and as text for staff."""

from __future__ import annotations

from datetime import datetime

from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.explaining import spoken_day, spoken_time
from bpmn.deadlines.periods import LAST_SECOND
from bpmn.deadlines.reckoning import Reckoning
from bpmn.deadlines.rules import Source
from bpmn.deadlines.rungs import Rung
from bpmn.model import Json


def to_json(reckoning: Reckoning) -> Json:
    """Return *reckoning* as a JSON object; dates as ``YYYY-MM-DD``, times with offset."""
    return {
        "code": reckoning.code,
        "class": reckoning.klass.value,
        "statutory_last_day": reckoning.statutory_last_day.isoformat(),
        "unrolled": reckoning.unrolled.isoformat(),
        "internal_target": reckoning.internal_target.isoformat(),
        "due_at": reckoning.due_at.isoformat(),
        "provisional": reckoning.provisional,
        "state": reckoning.state,
        "verify": reckoning.verify,
        "rungs": [_rung(rung) for rung in reckoning.rungs],
        "explanation": list(reckoning.explanation),
        "source": source_json(reckoning.source) if reckoning.source else None,
        "sources": [source_json(source) for source in reckoning.sources],
        "calendar": reckoning.calendar_version,
    }


def source_json(source: Source) -> Json:
    """Return a source as a JSON object."""
    return {
        "id": source.id,
        "act": source.act,
        "article": source.article,
        "version": source.version,
        "valid_from": source.valid_from.isoformat() if source.valid_from else None,
        "valid_to": source.valid_to.isoformat() if source.valid_to else None,
        "confidence": source.confidence,
        "verify": source.verify,
        "citation": source.citation,
    }


def _rung(rung: Rung) -> Json:
    return {
        "percent": rung.percent,
        "at": rung.at.isoformat(),
        "label": rung.label,
        "actions": list(rung.actions),
    }


def to_text(reckoning: Reckoning) -> str:
    """Return *reckoning* as lines for staff: badge, dates, 怎么算的, reminders."""
    badges = [reckoning.klass.chinese]
    badges += ["暂定"] if reckoning.provisional else []
    badges += ["待核"] if reckoning.verify else []
    lines = [
        f"{reckoning.code}  【{'】【'.join(badges)}】{STATES[reckoning.state]}",
        f"  最后期限    {spoken_day(reckoning.statutory_last_day)}",
        f"  内部目标日  {spoken_day(reckoning.internal_target)}",
        f"  截止时间    {spoken_due(reckoning.due_at)}",
        "怎么算的",
        *(f"  {line}" for line in reckoning.explanation),
    ]
    if reckoning.rungs:
        lines += ["提醒与升级", *(f"  {spoken_time(rung.at)}  {rung.label}" for rung in reckoning.rungs)]
    return "\n".join(lines)


def spoken_due(due_at: datetime) -> str:
    """
    Return a due instant as people say it; the last second of a day is its 24:00.

    >>> from bpmn.deadlines.calendar import ZONE
    >>> spoken_due(datetime(2026, 10, 19, 23, 59, 59, tzinfo=ZONE))
    '2026-10-19（周一）24:00'
    """
    at = due_at.astimezone(ZONE)
    return f"{spoken_day(at.date())}24:00" if at.time() == LAST_SECOND else spoken_time(at)


STATES = {"running": "", "paused": "（暂停中）", "stopped": "（已终止）", "expired": "（已届满）"}
