"""
FEEL values in words, as texts in forms and papers print them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from bpmn.model import Value

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")


def in_words(value: Value) -> str:
    """
    Return *value* as people write it.

    >>> in_words(Decimal("1200.50")), in_words(date(2026, 11, 23)), in_words(None), in_words(["甲", "乙"])
    ('1200.50', '2026年11月23日', '', '甲、乙')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{date_in_words(value)} {value:%H:%M}"
    if isinstance(value, date):
        return date_in_words(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list | tuple):
        return "、".join(in_words(item) for item in value)
    return "" if isinstance(value, Mapping) else str(value)


def date_in_words(day: date) -> str:
    """
    Return a date as papers write it.

    >>> date_in_words(date(2026, 1, 5))
    '2026年1月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def amount_in_capitals(amount: Decimal) -> str:
    """
    Return yuan in the capital numerals that papers use beside digits, to the fen.

    >>> amount_in_capitals(Decimal("10305.20"))
    '壹万零叁佰零伍元贰角整'
    >>> amount_in_capitals(Decimal("0")), amount_in_capitals(Decimal("1680.05"))
    ('零元整', '壹仟陆佰捌拾元零伍分')
    """
    cents = int((abs(amount) * 100).to_integral_value())
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    sign = "负" if amount < 0 and cents else ""
    words = sign + (_whole(yuan) + "元" if yuan or not cents else "")
    if not jiao and not fen:
        return words + "整"
    words += DIGITS[jiao] + "角" if jiao else ("零" if yuan else "")
    return words + (DIGITS[fen] + "分" if fen else "整")


def _whole(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, was_gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group and words and (was_gap or group < 1000):
            words += DIGITS[0]
        words += _group(group) + GROUPS[index] if group else ""
        was_gap = not group
    return words


def _group(number: int) -> str:
    words, is_gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += (DIGITS[0] if is_gap and words else "") + DIGITS[digit] + PLACES[place]
        is_gap = not digit
    return words
