"""From the case's variables to the calculation and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bpmn.deadlines import lawpack
from tasks.calculations.case_file import read_compensation, write_compensation
from tasks.calculations.compensation import CompensationInvalid, calculate

TODAY = date(2026, 11, 23)
VALUES = {
    "parameterSet": "JS-2024", "harmDate": date(2026, 3, 1), "age": Decimal(63), "disabilities": [{"grade": Decimal(10)}],
    "bills": Decimal("18642.50"), "hospitalDays": Decimal(12), "mealDaily": Decimal(50), "leaveDays": Decimal(90),
    "leaveDaily": Decimal(150), "nurseDays": Decimal(60), "nurseDaily": Decimal(120), "nutritionDays": Decimal(60),
    "nutritionDaily": Decimal(40), "travel": Decimal(500), "appraisalFee": Decimal(1800), "moral": Decimal(5000),
    "liability": Decimal(70), "death": False, "dependants": [],
}  # fmt: skip


def test_form_values_give_the_scenario_total():
    """
    What the mediator typed in AT-19 comes to 113 495.62.
    """
    result = calculate(read_compensation(VALUES, TODAY), lawpack.load().parameter_sets)

    answer = write_compensation(result)

    assert answer["total"] == Decimal("113495.62")
    assert {"code": "disability", "amount": Decimal("112494.10")}.items() <= answer["items"][-2].items()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"harmDate": None}, "受伤日期"),
        ({"harmDate": "soon"}, "应填写日期"),
        ({"bills": "many"}, "“医疗费”应填写数字"),
        ({"bills": True}, "“医疗费”应填写数字"),
        ({"hospitalDays": Decimal("1.5")}, "应填写整数"),
        ({"dependants": [{"relation": "父母"}]}, "父母的年龄"),
        ({"dependants": [{"relation": "父母", "age": 62, "able": True}]}, "已成年"),
    ],
)
def test_unfit_value_is_named(change, sentence):
    """
    Each faulty field is named in Chinese.
    """
    with pytest.raises(CompensationInvalid, match=sentence):
        read_compensation({**VALUES, **change}, TODAY)
