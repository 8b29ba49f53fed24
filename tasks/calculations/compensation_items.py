"""
The items of a personal-injury compensation, each with its formula.

Legal source: ``sources.toml#RSSH``, ``#JSSH-5``
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bpmn.deadlines.lawpack_lists import ParameterSet
from tasks.calculations import parameters as parameter_sets
from tasks.calculations.compensation_model import Dependant, Item, Parameters
from tasks.calculations.money import cents, percent, spoken
from tasks.calculations.parameters import ParameterMissing, Sets

PILOT_UNTIL = date(2022, 5, 1)  #: torts before this day are reckoned by the pilot set
WORST_GRADE, STEPS = 1, 11


class Figures:
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
        """
        Return I, C or W.

        Raises:
            ParameterMissing: the set or the number was never entered.
        """
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


def expenses(given: Parameters) -> list[Item]:
    """Return the items of paid and daily costs that have an occasion."""
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


def life_items(given: Parameters, figures: Figures, rules: ParameterSet) -> list[Item]:
    """Return the items of disability or death, dependants and funeral included."""
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
    given: Parameters, figures: Figures, rules: ParameterSet, coefficient: Decimal
) -> tuple[str, Decimal]:
    income, years = figures.get("I"), years_of(given.age or 0, rules)
    formula = f"{spoken(income)}元×{years}年×{percent(coefficient)}"
    return formula, cents(income * years * coefficient)


def _death(given: Parameters, figures: Figures, rules: ParameterSet) -> tuple[str, Decimal]:
    income, years = figures.get("I"), years_of(given.age or 0, rules)
    return f"{spoken(income)}元×{years}年", cents(income * years)


def _funeral(figures: Figures, rules: ParameterSet) -> tuple[str, Decimal]:
    wage, months = figures.get("W"), int(parameter_sets.amount(rules, "funeral_months"))
    return f"{spoken(wage)}元÷12×{months}个月", cents(Fraction(wage) * months / 12)


def _dependant_items(
    given: Parameters, figures: Figures, rules: ParameterSet, coefficient: Decimal
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


def moral_item(given: Parameters, rules: ParameterSet) -> Item | None:
    """Return the moral-harm item: as given, else by the table of the rules set; None without occasion."""
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
