"""
Channels beside the inbox, through Apprise: WeCom (企业微信), DingTalk (钉钉), e-mail and many more.

Public channels get a link and a fixed sentence, never a title, a name or a number. The rule is enforced here, at the last
place before the text leaves; no caller can lift it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import apprise

from tasks import masking
from tasks.errors import DeliveryRefused, PersonalDataInPublicChannel

log = logging.getLogger(__name__)
#: Schemes of Apprise whose servers are not ours: links only.
PUBLIC = frozenset(
    {
        "wecombot",
        "wecom",
        "wechat",
        "wxpusher",
        "dingtalk",
        "feishu",
        "lark",
        "pushplus",
        "serverchan",
        "qq",
        "telegram",
    }
)
SENTENCE = "您有一条新的工作提醒，请登录警法通查看。"


class Sender(Protocol):
    """Something that sends a text to one address."""

    def __call__(self, address: str, *, title: str, body: str) -> bool:
        """Send; tell whether the channel took it."""


def send_by_apprise(address: str, *, title: str, body: str) -> bool:
    """Send one text to one Apprise address."""
    channel = apprise.Apprise()
    return bool(channel.add(address)) and bool(channel.notify(title=title, body=body))


def is_public(address: str) -> bool:
    """
    Tell whether a channel leaves the house's own systems.

    >>> is_public("dingtalk://token/"), is_public("mailtos://user@mail.example.gov.cn")
    (True, False)
    """
    return address.partition("://")[0].lower() in PUBLIC


def wording(address: str, *, subject: str, link: str) -> tuple[str, str]:
    """Return the title and body that may go to a channel: everywhere without personal data, in public a link only."""
    if is_public(address):
        return "警法通", f"{SENTENCE}\n{link}"
    return masking.free_text(subject), f"{SENTENCE}\n{link}"


def ensure_harmless(address: str, text: str) -> None:
    """
    Refuse personal data in what leaves.

    Raises:
        PersonalDataInPublicChannel: an identity or telephone number stands in it.
    """
    if masking.holds_personal_data(text):
        raise PersonalDataInPublicChannel


def send(addresses: Sequence[str], *, subject: str, link: str, sender: Sender = send_by_apprise) -> int:
    """
    Send a notice to every channel; returns how many took it.

    Raises:
        DeliveryRefused: none of them did.
        PersonalDataInPublicChannel: the text held personal data; nothing was sent.
    """
    texts = [(address, *wording(address, subject=subject, link=link)) for address in addresses]
    for address, title, body in texts:
        ensure_harmless(address, f"{title}\n{body}")
    taken = sum(sender(address, title=title, body=body) for address, title, body in texts)
    if texts and not taken:
        raise DeliveryRefused("通知渠道没有接收这条提醒，站内信不受影响。请核对 JINGFA_NOTICES 的配置。")
    return taken
