"""What a dispatch may say: cleaned into FEEL values, or one sentence per fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bpmn.deadlines.calendar import ZONE
from bpmn.model import Json
from forms import checks
from forms.checks import Beside
from workflows import values
from workflows.errors import IntakeInvalid

CHANNELS = frozenset(
    [
        "110",
        "12345",
        "苏解纷",
        "综治中心",
        "泰治理",
        "法院委派",
        "信访",
        "走访排查",
        "网格上报",
        "微信群",
        "当面",
        "其他",
    ]
)
KINDS = frozenset(["刑事", "治安", "交通", "纠纷", "求助", "投诉监督", "群体性", "其他"])


def checked(content: Mapping[str, Json], *, now: datetime) -> dict[str, Any]:
    """
    Return a dispatch as FEEL values, cleaned.

    Raises:
        IntakeInvalid: one sentence per fault.
    """
    problems: list[str] = []
    dispatch = _context(content, "dispatch", problems)
    cleaned = {**values.from_json(dispatch), "no": _number(dispatch, problems)}
    cleaned["time"] = _time(dispatch.get("time"), now, problems)
    _ensure_listed(cleaned, "channel", CHANNELS, problems)
    _ensure_listed(cleaned, "kind", KINDS, problems)
    people = _parties(content.get("parties"), now.date(), problems)
    dispute = _dispute(content, problems)
    if problems:
        raise IntakeInvalid(problems)
    facts = content.get("facts")
    more = {"facts": values.from_json(facts)} if isinstance(facts, Mapping) else {}
    return {"dispatch": cleaned, "parties": people, "dispute": dispute, **more}


def _context(content: Mapping[str, Json], name: str, problems: list[str]) -> Mapping[str, Json]:
    found = content.get(name)
    if isinstance(found, Mapping):
        return found
    if found is not None or name == "dispatch":
        problems.append(f"“{name}”应为一组字段")
    return {}


def _number(dispatch: Mapping[str, Json], problems: list[str]) -> str:
    number = str(dispatch.get("no") or "").strip()
    if not re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff（）()〔〕\[\]_./-]{1,32}", number):
        problems.append("警单编号应为 1 至 32 个字母、数字或横线")
    return number


def _time(value: Json, now: datetime, problems: list[str]) -> datetime:
    """Return when the call came; without an offset it is Chinese time."""
    try:
        at = datetime.fromisoformat(str(value).strip().replace("/", "-"))
    except ValueError:
        problems.append("接警时间无法识别，请写成 2026-11-23 15:20 这样的形式")
        return now
    at = at if at.tzinfo else at.replace(tzinfo=ZONE)
    if at > now + timedelta(minutes=5):
        problems.append("接警时间晚于现在")
    if at.year < 2000:  # noqa: PLR2004 - no dispatch system is older
        problems.append("接警时间早于 2000 年")
    return at


def _ensure_listed(dispatch: dict[str, Any], name: str, allowed: frozenset[str], problems: list[str]) -> None:
    value = dispatch.get(name)
    if value is not None and value not in allowed:
        problems.append(f"“{str(value)[:20]}”不在{'来源' if name == 'channel' else '警情类别'}的选项中")


def _parties(given: Json, today: date, problems: list[str]) -> list[dict[str, Any]]:
    rows = given if isinstance(given, list) else []
    if given is not None and not isinstance(given, list):
        problems.append("当事人应为列表")
    if len(rows) > 50:  # noqa: PLR2004 - more are a mass incident, not a dispute
        problems.append("当事人超过 50 人")
    return [_party(row, number, today, problems) for number, row in enumerate(rows[:50], start=1)]


def _party(row: Json, number: int, today: date, problems: list[str]) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        problems.append(f"第 {number} 名当事人格式有误")
        return {}
    party = {"id": f"P{number}", **values.from_json(row)}
    name = str(party.get("name") or "").strip()
    if not 2 <= len(name) <= 50:  # noqa: PLR2004 - the data dictionary's bounds
        problems.append(f"第 {number} 名当事人的姓名应为 2 至 50 个字")
    id_no = str(party.get("idNo") or "").strip().upper()
    if id_no and (fault := checks.id_number(id_no, Beside(today=today))) is not None:
        problems.append(f"第 {number} 名当事人：{fault.msgid.format(**fault.parameters)}")
    return {**party, "name": name, **({"idNo": id_no} if id_no else {})}


def _dispute(content: Mapping[str, Json], problems: list[str]) -> dict[str, Any]:
    dispute = values.from_json(_context(content, "dispute", problems))
    for name, label in (("people", "涉及人数"), ("amount", "涉案金额")):
        if isinstance(dispute.get(name), str):
            dispute[name] = _decimal(dispute[name], label, problems)
    return dispute


def _decimal(text: str, label: str, problems: list[str]) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        problems.append(f"{label}应为数字")
        return None
    if not number.is_finite() or number < 0:
        problems.append(f"{label}应为不小于 0 的数字")
        return None
    return number
