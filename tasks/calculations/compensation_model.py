"""What goes into a compensation calculation and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bpmn.errors import Invalid

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
