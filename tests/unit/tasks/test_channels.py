"""Channels of notices that behave badly: one is left behind, the next has its turn."""

from __future__ import annotations

import threading
from typing import Any

import apprise
import pytest

from tasks.notices import channels
from tasks.outgoing import Door, Rules

DOOR = Door(Rules(hosts=frozenset({"hooks.example.cn"})))


def test_a_channel_that_never_answers_counts_as_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A mail server that holds the line for ever costs its patience, not the worker.
    """
    over = threading.Event()
    monkeypatch.setattr(apprise.Apprise, "notify", lambda *_, **__: over.wait(60))

    taken = channels.ByApprise(DOOR, patience_seconds=0)("json://hooks.example.cn", title="t", body="b")

    over.set()
    assert taken is False


def test_a_channel_that_raises_counts_as_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whatever a library raises about one address, the notice is tried again later.
    """

    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("bug in a plugin")

    monkeypatch.setattr(apprise.Apprise, "notify", broken)

    assert channels.ByApprise(DOOR)("json://hooks.example.cn", title="t", body="b") is False
