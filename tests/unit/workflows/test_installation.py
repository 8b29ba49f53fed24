"""What a process keeps in memory: made once, also when many ask at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bpmn.deadlines import lawpack
from workflows.installation import Installation
from workflows.settings import Settings


def an_installation() -> Installation:
    return Installation(Settings(), secret="test", law=lawpack.load())


def test_what_many_want_at_once_is_made_once() -> None:
    """
    Threads that ask for the same thing while one of them makes it wait for that one.
    """
    installation, begun, go, made = an_installation(), threading.Event(), threading.Event(), []

    def make() -> int:
        begun.set()
        go.wait(60)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(installation.keep, "model", make)
        begun.wait(60)
        others = [pool.submit(installation.keep, "model", make) for _ in range(3)]
        go.set()

        assert [found.result() for found in (first, *others)] == [1, 1, 1, 1]


def test_what_could_not_be_made_is_tried_again() -> None:
    """
    A failure is nobody's result: the next one who asks makes it.
    """
    installation = an_installation()

    with pytest.raises(ZeroDivisionError):
        installation.keep("model", lambda: 1 // 0)

    assert installation.keep("model", lambda: 2) == 2
