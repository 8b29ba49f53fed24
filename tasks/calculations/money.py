"""Money in yuan, rounded half up to the cent, and its Chinese spelling in formulas."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def cents(amount: Decimal | Fraction) -> Decimal:
    """
    Round half up to the cent.

    >>> cents(Decimal("0.125")), cents(Fraction(1, 3))
    (Decimal('0.13'), Decimal('0.33'))
    """
    if isinstance(amount, Fraction):
        # Exact: a third of a yuan has no finite decimal, so round the integer number of cents instead.
        doubled = (abs(amount) * 200).__floor__()
        whole = Decimal((doubled + 1) // 2) * CENT
        return whole if amount >= 0 else -whole
    return amount.quantize(CENT, ROUND_HALF_UP)


def spoken(number: Decimal | int) -> str:
    """
    Write a number for a formula: thousands apart, no needless zeros.

    >>> spoken(Decimal("66173.00")), spoken(Decimal("18642.50"))
    ('66,173', '18,642.5')
    """
    text = f"{Decimal(number):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Decimal) -> str:
    """
    Write a share as a percentage.

    >>> percent(Decimal("0.7"))
    '70%'
    """
    return f"{spoken(share * 100)}%"
