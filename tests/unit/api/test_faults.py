"""What is wrong with a request is said in Chinese, whatever Pydantic finds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.faults import sentence


class Everything(BaseModel):
    """One member of each kind that our doors take."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(default="", max_length=3, pattern="^a")
    whole: int = Field(default=1, ge=1, le=9)
    real: float = 1.0
    flag: bool = True
    day: date = date(2026, 1, 1)
    at: datetime = datetime(2026, 1, 1)
    many: list[int] = Field(default=[], max_length=1)
    named: dict[str, int] = {}
    one_of: Literal["甲", "乙"] = "甲"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"other": 1}, "没有这一项，请删去或检查名称。"),
        ({"text": 1}, "应为文字。"),
        ({"text": "abcd"}, "最多 3 个字符。"),
        ({"text": "b"}, "格式不正确，应符合 ^a。"),
        ({"whole": "x"}, "应为整数。"),
        ({"whole": 1.5}, "应为整数。"),
        ({"whole": 0}, "不能小于 1。"),
        ({"whole": 10}, "不能大于 9。"),
        ({"real": "x"}, "应为数字。"),
        ({"flag": "x"}, "应为 true 或 false。"),
        ({"day": "x"}, "应为日期，如 2026-09-18。"),
        ({"at": "x"}, "应为日期和时间，如 2026-09-18T16:40:00+08:00。"),
        ({"many": 1}, "应为列表。"),
        ({"many": [1, 2]}, "最多 1 项。"),
        ({"named": 1}, "应为对象。"),
        ({"one_of": "丙"}, "只能是 '甲'、'乙'。"),
    ],
)
def test_a_fault_is_a_chinese_sentence(given: dict[str, Any], said: str) -> None:
    """
    A fault of a request names what should have been there.
    """
    with pytest.raises(ValidationError) as found:
        Everything(**given)

    assert sentence(found.value.errors()[0]) == said
