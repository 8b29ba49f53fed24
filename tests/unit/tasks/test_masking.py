"""Masking: names, numbers, addresses, minors, and sending back what was shown masked."""

from __future__ import annotations

from datetime import date

import pytest

from tasks import masking
from tasks.errors import PersonalDataInPublicChannel
from tasks.notices import channels

TODAY = date(2026, 11, 23)


def test_a_minor_is_hidden_wholly() -> None:
    """
    Of a minor only the role in the case remains.
    """
    party = {
        "role": "申请人",
        "name": "庚某",
        "idNo": "990000201010019072",
        "phone": "16000000001",
        "address": "城东",
    }

    (shown,) = masking.variables({"parties": [party]}, TODAY)["parties"]

    assert shown == {
        "role": "申请人",
        "name": "某某",
        "idNo": "＊＊＊",
        "phone": "＊＊＊",
        "address": "＊＊＊",
    }


def test_names_inside_texts_are_masked_with_the_parties() -> None:
    """
    A summary that names a party or a number is masked as they are.
    """
    values = {"parties": [{"name": "张三丰"}], "dispute": {"summary": "张三丰（13800000012）称受到威胁"}}

    assert masking.variables(values, TODAY)["dispute"]["summary"] == "张**（138****0012）称受到威胁"


def test_what_was_shown_masked_never_overwrites_data() -> None:
    """
    A form that sends the mask back restores the stored value, row by row.
    """
    stored = {
        "parties": [{"name": "张三丰", "phone": "13800000012"}, {"name": "李四", "phone": "13900000012"}]
    }
    seen = masking.variables(stored, TODAY)
    raw = {"parties": [{"__row": "1", "name": "李*", "phone": "13700000000"}]}

    assert masking.restored(raw, seen, stored) == {
        "parties": [{"__row": "1", "name": "李四", "phone": "13700000000"}]
    }


def test_public_channels_get_a_link_and_nothing_else() -> None:
    """
    A title with a name never reaches WeChat or DingTalk.
    """
    sent: list[str] = []

    def sender(address: str, *, title: str, body: str) -> bool:
        sent.append(title + body)
        return True

    channels.send(
        ["dingtalk://x", "wecombot://y"],
        subject="张三丰的案件超期",
        link="https://house/tasks/1",
        sender=sender,
    )

    assert all("张三丰" not in text and "https://house/tasks/1" in text for text in sent)


def test_numbers_in_a_notice_stop_it() -> None:
    """
    A link that carries a telephone number is refused before anything is sent.
    """
    with pytest.raises(PersonalDataInPublicChannel):
        channels.send(
            ["mailto://x"], subject="提醒", link="https://house/?p=13800000012", sender=lambda *a, **k: True
        )
