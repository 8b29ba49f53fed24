"""Nothing leaves but through one door, and the door looks where each call goes."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from email import message_from_bytes, policy
from typing import Any

import pytest
import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot

from tasks import outgoing
from tasks.errors import DeliveryRefused
from tasks.notices import channels
from tasks.outgoing import Door, OutgoingFailed, OutgoingRefused, Rules
from tests.builders import loopback
from tests.builders.loopback import Said, Sent

OPEN = Rules(hosts=frozenset({"127.0.0.1"}), networks=(ipaddress.ip_network("127.0.0.0/8"),))
SUBJECT = "张三丰与李四的纠纷 13800000012 期限将到"
LINK = "https://jingfa.example.gov.cn/notices/1"


def resolving(*addresses: str) -> Any:
    """Return a resolver that answers these addresses."""
    return lambda host, port, *_, **__: [(socket.AF_INET, 1, 6, "", (a, port)) for a in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "2002:7f00:1::1", "64:ff9b::7f00:1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "ff02::1",
    ],
)  # fmt: skip
def test_no_name_leads_inward(address: str) -> None:
    """Private, link-local, loopback, metadata, multicast, and every IPv6 dress of them."""
    door = Door(Rules(hosts=frozenset({"named.example"})), resolve=resolving(address))

    with pytest.raises(OutgoingRefused):
        door.addresses("named.example", 443)


def test_one_inward_answer_among_many_spoils_all() -> None:
    """A name with a public and a private address is a trick (DNS rebinding), not an accident."""
    door = Door(Rules(hosts=frozenset({"named.example"})), resolve=resolving("8.8.8.8", "10.0.0.1"))

    with pytest.raises(OutgoingRefused):
        door.addresses("named.example", 443)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "169.254.0.0/16", "0.0.0.0/0"])
def test_credentials_of_clouds_are_never_within_reach(network: str) -> None:
    """Whatever the operator opens."""
    rules = Rules(networks=(ipaddress.ip_network(network),))

    assert not rules.allows("169.254.169.254")
    assert not rules.allows("100.100.100.200")


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/", "http://127.0.0.1.nip.io/", "http://2130706433/", "http://0x7f000001/", "http://[::1]/",
        "http://127.0.0.1@evil.example/", "file:///etc/passwd", "gopher://127.0.0.1/", "http:///", "http://localhost/",
    ],
)  # fmt: skip
def test_hosts_that_nobody_named_are_refused(url: str) -> None:
    """Also those that are written in a way that looks like one that is."""
    with pytest.raises((OutgoingRefused, OutgoingFailed)):
        Door(OPEN).fetch("GET", url)


def test_the_checked_address_is_the_one_that_is_called() -> None:
    """The name is asked for once; what a second look-up would say is never heard."""
    asked: list[str] = []

    def resolve(host: str, port: int, *rest: Any, **named: Any) -> Any:
        asked.append(host)
        inward = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inward, port))]

    rules = Rules(hosts=frozenset({"once.example"}), networks=OPEN.networks)
    with loopback.http(lambda _: Said(body=b"here")) as fake:
        answer = Door(rules, resolve=resolve).fetch("GET", f"http://once.example:{fake.port}/")

    assert answer.body == b"here"
    assert asked == ["once.example"]


def test_a_redirect_is_not_followed() -> None:
    """Neither inward nor anywhere."""
    moved = Said(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})
    with loopback.http(lambda _: moved) as fake:
        with pytest.raises(OutgoingFailed, match="未予跟随"):
            Door(OPEN).fetch("GET", fake.address)
        assert len(fake.received) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_an_endless_answer_is_cut_off(packed: bool) -> None:
    """A megabyte, counted after unpacking."""
    import gzip

    content = b"0" * (3 * outgoing.LARGEST_ANSWER)
    said = (
        Said(body=gzip.compress(content), headers={"Content-Encoding": "gzip"})
        if packed
        else Said(body=content)
    )
    with loopback.http(lambda _: said) as fake, pytest.raises(OutgoingFailed):
        Door(OPEN).fetch("GET", fake.address)


def test_an_answer_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a byte arrives, the whole has its end."""
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", -1)
    with loopback.http(lambda _: Said()) as fake, pytest.raises(OutgoingFailed):
        Door(OPEN).fetch("GET", fake.address)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy nobody could say which address is called."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with loopback.http(lambda _: Said()) as fake:
        assert Door(OPEN).fetch("GET", fake.address).status == 200


def test_the_guard_is_for_the_thread_that_asked() -> None:
    """The database driver in another thread resolves as ever."""
    found: list[Any] = []
    with Door(Rules()).guarded():
        thread = threading.Thread(target=lambda: found.append(socket.getaddrinfo("127.0.0.1", 80)))
        thread.start()
        thread.join()
        with pytest.raises(OutgoingRefused):
            socket.getaddrinfo("127.0.0.1", 80)

    assert found
    assert requests.sessions.Session is outgoing.PlainSession


def wecom(_: Sent) -> Said:
    """Answer as WeCom's robot does."""
    return Said(body=b'{"errcode": 0, "errmsg": "ok"}')


@pytest.mark.parametrize(
    ("channel", "address"),
    [(NotifyWeComBot, "wecombot://botkey"), (NotifyDingTalk, "dingtalk://abcdef1234")],
    ids=["企业微信", "钉钉"],
)
def test_public_channels_get_a_link_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, channel: Any, address: str
) -> None:
    """The robot of a group chat is told that there is something, never about whom."""
    with loopback.http(wecom) as fake:
        monkeypatch.setattr(
            channel,
            "notify_url",
            fake.address
            + "/?key={key}&token={token}".replace("{key}" if channel is NotifyDingTalk else "{token}", "x"),
        )
        taken = channels.send([address], subject=SUBJECT, link=LINK, sender=channels.ByApprise(Door(OPEN)))

    text = json.loads(fake.received[0].body)
    said = json.dumps(text, ensure_ascii=False)
    assert taken == 1
    assert LINK in said
    assert not any(word in said for word in ("张", "李四", "138", "纠纷", "期限"))


def test_mail_within_the_house_says_what_it_is_about_without_numbers() -> None:
    """Our own mail server may hear the subject; numbers are masked even there."""
    with loopback.mail() as fake:
        address = (
            f"mailto://jingfa:pw@127.0.0.1:{fake.port}/?from=a@example.cn&to=b@example.cn&smtp=127.0.0.1"
        )
        taken = channels.send([address], subject=SUBJECT, link=LINK, sender=channels.ByApprise(Door(OPEN)))

    mail = message_from_bytes(fake.received[0].body, policy=policy.default)
    text = mail["subject"] + "".join(
        str(part.get_content()) for part in mail.walk() if not part.is_multipart()
    )
    assert taken == 1
    assert "13800000012" not in text
    assert LINK in text


@pytest.mark.parametrize(
    "address", ["wecombot://botkey", "file:///tmp/x", "syslog://", "json://127.0.0.1:9/"]
)
def test_a_channel_that_is_not_let_out_is_refused_in_words(address: str) -> None:
    """No rule names the host, or nobody supports the scheme: the notice stays in the inbox."""
    with pytest.raises(DeliveryRefused):
        channels.send([address], subject="x", link=LINK, sender=channels.ByApprise(Door(Rules())))
