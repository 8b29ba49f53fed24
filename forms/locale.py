"""
Hooks for translation. Message ids are Chinese; a ``Translate`` is any gettext function.

``N_`` marks a message id for Babel where it is written; it is translated where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Translate: TypeAlias = Callable[[str], str]


def N_(msgid: str) -> str:  # noqa: N802 - the name Babel extracts
    """
    Mark *msgid* for extraction and return it unchanged.

    >>> N_("请填写{label}")
    '请填写{label}'
    """
    return msgid


def chinese(msgid: str) -> str:
    """
    Translate nothing: the message ids are the Chinese text.

    >>> chinese("提交")
    '提交'
    """
    return msgid
