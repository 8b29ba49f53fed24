"""What a browser calls itself, in the few words that let a person recognise their own telephone."""

from __future__ import annotations

from typing import Final

#: Marks in a User-Agent, first match counts: programs that contain others' names come first.
PROGRAMS: Final = (
    ("wxwork", "企业微信"), ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg/", "Edge"), ("Firefox/", "Firefox"),
    ("HuaweiBrowser", "华为浏览器"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def name_of(user_agent: str) -> str:
    """
    Return program and system; empty for what is no browser.

    >>> name_of("Mozilla/5.0 (Linux; Android 14; V2301A) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36")
    'Chrome · Android'
    >>> name_of("curl/8.9")
    ''
    """
    found = (next((name for mark, name in table if mark in user_agent), "") for table in (PROGRAMS, SYSTEMS))
    return " · ".join(word for word in found if word)
