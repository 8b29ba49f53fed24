"""AT-19: compensation to the cent, and refusal instead of guessing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest

from bpmn.deadlines import lawpack
from tasks.calculations.compensation import (
    CompensationInvalid,
    Dependant,
    Parameters,
    calculate,
    complete,
    years_of,
)
from tasks.calculations.parameters import ParameterMissing

SETS = lawpack.load().parameter_sets
TODAY = date(2026, 11, 23)

INJURY = Parameters(
    harm_on=date(2026, 3, 1), reckoned_on=TODAY, set_id="JS-2024", age=63, grades=(10,),
    medical=Decimal("18642.50"), hospital_days=12, meal_rate=Decimal(50), leave_days=90, daily_income=Decimal(150),
    care_days=60, care_rate=Decimal(120), nutrition_days=60, nutrition_rate=Decimal(40), travel=Decimal(500),
    appraisal=Decimal(1800), moral=Decimal(5000), liability=Decimal("0.7"),
)  # fmt: skip
DEATH = Parameters(
    harm_on=date(2026, 3, 1), reckoned_on=TODAY, set_id="JS-2024", age=45, is_death=True, moral=Decimal(0),
    dependants=(Dependant(name="子女", age=10, supporters=2), Dependant(name="父亲", age=62, supporters=3)),
)  # fmt: skip


def with_wage(sets, wage):
    """The sets after staff entered W of 2024."""
    entry = sets["JS-2024"]
    values = MappingProxyType({**entry.values, "W": Decimal(wage)})
    return {**sets, "JS-2024": replace(entry, values=values)}


def amounts(result):
    """Amounts by the first word of the item."""
    return {item.name[:6]: item.amount for item in result.items}


def test_injury_is_reckoned_to_the_cent():
    """
    Every sum of the scenario comes out as the dossier has it.
    """
    result = complete(calculate(INJURY, SETS))

    assert amounts(result)["残疾赔偿金"] == Decimal("112494.10")
    assert result.subtotal == Decimal("157136.60")
    assert (result.shared, result.moral, result.total) == (
        Decimal("109995.62"),
        Decimal("3500.00"),
        Decimal("113495.62"),
    )


def test_death_is_reckoned_with_the_wage_staff_entered():
    """
    Death, funeral and both dependants come out as the dossier has them.
    """
    result = complete(calculate(DEATH, with_wage(SETS, "127620")))

    assert amounts(result) == {
        "死亡赔偿金": Decimal("1323460.00"), "被扶养人生活": Decimal("421970.00"), "丧葬费": Decimal("63810.00"),
    }  # fmt: skip


def test_missing_wage_blocks_the_funeral_item_alone():
    """
    Without W only the funeral item is open; the total stays open with it.
    """
    result = calculate(DEATH, SETS)

    assert [item.name for item in result.items if item.amount is None] == ["丧葬费"]
    assert result.missing == ("E-PARAM-MISSING(JS-2024,W)",)
    with pytest.raises(ParameterMissing, match="JS-2024,W"):
        complete(result)


def test_auto_never_takes_another_year():
    """
    In 2026 the statistics of 2025 are wanted; 2024 is not used silently.
    """
    result = calculate(replace(INJURY, set_id="auto"), SETS)

    assert result.total is None
    assert result.missing == ("E-PARAM-MISSING(江苏,2025)",)


def test_expenses_alone_need_no_statistics():
    """
    A slight injury without disability is reckoned although the year's set is missing.
    """
    result = complete(calculate(replace(INJURY, set_id="auto", grades=(), age=None, moral=None), SETS))

    assert result.total == Decimal("31249.75")


def test_old_torts_use_the_pilot_set_and_refuse_its_missing_base():
    """
    Before 2022-05-01 the pilot base applies, which nobody has confirmed yet.
    """
    result = calculate(replace(INJURY, set_id="auto", harm_on=date(2022, 4, 30)), SETS)

    assert result.missing == ("E-PARAM-MISSING(JS-PILOT,I)",)


def test_missing_rate_is_named():
    """
    Hospital days without a meal rate leave that item open.
    """
    result = calculate(replace(INJURY, meal_rate=None), SETS)

    assert result.missing == ("E-PARAM-MISSING(住院伙食补助标准)",)


@pytest.mark.parametrize(
    ("age", "years"), [(30, 20), (60, 20), (61, 19), (63, 17), (74, 6), (75, 5), (90, 5)]
)
def test_years_shrink_with_age(age, years):
    """
    Twenty years, one less for each year over sixty, five from seventy-five.
    """
    assert years_of(age, SETS["compensation-rules"]) == years


def test_yearly_support_is_capped_at_one_consumption():
    """
    Three full dependants of one year each do not exceed one year's consumption.
    """
    alone = tuple(Dependant(name=f"子女{n}", age=17) for n in range(3))

    result = calculate(replace(DEATH, dependants=alone), SETS)

    assert amounts(result)["被扶养人生活"] == Decimal("42197.00")
    assert any("年赔偿总额以42,197元为限" in line for line in result.lines)


def test_several_grades_add_a_surcharge():
    """
    The worst grade leads; each further injury adds two percent.
    """
    result = calculate(replace(INJURY, age=40, grades=(9, 10)), SETS)

    assert amounts(result)["残疾赔偿金"] == Decimal("291161.20")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"liability": Decimal("1.2")}, "责任比例"),
        ({"grades": (11,)}, "伤残等级"),
        ({"age": None}, "年龄"),
        ({"hospital_days": -1}, "负数"),
        ({"harm_on": date(2027, 1, 1)}, "损害日期"),
    ],
)
def test_impossible_input_is_refused(change, sentence):
    """
    Each impossible value is named.
    """
    with pytest.raises(CompensationInvalid, match=sentence):
        calculate(replace(INJURY, **change), SETS)
