"""
Channels beside the inbox, through Apprise: WeCom (企业微信), DingTalk (钉钉), e-mail and many more.

Public channels get a link and a fixed sentence, never a title, a name or a number. The rule is enforced here, at the last
place before the text leaves; no caller can lift it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import apprise

from tasks import masking
from tasks.errors import DeliveryRefused, PersonalDataInPublicChannel
from tasks.outgoing import Door, OutgoingRefused

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
#: What may be configured: scheme -> host that it calls; empty where the address names the host.
SCHEMES: Mapping[str, str] = MappingProxyType(
    {
        "mailto": "",
        "mailtos": "",
        "json": "",
        "jsons": "",
        "wecombot": "qyapi.weixin.qq.com",
        "dingtalk": "oapi.dingtalk.com",
        "feishu": "open.feishu.cn",
        "lark": "open.larksuite.com",
        "pushplus": "www.pushplus.plus",
        "wxpusher": "wxpusher.zjiecode.com",
    }
)
PATIENCE_SECONDS = 60  #: for one channel, however it behaves
SENTENCE = "您有一条新的工作提醒，请登录警法通查看。"


class Sender(Protocol):
    """Something that sends a text to one address."""

    def __call__(self, address: str, *, title: str, body: str) -> bool:
        """Send; tell whether the channel took it."""


class ByApprise:
    """Sends through Apprise, inside the one door to the outside (``tasks/outgoing.py``)."""

    def __init__(self, door: Door, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._door = door
        self._patience = patience_seconds

    def __call__(self, address: str, *, title: str, body: str) -> bool:
        """Send one text to one Apprise address; a scheme that is not written out, or a host that is not named, is refused."""
        if scheme_of(address) not in SCHEMES:
            log.warning("notices: the scheme %r is not supported", scheme_of(address)[:20])
            return False
        taken: list[bool] = []
        # A mail server that trickles a letter a second has no time-out of its own; it is left behind in its thread.
        sending = threading.Thread(
            target=lambda: taken.append(self._send(address, title, body)), name="notice", daemon=True
        )
        sending.start()
        sending.join(self._patience)
        if not taken:
            log.warning("notices: a channel of %r did not answer in time", scheme_of(address))
        return taken == [True]

    def _send(self, address: str, title: str, body: str) -> bool:
        channel = apprise.Apprise()
        try:
            with self._door.guarded():
                return bool(channel.add(address)) and bool(channel.notify(title=title, body=body))
        except OutgoingRefused as refused:
            log.warning("notices: %s", refused.message)
        except Exception:  # noqa: BLE001 - a library may fail in any way; the next channel must have its turn
            log.exception("notices: a channel of %r failed", scheme_of(address))
        return False


def scheme_of(address: str) -> str:
    """Return the scheme of an Apprise address, in small letters."""
    return address.partition("://")[0].lower()


def host_of(address: str) -> str:
    """
    Return the host that a channel calls; empty when the address is none that we support.

    >>> host_of("dingtalk://token/"), host_of("jsons://hooks.example.cn/x"), host_of("mailtos://u:p@mail.example.cn")
    ('oapi.dingtalk.com', 'hooks.example.cn', 'mail.example.cn')
    """
    scheme = scheme_of(address)
    if scheme not in SCHEMES:
        return ""
    channel = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    return SCHEMES[scheme] or str(getattr(channel, "smtp_host", "") or getattr(channel, "host", "") or "")


def is_public(address: str) -> bool:
    """
    Tell whether a channel leaves the house's own systems.

    >>> is_public("dingtalk://token/"), is_public("mailtos://user@mail.example.gov.cn")
    (True, False)
    """
    return scheme_of(address) in PUBLIC


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


def send(addresses: Sequence[str], *, subject: str, link: str, sender: Sender) -> int:
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
