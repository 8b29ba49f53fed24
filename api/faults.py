"""Faults of a request in words: what Pydantic says in English for programmers, as a sentence that names the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from api.i18n import gettext as _
from forms.locale import N_

#: Pydantic's error type -> sentence; ``%(…)s`` are members of its context.
SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing": N_("缺少这一项，请补上。"),
        "extra_forbidden": N_("没有这一项，请删去或检查名称。"),
        "literal_error": N_("只能是 %(expected)s。"),
        "enum": N_("只能是 %(expected)s。"),
        "string_too_long": N_("最多 %(max_length)s 个字符。"),
        "string_too_short": N_("至少 %(min_length)s 个字符。"),
        "string_pattern_mismatch": N_("格式不正确，应符合 %(pattern)s。"),
        "too_long": N_("最多 %(max_length)s 项。"),
        "too_short": N_("至少 %(min_length)s 项。"),
        "greater_than_equal": N_("不能小于 %(ge)s。"),
        "greater_than": N_("应大于 %(gt)s。"),
        "less_than_equal": N_("不能大于 %(le)s。"),
        "less_than": N_("应小于 %(lt)s。"),
        "timezone_aware": N_("时间应带时区，如 2026-09-18T16:40:00+08:00。"),
    }
)
#: The first word of a type (``int_parsing``, ``date_from_datetime_inexact``) -> what it should have been.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string": N_("应为文字。"),
        "int": N_("应为整数。"),
        "float": N_("应为数字。"),
        "decimal": N_("应为数字。"),
        "bool": N_("应为 true 或 false。"),
        "list": N_("应为列表。"),
        "tuple": N_("应为列表。"),
        "dict": N_("应为对象。"),
        "model": N_("应为对象。"),
        "date": N_("应为日期，如 2026-09-18。"),
        "datetime": N_("应为日期和时间，如 2026-09-18T16:40:00+08:00。"),
        "time": N_("应为时间，如 16:40:00。"),
        "uuid": N_("应为 UUID。"),
        "url": N_("应为网址。"),
    }
)


def sentence(fault: Mapping[str, Any]) -> str:
    """
    Return what is wrong with one member of a request, in the reader's language.

    >>> sentence({"type": "string_too_long", "ctx": {"max_length": 200}})
    '最多 200 个字符。'
    >>> sentence({"type": "int_parsing"})
    '应为整数。'
    """
    kind = fault["type"]
    known = SENTENCES.get(kind) or KINDS.get(kind.split("_")[0])
    if known is None:
        return _("内容不符合要求，请对照接口说明检查。")
    return _(known) % {name: str(value).replace(" or ", "、") for name, value in fault.get("ctx", {}).items()}
