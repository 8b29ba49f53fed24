"""
FEEL functions for papers: amounts, dates and numerals as official papers write them. All are pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from bpmn.model import Value
from forms.checks import identity_of
from forms.field import Option
from forms.words import amount_in_capitals, date_in_words

NUMERALS = "〇一二三四五六七八九"


def money(amount: Value) -> Value:
    """
    Return yuan with thousands commas and two places, null for anything but a number.

    >>> money(Decimal("12000.5"))
    '12,000.50'
    """
    if not isinstance(amount, Decimal):
        return None
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,f}"


def capitals(amount: Value) -> Value:
    """
    Return yuan in capital numerals, null for anything but a number below a thousand trillion.

    >>> capitals(Decimal(12000))
    '壹万贰仟元整'
    """
    if not isinstance(amount, Decimal) or abs(amount) >= Decimal(10) ** 15:
        return None
    return amount_in_capitals(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def day(moment: Value) -> Value:
    """
    Return the date of a date or moment in words, null for anything else.

    >>> day(datetime(2026, 11, 23, 9, 30))
    '2026年11月23日'
    """
    return date_in_words(moment) if isinstance(moment, date) else None


def moment(value: Value) -> Value:
    """
    Return a moment in words, to the minute; a date stays a date.

    >>> moment(datetime(2026, 11, 23, 9, 5))
    '2026年11月23日9时05分'
    """
    if isinstance(value, datetime):
        return f"{date_in_words(value)}{value.hour}时{value.minute:02d}分"
    return day(value)


def numeral(number: Value) -> Value:
    """
    Return a small whole number in Chinese numerals, for counting paragraphs.

    >>> [numeral(Decimal(n)) for n in (3, 10, 12, 20, 45)]
    ['三', '十', '十二', '二十', '四十五']
    """
    if not isinstance(number, Decimal) or number != int(number) or not 0 <= number < 100:
        return None
    tens, ones = divmod(int(number), 10)
    words = NUMERALS[ones] if ones or not tens else ""
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + words if tens else words


def age(birth: Value, on: Value) -> Value:
    """
    Return full years between two dates, null where one is missing.

    >>> age(date(2000, 3, 2), date(2026, 3, 1))
    Decimal('25')
    """
    if not isinstance(birth, date) or not isinstance(on, date):
        return None
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return Decimal(years) if years >= 0 else None


def gender(id_number: Value) -> Value:
    """
    Return 男 or 女 from an identity-card number, null where it is none.

    >>> gender("11010519491231002X")
    '女'
    """
    identity = identity_of(id_number) if isinstance(id_number, str) else None
    return identity.gender if identity else None


def birthday(id_number: Value) -> Value:
    """
    Return the birth date from an identity-card number, null where it is none.

    >>> birthday("11010519491231002X")
    datetime.date(1949, 12, 31)
    """
    identity = identity_of(id_number) if isinstance(id_number, str) else None
    return identity.birth if identity else None


def tick(is_so: Value) -> str:
    """
    Return a ticked or an empty box.

    >>> tick(True), tick(None)
    ('☑', '☐')
    """
    return "☑" if is_so is True else "☐"


def label(_code_list: Value, code: Value) -> Value:
    """
    Return a code as it is: what ``label of`` says where nobody gave the code lists.
    """
    return code


def labels(code_lists: Mapping[str, Sequence[Option]]) -> Mapping[str, Callable[..., Value]]:
    """
    Return the function ``label of(list name, code)`` over the law pack's code lists, for an environment.

    >>> labels({"t": [Option("0201", "噪音")]})["label of"]("t", "0201")
    '噪音'
    """
    known = {name: {option.value: option.label for option in options} for name, options in code_lists.items()}

    def label_of(code_list: Value, code: Value) -> Value:
        return known.get(str(code_list), {}).get(str(code), code)

    return {"label of": label_of}


PAPER_FUNCTIONS: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {
        "money": money,
        "capitals": capitals,
        "on day": day,
        "at moment": moment,
        "numeral": numeral,
        "age at": age,
        "gender of": gender,
        "birth of": birthday,
        "tick": tick,
        "label of": label,
    }
)
"""The functions that placeholders of papers may call, by their FEEL names."""
