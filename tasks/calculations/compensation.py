"""
Personal-injury compensation (人身损害赔偿测算), item by item with its formula, for paper W16.

Amounts are rounded half up to the cent per item. A number that is not in the parameter set is never
guessed: the item says what is missing, the total stays open, ``complete`` refuses.

Legal source: ``sources.toml#RSSH``, ``#MFD-1173``, ``#MFD-1183``, ``#JSSH-5``
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bpmn.deadlines.lawpack_lists import ParameterSet
from bpmn.errors import Invalid
from tasks.calculations import parameters as parameter_sets
from tasks.calculations.money import cents, percent, spoken
from tasks.calculations.parameters import ParameterMissing, Sets

PILOT_UNTIL = date(2022, 5, 1)  #: torts before this day are reckoned by the pilot set
MILDEST_GRADE, WORST_GRADE, STEPS = 10, 1, 11
DISCLAIMER = "本测算供调解参考，不是裁判结果；参数以所列参数组为准，实际赔偿以协议或裁判为准。"


class CompensationInvalid(Invalid):
    """赔偿测算的输入有误。请按提示修改。"""


@dataclass(frozen=True, kw_only=True)
class Dependant:
    """A person the victim supported. ``supporters`` counts everyone obliged, the victim included."""

    name: str
    age: int
    supporters: int = 1


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """
    What is known of the case. Money in yuan. ``set_id`` names a parameter set; ``auto`` takes the statistics
    of the year before ``reckoned_on`` (torts before 2022-05-01: the pilot set). Rates left None are missing.
    """

    harm_on: date
    reckoned_on: date
    set_id: str = "auto"
    region: str = "江苏"
    age: int | None = None  #: on the day of the disability finding or death
    grades: tuple[int, ...] = ()  #: disability grades, 1 worst to 10
    is_death: bool = False
    medical: Decimal = Decimal(0)
    future_medical: Decimal = Decimal(0)
    hospital_days: int = 0
    meal_rate: Decimal | None = None
    leave_days: int = 0
    daily_income: Decimal | None = None
    care_days: int = 0
    care_rate: Decimal | None = None
    care_persons: int = 1
    nutrition_days: int = 0
    nutrition_rate: Decimal | None = None
    travel: Decimal = Decimal(0)
    appraisal: Decimal = Decimal(0)
    device_price: Decimal = Decimal(0)
    device_count: int = 0
    dependants: tuple[Dependant, ...] = ()
    moral: Decimal | None = None  #: None: by the table of the rules set
    liability: Decimal = Decimal(1)  #: share of the other side, 0 to 1
    moral_shares_liability: bool = True
    home_income: Decimal | None = None  #: proved higher figure of the victim's home region (RSSH 18)
    home_consumption: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of W16; ``amount`` None when a parameter is missing, which ``missing`` names."""

    name: str
    formula: str
    amount: Decimal | None
    source: str  #: id in sources.toml
    missing: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The calculation. Sums are None while an item is missing."""

    set_id: str
    year: int | None
    items: tuple[Item, ...]
    subtotal: Decimal | None  #: all items but the moral one
    shared: Decimal | None  #: subtotal × liability
    moral: Decimal | None  #: after liability where it shares
    total: Decimal | None
    liability: Decimal
    lines: tuple[str, ...]  #: Chinese, for the paper
    missing: tuple[str, ...] = ()
    disclaimer: str = DISCLAIMER


def calculate(given: Parameters, sets: Sets) -> Result:
    """
    Calculate every item that has an occasion.

    Raises:
        CompensationInvalid: an input is out of range; the sentence names it.
        ParameterMissing: the rules set itself is missing.
    """
    _ensure_sound(given)
    rules = parameter_sets.on_date(sets, "compensation-rules", given.reckoned_on)
    figures = _Figures(given, sets)
    items = (*_expenses(given), *_life_items(given, figures, rules))
    moral = _moral_item(given, rules)
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


class _Figures:
    """I, C and W of the case: from the chosen set, I and C from the home region where proved higher."""

    def __init__(self, given: Parameters, sets: Sets) -> None:
        self.given = given
        self.chosen = _choose(given, sets)
        self.wanted = f"({given.region},{given.reckoned_on.year - 1})"
        if given.set_id != "auto":
            self.wanted = f"({given.set_id})"
        elif given.harm_on < PILOT_UNTIL:
            self.wanted = "(JS-PILOT)"

    def get(self, key: str) -> Decimal:
        home = {"I": self.given.home_income, "C": self.given.home_consumption}.get(key)
        return max(home, self._local(key)) if home is not None else self._local(key)

    def _local(self, key: str) -> Decimal:
        if self.chosen is None:
            raise ParameterMissing([f"E-PARAM-MISSING{self.wanted}"])
        return parameter_sets.amount(self.chosen, key)


def _choose(given: Parameters, sets: Sets) -> ParameterSet | None:
    if given.set_id != "auto":
        return sets.get(given.set_id)
    if given.harm_on < PILOT_UNTIL:
        pilots = (entry for entry in sets.values() if entry.kind == "compensation-pilot")
        return next((entry for entry in pilots if entry.region == given.region), None)
    return parameter_sets.of_year(sets, "compensation", given.region, given.reckoned_on.year - 1)


def _expenses(given: Parameters) -> list[Item]:
    lines = [
        _paid("医疗费", "RSSH-6", given.medical, "凭票据"),
        _paid("后续医疗费", "RSSH-6", given.future_medical, "必然发生的后续治疗费"),
        _daily("误工费", "RSSH-7", given.leave_days, given.daily_income, "误工日收入"),
        _care(given),
        _paid("交通费", "RSSH-9", given.travel, "凭票据，与就医相符"),
        _daily("住院伙食补助费", "RSSH-10", given.hospital_days, given.meal_rate, "住院伙食补助标准"),
        _daily("营养费", "RSSH-11", given.nutrition_days, given.nutrition_rate, "营养费标准"),
        _device(given),
        _paid("鉴定费等", "RSSH", given.appraisal, "实际支出"),
    ]
    return [line for line in lines if line is not None]


def _paid(name: str, source: str, paid: Decimal, why: str) -> Item | None:
    if not paid:
        return None
    return Item(name=name, formula=f"{why}：{spoken(paid)}元", amount=cents(paid), source=source)


def _daily(name: str, source: str, days: int, rate: Decimal | None, what: str) -> Item | None:
    if not days:
        return None
    if rate is None:
        return _lacking(name, source, what)
    return Item(name=name, formula=f"{spoken(rate)}元×{days}日", amount=cents(rate * days), source=source)


def _care(given: Parameters) -> Item | None:
    item = _daily("护理费", "RSSH-8", given.care_days * given.care_persons, given.care_rate, "护理费标准")
    if item is None or item.amount is None or given.care_rate is None:
        return item
    formula = f"{spoken(given.care_rate)}元×{given.care_days}日×{given.care_persons}人"
    return Item(name=item.name, formula=formula, amount=item.amount, source=item.source)


def _device(given: Parameters) -> Item | None:
    if not given.device_count:
        return None
    formula = f"{spoken(given.device_price)}元×{given.device_count}次"
    total = cents(given.device_price * given.device_count)
    return Item(name="残疾辅助器具费", formula=formula, amount=total, source="RSSH-13")


def _life_items(given: Parameters, figures: _Figures, rules: ParameterSet) -> list[Item]:
    if given.is_death:
        return [
            _item("死亡赔偿金", "RSSH-15", lambda: _death(given, figures, rules)),
            *_dependant_items(given, figures, rules, Decimal(1)),
            _item("丧葬费", "RSSH-14", lambda: _funeral(figures, rules)),
        ]
    if not given.grades:
        return []
    coefficient = loss_coefficient(given.grades, rules)
    return [
        _item("残疾赔偿金", "RSSH-12", lambda: _disability(given, figures, rules, coefficient)),
        *_dependant_items(given, figures, rules, coefficient),
    ]


def _item(name: str, source: str, work_out: Callable[[], tuple[str, Decimal]]) -> Item:
    try:
        formula, total = work_out()
    except ParameterMissing as missing:
        return _lacking(name, source, "、".join(missing.missing))
    return Item(name=name, formula=formula, amount=total, source=source)


def _lacking(name: str, source: str, what: str) -> Item:
    missing = what if what.startswith("E-PARAM-MISSING") else f"E-PARAM-MISSING({what})"
    return Item(name=name, formula="参数缺失，未计算", amount=None, source=source, missing=missing)


def years_of(age: int, rules: ParameterSet) -> int:
    """Return the years of compensation at *age*: 20, one less per year over 60, 5 from 75."""
    number = {key: int(parameter_sets.amount(rules, key)) for key in AGE_KEYS}
    if age >= number["floor_age"]:
        return number["floor_years"]
    return number["base_years"] - max(0, age - number["reduce_from_age"])


AGE_KEYS = ("base_years", "reduce_from_age", "floor_age", "floor_years")


def loss_coefficient(grades: tuple[int, ...], rules: ParameterSet) -> Decimal:
    """Return (11 − worst grade) × 10 % plus the surcharge of further injuries, at most 100 %."""
    base = Decimal(STEPS - min(grades)) / 10
    surcharge = parameter_sets.amount(rules, "surcharge_per_injury") * (len(grades) - 1)
    surcharge = min(surcharge, parameter_sets.amount(rules, "surcharge_total"))
    return min(base + surcharge, Decimal(1))


def _disability(
    given: Parameters, figures: _Figures, rules: ParameterSet, coefficient: Decimal
) -> tuple[str, Decimal]:
    income, years = figures.get("I"), years_of(given.age or 0, rules)
    formula = f"{spoken(income)}元×{years}年×{percent(coefficient)}"
    return formula, cents(income * years * coefficient)


def _death(given: Parameters, figures: _Figures, rules: ParameterSet) -> tuple[str, Decimal]:
    income, years = figures.get("I"), years_of(given.age or 0, rules)
    return f"{spoken(income)}元×{years}年", cents(income * years)


def _funeral(figures: _Figures, rules: ParameterSet) -> tuple[str, Decimal]:
    wage, months = figures.get("W"), int(parameter_sets.amount(rules, "funeral_months"))
    return f"{spoken(wage)}元÷12×{months}个月", cents(Fraction(wage) * months / 12)


def _dependant_items(
    given: Parameters, figures: _Figures, rules: ParameterSet, coefficient: Decimal
) -> list[Item]:
    if not given.dependants:
        return []
    return [
        _item(
            "被扶养人生活费（计入残疾赔偿金或死亡赔偿金）",
            "RSSH-17",
            lambda: _dependants(given, figures.get("C"), rules, coefficient),
        )
    ]


def _dependants(
    given: Parameters, consumption: Decimal, rules: ParameterSet, coefficient: Decimal
) -> tuple[str, Decimal]:
    shares = [
        (_support_years(person, rules), Fraction(consumption) * Fraction(coefficient) / person.supporters)
        for person in given.dependants
    ]
    total, capped = Fraction(0), False
    for year in range(max(years for years, _ in shares)):
        yearly = sum((share for years, share in shares if years > year), Fraction(0))
        capped = capped or yearly > consumption
        total += min(yearly, Fraction(consumption))
    parts = [
        f"{person.name}：{spoken(consumption)}元×{years}年×{percent(coefficient)}÷{person.supporters}人"
        for person, (years, _) in zip(given.dependants, shares, strict=True)
    ]
    limit = f"；年赔偿总额以{spoken(consumption)}元为限" if capped else ""
    return "；".join(parts) + limit, cents(total)


def _support_years(person: Dependant, rules: ParameterSet) -> int:
    adult = int(parameter_sets.amount(rules, "adult_age"))
    return adult - person.age if person.age < adult else years_of(person.age, rules)


def _moral_item(given: Parameters, rules: ParameterSet) -> Item | None:
    if given.moral is not None:
        return _paid("精神损害抚慰金", "JSSH-5", given.moral, "酌定")
    if not given.grades and not given.is_death:
        return None
    step, limit = (parameter_sets.amount(rules, key) for key in ("moral_per_step", "moral_limit"))
    steps = STEPS - (WORST_GRADE if given.is_death else min(given.grades))
    formula = f"参照{spoken(step)}元×{steps}级，不超过{spoken(limit)}元（待核，可酌定）"
    return Item(
        name="精神损害抚慰金", formula=formula, amount=cents(min(step * steps, limit)), source="JSSH-5"
    )


def _sum_up(given: Parameters, figures: _Figures, items: tuple[Item, ...], moral: Item | None) -> Result:
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
