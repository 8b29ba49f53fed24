"""
Masking of personal data: names, numbers, addresses, minors.

Everything is masked unless shown clear on purpose. Masking never fails: what it does not understand it hides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "梁丘",
        "左丘",
        "东门",
        "西门",
    ]
)
#: Keys of party data and how each is masked; any other text of a party stays.
NAME_KEYS = frozenset(
    {"name", "guardian", "agent", "party", "obligor", "creditor", "relationName", "applicant", "respondent"}
)
ID_KEYS = frozenset({"idNo", "uscc"})
PHONE_KEYS = frozenset({"phone", "mobile", "tel"})
ADDRESS_KEYS = frozenset({"address", "regAddress", "addr", "deliverAddr", "gps", "place"})
CONFIDENTIAL = frozenset({"concessions"})  #: never shown outside the mediation room
HIDDEN_KEYS = frozenset({"birth", "special", "healthLevel", "concessions", "reporter"})
HIDDEN = "＊＊＊"
_MARKS = frozenset("*＊")  #: of which every mask but the one of a minor's name has one
_ID = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DIGITS = re.compile(r"\d{7}")  #: what every number below has: most texts are passed over after one look
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")


def name(text: str) -> str:
    """
    Mask a person's name; a compound surname stays whole.

    >>> name("张三丰"), name("欧阳锋"), name("𠮷野"), name("")
    ('张**', '欧阳*', '𠮷*', '')
    """
    text = text.strip()
    kept = 2 if text[:2] in COMPOUND_SURNAMES and len(text) > 2 else 1
    return text[:kept] + "*" * min(len(text) - kept, 6) if len(text) > 1 else text and "*"


def initials(text: str) -> str:
    """
    Mask a minor's name wholly but for the surname's place.

    >>> initials("李小明")
    '某某'
    """
    return "某某" if text.strip() else ""


def id_number(text: str) -> str:
    """
    Mask an identity number: the first six and the last four stay, the birth date goes.

    >>> id_number("32120219900101001X")
    '321202********001X'
    """
    text = text.strip()
    return f"{text[:6]}********{text[-4:]}" if len(text) >= 15 else "*" * len(text)


def phone(text: str) -> str:
    """
    Mask a telephone number.

    >>> phone("13800000012"), phone("0523-86880000")
    ('138****0012', '0523****0000')
    """
    digits = text.strip()
    if len(digits) < 7:
        return "*" * len(digits)
    kept = 4 if digits.startswith("0") else 3
    return f"{digits[:kept]}****{digits[-4:]}"


def address(text: str) -> str:
    """
    Cut an address after its village or community; without one, after its town.

    >>> address("江苏省泰州市海陵区城东街道梅园社区3幢201室")
    '江苏省泰州市海陵区城东街道梅园社区**'
    """
    for mark in ("社区", "村", "街道", "镇", "乡", "区", "县"):
        place = text.find(mark)
        if place >= 0:
            return text[: place + len(mark)] + "**"
    return "**" if text.strip() else ""


def free_text(text: str) -> str:
    """
    Mask identity and telephone numbers inside a text.

    >>> free_text("当事人电话13800000012，身份证990000198001019017")
    '当事人电话138****0012，身份证990000********9017'
    """
    if not _DIGITS.search(text):
        return text
    text = _ID.sub(lambda found: id_number(found[0]), text)
    text = _PHONE.sub(lambda found: phone(found[0]), text)
    return _LANDLINE.sub(lambda found: phone(found[0]), text)


def holds_personal_data(text: str, names: tuple[str, ...] = ()) -> bool:
    """
    Tell whether a text holds an identity number, a telephone number or one of the names.

    >>> holds_personal_data("请打开系统查看新任务"), holds_personal_data("张三丰的案件", ("张三丰",))
    (False, True)
    """
    shapes = any(pattern.search(text) for pattern in (_ID, _PHONE, _LANDLINE))
    return shapes or any(len(n) > 1 and n in text for n in names)


def is_minor(party: Mapping[str, Any], today: date) -> bool:
    """
    Tell whether a party is under 18, by mark, birth date or identity number.

    >>> is_minor({"idNo": "990000201209099049"}, date(2026, 11, 23))
    True
    """
    if "未成年" in (party.get("vulnerable") or ()):
        return True
    born = party.get("birth") or _birth_of(str(party.get("idNo") or ""))
    if not isinstance(born, date):
        return False
    return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) < 18


def _birth_of(id_no: str) -> date | None:
    try:
        return date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14])) if len(id_no) == 18 else None
    except ValueError:
        return None


def variables(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """
    Mask a case's variables at any depth: a value is hidden by the key it stands under, texts by their shape.

    >>> variables({"parties": [{"name": "张三丰", "phone": "13800000012"}]}, date(2026, 1, 1))
    {'parties': [{'name': '张**', 'phone': '138****0012'}]}
    """
    known = {
        p["name"]: is_minor(p, today)
        for p in _parties(values)
        if isinstance(p.get("name"), str) and p["name"]
    }
    return {key: _mask(key, value, known, today) for key, value in values.items()}


def person(party: Mapping[str, Any], today: date) -> dict[str, Any]:
    """
    Mask one person.

    >>> person({"name": "张三丰", "phone": "13800000012"}, date(2026, 1, 1))
    {'name': '张**', 'phone': '138****0012'}
    """
    if is_minor(party, today):
        return _minor(party)
    return {key: _mask(key, value, {}, today) for key, value in party.items()}


def _parties(values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = values.get("parties")
    return [p for p in found if isinstance(p, Mapping)] if isinstance(found, list | tuple) else []


def title(text: str, values: Mapping[str, Any], today: date) -> str:
    """
    Mask the names of a case's parties and any number inside a title.

    >>> title("张三丰与李四噪声纠纷", {"parties": [{"name": "张三丰"}, {"name": "李四"}]}, date(2026, 1, 1))
    '张**与李*噪声纠纷'
    """
    for party in _parties(values):
        full = party.get("name")
        if isinstance(full, str) and len(full) > 1:
            text = text.replace(full, initials(full) if is_minor(party, today) else name(full))
    return free_text(text)


def _mask(key: str, value: Any, known: Mapping[str, bool], today: date) -> Any:
    if isinstance(value, str):
        return HIDDEN if key in HIDDEN_KEYS else _text(key, value, known)
    if isinstance(value, Mapping):
        if _is_person(value) and is_minor(value, today):
            return _minor(value)
        return {k: _mask(k, v, known, today) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_mask(key, item, known, today) for item in value]
    if key in HIDDEN_KEYS and value is not None:
        return HIDDEN
    return value


def _is_person(value: Mapping[str, Any]) -> bool:
    return "name" in value and not {"idNo", "birth", "vulnerable"}.isdisjoint(value)


def _minor(party: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"id", "role", "type", "capacity", "vulnerable"}
    return {k: v if k in shown else (initials(v) if k == "name" else HIDDEN) for k, v in party.items()}


def _text(key: str, value: str, known: Mapping[str, bool]) -> str:
    mask = _MASK_OF.get(key)
    if mask is not None:
        return initials(value) if mask is name and known.get(value) else mask(value)
    for full, minor in known.items():
        if len(full) > 1:
            value = value.replace(full, initials(full) if minor else name(full))
    return free_text(value)


#: What hides the text under a key of party data.
_MASK_OF = {
    **dict.fromkeys(ADDRESS_KEYS, address),
    **dict.fromkeys(PHONE_KEYS, phone),
    **dict.fromkeys(ID_KEYS, id_number),
    **dict.fromkeys(NAME_KEYS, name),
}


def holds_masks(raw: Any) -> bool:
    """
    Tell whether a submission may hold anything that this module wrote in the place of a value.

    >>> holds_masks({"name": "张**", "age": "9"}), holds_masks({"name": "张三丰"})
    (True, False)
    """
    if isinstance(raw, str):
        return not _MARKS.isdisjoint(raw) or "某某" in raw
    if isinstance(raw, Mapping):
        return any(map(holds_masks, raw.values()))
    return isinstance(raw, list) and any(map(holds_masks, raw))


def restored(raw: Any, seen: Any, stored: Any) -> Any:
    """
    Put stored values back where a form sends back what it was shown masked, so that no mask overwrites data.

    >>> restored({"name": "张**", "age": "9"}, {"name": "张**"}, {"name": "张三丰"})
    {'name': '张三丰', 'age': '9'}
    """
    if isinstance(raw, Mapping) and isinstance(seen, Mapping) and isinstance(stored, Mapping):
        return {k: restored(v, seen.get(k), stored.get(k)) for k, v in raw.items()}
    if isinstance(raw, list) and isinstance(seen, list) and isinstance(stored, list):
        return [restored(v, *pair) for v, pair in _aligned(raw, seen, stored)]
    return stored if isinstance(raw, str) and raw == seen and raw != stored else raw


def _aligned(raw: list[Any], seen: list[Any], stored: list[Any]) -> list[tuple[Any, tuple[Any, Any]]]:
    """Pair rows by the number that the form keeps under ``__row``, else by place."""
    pairs = []
    for place, row in enumerate(raw):
        at = row.get("__row") if isinstance(row, Mapping) else None
        number = int(at) if isinstance(at, int | str) and str(at).isdecimal() else place
        known = number < min(len(seen), len(stored))
        pairs.append((row, (seen[number], stored[number]) if known else (None, None)))
    return pairs
