"""
Personal-injury compensation (人身损害赔偿测算), item by item with its formula, for paper W16.

Amounts are rounded half up to the cent per item. A number that is not in the parameter set is never
guessed: the item says what is missing, the total stays open, ``complete`` refuses.

Legal source: ``sources.toml#RSSH``, ``#MFD-1173``, ``#MFD-1183``, ``#JSSH-5``
"""

from __future__ import annotations

from decimal import Decimal

from tasks.calculations import parameters as parameter_sets
from tasks.calculations.compensation_items import (
    WORST_GRADE,
    Figures,
    expenses,
    life_items,
    loss_coefficient,
    moral_item,
    years_of,
)
from tasks.calculations.compensation_model import CompensationInvalid, Dependant, Item, Parameters, Result
from tasks.calculations.money import cents, percent
from tasks.calculations.parameters import ParameterMissing, Sets

__all__ = [
    "CompensationInvalid",
    "Dependant",
    "Item",
    "Parameters",
    "Result",
    "calculate",
    "complete",
    "loss_coefficient",
    "years_of",
]

MILDEST_GRADE = 10


def calculate(given: Parameters, sets: Sets) -> Result:
    """
    Calculate every item that has an occasion.

    Raises:
        CompensationInvalid: an input is out of range; the sentence names it.
        ParameterMissing: the rules set itself is missing.
    """
    _ensure_sound(given)
    rules = parameter_sets.on_date(sets, "compensation-rules", given.reckoned_on)
    figures = Figures(given, sets)
    items = (*expenses(given), *life_items(given, figures, rules))
    moral = moral_item(given, rules)
    return _sum_up(given, figures, items, moral)


def complete(result: Result) -> Result:
    """
    Return *result* if nothing is missing.

    Raises:
        ParameterMissing: names every missing parameter.
    """
    if result.missing:
        raise ParameterMissing(result.missing)
    return result


def _sum_up(given: Parameters, figures: Figures, items: tuple[Item, ...], moral: Item | None) -> Result:
    missing = tuple(item.missing for item in items if item.missing)
    subtotal = None if missing else sum((item.amount or Decimal(0) for item in items), Decimal("0.00"))
    shared = None if subtotal is None else cents(subtotal * given.liability)
    moral_share = given.liability if given.moral_shares_liability else Decimal(1)
    moral_amount = cents((moral.amount or Decimal(0)) * moral_share) if moral else Decimal("0.00")
    total = None if shared is None else shared + moral_amount
    every = (*items, moral) if moral else items
    return Result(
        set_id=figures.chosen.id if figures.chosen else "",
        year=figures.chosen.year if figures.chosen else None,
        items=every,
        subtotal=subtotal,
        shared=shared,
        moral=moral_amount,
        total=total,
        liability=given.liability,
        lines=(*_item_lines(every), *_sum_lines(given, subtotal, shared, moral_amount, total)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _item_lines(items: tuple[Item, ...]) -> list[str]:
    return [
        f"{item.name}：{item.formula}＝{item.amount:,}元"
        if item.amount is not None
        else f"{item.name}：{item.formula}（{item.missing}）"
        for item in items
    ]


def _sum_lines(
    given: Parameters,
    subtotal: Decimal | None,
    shared: Decimal | None,
    moral: Decimal,
    total: Decimal | None,
) -> list[str]:
    if subtotal is None:
        return ["有参数缺失，不作合计。"]
    lines = [f"小计：{subtotal:,}元；按{percent(given.liability)}责任：{shared:,}元"]
    lines += [f"精神损害抚慰金按责任计：{moral:,}元"] if moral else []
    return [*lines, f"合计：{total:,}元"]


def _ensure_sound(given: Parameters) -> None:
    checks = {
        "责任比例应在0%至100%之间": 0 <= given.liability <= 1,
        "伤残等级应为1至10级": all(WORST_GRADE <= grade <= MILDEST_GRADE for grade in given.grades),
        "损害日期不能晚于测算日期": given.harm_on <= given.reckoned_on,
        "请填写定残或死亡时的年龄（0至130）": _has_age(given),
        "天数、人数、次数和金额不能为负数": min(_quantities(given)) >= 0,
        "被扶养人的扶养义务人至少1人，年龄应在0至130之间": all(
            person.supporters >= 1 and 0 <= person.age <= 130  # noqa: PLR2004
            for person in given.dependants
        ),
    }
    wrong = [sentence for sentence, holds in checks.items() if not holds]
    if wrong:
        raise CompensationInvalid("；".join(wrong) + "。")


def _has_age(given: Parameters) -> bool:
    if not given.grades and not given.is_death:
        return True
    return given.age is not None and 0 <= given.age <= 130  # noqa: PLR2004


def _quantities(given: Parameters) -> list[Decimal | int]:
    rates = (given.meal_rate, given.daily_income, given.care_rate, given.nutrition_rate, given.moral)
    return [
        given.medical, given.future_medical, given.travel, given.appraisal, given.device_price,
        given.hospital_days, given.leave_days, given.care_days, given.care_persons, given.nutrition_days,
        given.device_count, *(rate for rate in rates if rate is not None),
    ]  # fmt: skip
