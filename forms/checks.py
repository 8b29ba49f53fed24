"""
Checks of numbers that the state gives out: identity cards, credit codes, telephones, division codes, plates.

A check takes the text as typed and what stands beside it, and returns a ``Fault`` or None. ``normalise`` turns what an
input method types (full-width digits, blanks, small letters) into what is checked and stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from bpmn.model import Value
from forms.field import Fault
from forms.locale import N_
from forms.text import half_width

MAX_AGE_YEARS = 130

_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK_DIGITS = "10X98765432"

_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}", re.ASCII)
_AREA_CODE = re.compile(r"\d{12}", re.ASCII)
_GRID_CODE = re.compile(r"\d{15}", re.ASCII)
_PROVINCES = frozenset(
    str(code)
    for region in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in region
) | {"71", "81", "82", "99"}  # 99 is assigned to nobody: demonstration data uses it
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])"
)
_DOCUMENT = re.compile(r"[A-Z0-9()/-]{5,20}")
_IDENTITY_IN_TEXT = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)", re.ASCII)
_MOBILE_IN_TEXT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a check may look at beside its text: the date, and the fields of the same row."""

    today: date
    row: Mapping[str, Value] = field(default_factory=dict)


Check: TypeAlias = Callable[[str, Beside], Fault | None]


@dataclass(frozen=True)
class Identity:
    """What an identity-card number says of its holder."""

    birth: date
    gender: str  #: 男 or 女

    def age_on(self, day: date) -> int:
        """
        Return the age in full years on *day*.

        >>> Identity(date(2000, 3, 2), "女").age_on(date(2026, 3, 1))
        25
        """
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def normalise(text: str) -> str:
    """
    Return *text* half-width, in capitals, without blanks.

    >>> normalise("１１０１０５ 19491231 002x")
    '11010519491231002X'
    """
    return re.sub(r"\s+", "", half_width(text)).upper()


def identity_of(id_number: str) -> Identity | None:
    """
    Return what a well-formed identity-card number says, None where its birth date is none.

    >>> identity_of("11010519491231002X")
    Identity(birth=datetime.date(1949, 12, 31), gender='女')
    """
    number = normalise(id_number)
    if not _ID_NUMBER.fullmatch(number):
        return None
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return Identity(birth, "男" if int(number[16]) % 2 else "女")


def id_number(text: str, beside: Beside) -> Fault | None:
    """
    Check a citizen's identity number: form, birth date, age and check digit (GB 11643).

    >>> id_number("11010519491231002X", Beside(today=date(2026, 11, 23))) is None
    True
    """
    number = normalise(text)
    if not _ID_NUMBER.fullmatch(number):
        return Fault(N_("身份证号应为 18 位，末位可为 X"))
    identity = identity_of(number)
    if identity is None:
        return Fault(N_("身份证号中的出生日期不正确，请核对第 7 至 14 位"))
    if identity.birth > beside.today:
        return Fault(N_("身份证号中的出生日期晚于今天，请核对"))
    if identity.age_on(beside.today) > MAX_AGE_YEARS:
        return Fault(N_("身份证号中的出生日期距今超过 {n} 年，请核对"), n=MAX_AGE_YEARS)
    if id_check_digit(number[:17]) != number[17]:
        return Fault(N_("身份证号校验位不正确，请逐位核对"))
    return None


def id_check_digit(first_17: str) -> str:
    """
    Return the check digit of the first 17 digits of an identity number.

    >>> id_check_digit("44052418800101001")
    '4'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK_DIGITS[total % 11]


def uscc(text: str, _beside: Beside) -> Fault | None:
    """
    Check a unified social credit code: characters and check character (GB 32100).

    >>> uscc("91350100M000100Y43", Beside(today=date(2026, 11, 23))) is None
    True
    """
    code = normalise(text)
    if len(code) != 18 or any(char not in _USCC_CHARACTERS for char in code):
        return Fault(N_("统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z）"))
    if uscc_check_character(code[:17]) != code[17]:
        return Fault(N_("统一社会信用代码校验位不正确，请逐位核对"))
    return None


def uscc_check_character(first_17: str) -> str:
    """
    Return the check character of the first 17 characters of a credit code.

    >>> uscc_check_character("91350100M000100Y4")
    '3'
    """
    values = (_USCC_CHARACTERS.index(char) for char in first_17)
    total = sum(value * weight for value, weight in zip(values, _USCC_WEIGHTS, strict=True))
    return _USCC_CHARACTERS[(31 - total % 31) % 31]


def mobile(text: str, _beside: Beside) -> Fault | None:
    """Check a mobile number of the mainland: 11 digits."""
    return (
        None if _MOBILE.fullmatch(_telephone(text)) else Fault(N_("手机号应为 11 位数字，以 13 至 19 开头"))
    )


def landline(text: str, _beside: Beside) -> Fault | None:
    """Check a landline number with its area code."""
    return None if _LANDLINE.fullmatch(_telephone(text)) else Fault(N_("固定电话应带区号，如 0523-86888888"))


def phone(text: str, _beside: Beside) -> Fault | None:
    """Check a telephone number, mobile or landline."""
    number = _telephone(text)
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return None
    return Fault(N_("电话应为 11 位手机号，或带区号的固定电话（如 0523-86888888）"))


def _telephone(text: str) -> str:
    return normalise(text).removeprefix("+86")


def area_code(text: str, _beside: Beside) -> Fault | None:
    """Check a statistical division code: province 2, city 2, county 2, town 3, village 3 digits."""
    code = normalise(text)
    if not _AREA_CODE.fullmatch(code):
        return Fault(N_("统计用区划代码应为 12 位数字"))
    return _division(code)


def grid_code(text: str, _beside: Beside) -> Fault | None:
    """Check a grid code: a division code down to the village and 3 digits for the grid."""
    code = normalise(text)
    if not _GRID_CODE.fullmatch(code):
        return Fault(N_("网格编码应为 15 位数字：12 位区划代码加 3 位网格号"))
    return _division(code[:12])


def _division(code: str) -> Fault | None:
    if code[:2] not in _PROVINCES:
        return Fault(N_("区划代码的前两位不是省级代码"))
    levels = (code[2:4], code[4:6], code[6:9], code[9:12])
    filled = [int(level) > 0 for level in levels]
    if sorted(filled, reverse=True) != filled:
        return Fault(N_("区划代码中，上级为零时下级也应为零"))
    return None


def plate(text: str, _beside: Beside) -> Fault | None:
    """Check a number plate, new-energy plates included."""
    return (
        None if _PLATE.fullmatch(normalise(text)) else Fault(N_("车牌号格式不正确，如 苏M12345 或 苏MD12345"))
    )


def id_document(text: str, beside: Beside) -> Fault | None:
    """Check the number of the document that the field ``idType`` beside it names."""
    kind = beside.row.get("idType")
    if kind in ("身份证", "港澳居民居住证", "台湾居民居住证", None):
        return id_number(text, beside)
    if kind == "统一社会信用代码":
        return uscc(text, beside)
    return None if _DOCUMENT.fullmatch(normalise(text)) else Fault(N_("证件号码应为 5 至 20 位字母和数字"))


def no_identity(text: str, _beside: Beside) -> Fault | None:
    """Refuse a free text that holds an identity or mobile number: they have fields of their own, which are masked."""
    plain = half_width(text)
    if _IDENTITY_IN_TEXT.search(plain):
        return Fault(N_("{label}中含有身份证号，请删去，改填到当事人信息中"))
    if _MOBILE_IN_TEXT.search(plain):
        return Fault(N_("{label}中含有手机号，请删去，改填到当事人信息中"))
    return None


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "id-number": id_number,
        "cn-id18": id_number,
        "id-document": id_document,
        "uscc": uscc,
        "cn-uscc": uscc,
        "cn-phone": phone,
        "mobile": mobile,
        "landline": landline,
        "phone": phone,
        "area-code": area_code,
        "grid-code": grid_code,
        "plate": plate,
        "no-identity": no_identity,
    }
)
"""Every check by the name that a form's ``properties.check`` uses."""

PROSE_CHECKS = frozenset({"no-identity"})
"""Checks of running text, which is stored as typed instead of normalised."""
