"""
Between a case's variables and the compensation calculation: reading what the form collected, writing W16.

The variable ``compensation`` and the answer have the shape of the pack ``dispute-referral``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bpmn.model import Json, Value
from tasks.calculations.compensation import CompensationInvalid, Dependant, Item, Parameters, Result

CODES = {
    "医疗费": "medical", "后续医疗费": "future-medical", "误工费": "lost-income", "护理费": "care",
    "交通费": "travel", "住院伙食补助费": "hospital-meals", "营养费": "nutrition",
    "残疾辅助器具费": "device", "鉴定费等": "appraisal", "残疾赔偿金": "disability", "死亡赔偿金": "death",
    "丧葬费": "funeral", "精神损害抚慰金": "moral",
}  # fmt: skip
DEPENDANTS = "dependants"
ADULT_AGE = 18


def read_compensation(values: Mapping[str, Value], today: date) -> Parameters:
    """
    Read the variable ``compensation``; ``liability`` is a percentage there, 0 to 100.

    Raises:
        CompensationInvalid: a value is missing or not of its kind; the sentence names the field.
    """
    harm_on = _day(values, "harmDate", "受伤日期")
    if harm_on is None:
        raise CompensationInvalid("请填写受伤日期。")
    liability = _number(values, "liability", "对方责任比例")
    return Parameters(
        harm_on=harm_on,
        reckoned_on=today,
        set_id=str(values.get("parameterSet") or "auto"),
        region=str(values.get("region") or "江苏"),
        age=_whole(values, "age", "年龄"),
        grades=_grades(values),
        is_death=values.get("death") is True,
        medical=_number(values, "bills", "医疗费") or Decimal(0),
        future_medical=_number(values, "futureMedical", "后续医疗费") or Decimal(0),
        hospital_days=_whole(values, "hospitalDays", "住院天数") or 0,
        meal_rate=_number(values, "mealDaily", "伙食补助每日"),
        leave_days=_whole(values, "leaveDays", "误工天数") or 0,
        daily_income=_number(values, "leaveDaily", "误工费每日"),
        care_days=_whole(values, "nurseDays", "护理天数") or 0,
        care_rate=_number(values, "nurseDaily", "护理费每日"),
        care_persons=_whole(values, "nursePersons", "护理人数") or 1,
        nutrition_days=_whole(values, "nutritionDays", "营养期天数") or 0,
        nutrition_rate=_number(values, "nutritionDaily", "营养费每日"),
        travel=_number(values, "travel", "交通费") or Decimal(0),
        appraisal=_number(values, "appraisalFee", "鉴定费") or Decimal(0),
        dependants=tuple(_dependant(item, n) for n, item in enumerate(_rows(values, "dependants"), start=1)),
        moral=_number(values, "moral", "精神损害抚慰金"),
        liability=Decimal(1) if liability is None else liability / 100,
    )


def write_compensation(result: Result) -> dict[str, Json]:
    """Return ``items, subtotal, liable, moralDue, total, set, lines, disclaimer`` for the case and W16."""
    return {
        "items": [_item(item) for item in result.items],
        "subtotal": result.subtotal,
        "liable": result.shared,
        "moralDue": result.moral,
        "total": result.total,
        "set": {"id": result.set_id, "year": None if result.year is None else Decimal(result.year)},
        "lines": list(result.lines),
        "missing": list(result.missing),
        "disclaimer": result.disclaimer,
    }


def _item(item: Item) -> dict[str, Json]:
    return {
        "code": CODES.get(item.name, DEPENDANTS),
        "name": item.name,
        "formula": item.formula,
        "amount": item.amount,
        "basis": item.source,
    }


def _rows(values: Mapping[str, Value], key: str) -> Sequence[Mapping[str, Value]]:
    rows = values.get(key) or []
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, (list, tuple)) else []


def _grades(values: Mapping[str, Value]) -> tuple[int, ...]:
    given = [{"grade": grade} for grade in values.get("grades") or []]
    grades = (_whole(row, "grade", "伤残等级") for row in (*given, *_rows(values, "disabilities")))
    return tuple(grade for grade in grades if grade is not None)


def _dependant(row: Mapping[str, Value], number: int) -> Dependant:
    name = str(row.get("relation") or f"被扶养人{number}")
    age = _whole(row, "age", "被扶养人年龄")
    if age is None:
        raise CompensationInvalid(f"请填写{name}的年龄。")
    is_able = row.get("able") is True or row.get("noAbility") is False
    if age >= ADULT_AGE and is_able:
        raise CompensationInvalid(
            f"{name}已成年，没有丧失劳动能力且无其他生活来源的，不计被扶养人生活费。请删去或更正。"
        )
    return Dependant(name=name, age=age, supporters=_whole(row, "supporters", "扶养人数") or 1)


def _number(values: Mapping[str, Value], key: str, label: str) -> Decimal | None:
    value = values.get(key)
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise CompensationInvalid(f"“{label}”应填写数字。")
    return number


def _whole(values: Mapping[str, Value], key: str, label: str) -> int | None:
    number = _number(values, key, label)
    if number is not None and (number != number.to_integral_value() or abs(number) > 1_000_000):  # noqa: PLR2004
        raise CompensationInvalid(f"“{label}”应填写整数。")
    return None if number is None else int(number)


def _day(values: Mapping[str, Value], key: str, label: str) -> date | None:
    value: Any = values.get(key)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise CompensationInvalid(f"“{label}”应填写日期。") from None
