"""Passwords: Argon2id through argon2-cffi, and which ones are acceptable."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bpmn.errors import Invalid
from forms.locale import N_

#: As ASVS 5 (appendix C) and OWASP ask for: 19 MiB, twice. The library's own default takes five times the processor and 64 MiB,
#: so that a shift that logs in at the same minute would keep everybody waiting.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 8, 128
#: First guesses in China, and words of this house; the world's are in ``_common``, longer lists belong to the installation.
WELL_KNOWN = frozenset(
    [
        "66666666",
        "a1234567",
        "woaini1314",
        "5201314",
        "jingfa123",
        "jingfatong",
        "jingfatong123",
        "hailing123",
        "paichusuo",
        "sifasuo",
        "tiaojie123",
        "12345678a",
        "aa123456",
        "qq123456",
        "a123456789",
        "woaini520",
        "123456aa",
        "1qaz2wsx3edc",
        "asd123456",
        "zxc123456",
        "admin123",
        "administrator",
        "passw0rd",
        "password1",
        "abcd1234",
        "huawei123",
        "taizhou123",
    ]
)


READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"  #: without l, I, O, 0 and 1
_KINDS = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
ROTATE_AFTER = timedelta(days=90)  #: 等保 only; ASVS 5 forbids forced rotation


class PasswordRefused(Invalid):
    """密码应为 8 至 128 个字符，不能是常见密码，也不能包含账号。请换一个密码。"""


def one_time(*, account: str) -> str:
    """Return a random password in groups that can be read out on the telephone: 75 bits, fit for every rule."""
    while True:
        groups = ["".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4)]
        password = "-".join(groups)
        if sum(any(map(test, password)) for test in _KINDS) == len(_KINDS) and account not in password:
            return password


def hashed(password: str) -> str:
    """Return the Argon2id hash with its parameters and salt."""
    return _HASHER.hash(password)


def fits(stored: str, password: str) -> bool:
    """Tell whether the password belongs to the hash; one that is too long for any is compared in part, and belongs to none."""
    try:
        return _HASHER.verify(stored, password[:LONGEST]) and len(password) <= LONGEST
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(stored)


#: Compared when an account does not exist, so that the answer takes as long.
NOBODY = hashed("nobody has this password")


def policy(rule: str) -> tuple[str, ...]:
    """Return what is asked of a password, in sentences for the person who chooses one (message ids of the catalogue)."""
    if rule == "djbh":
        return (*_ALWAYS, *_COMPOSED)
    return (*_ALWAYS, N_("不要求符号，也不会要求定期更换：一句自己记得住的话最好。"))


_ALWAYS = (
    N_("8 至 128 个字符，可以是中文，空格也算。"),
    N_("不能是常见密码或已泄露的密码，不能包含您的账号。"),
)
_COMPOSED = (
    N_("大写字母、小写字母、数字、符号中至少三种。"),
    N_("每 90 天更换一次，不能与最近 5 次相同。"),
)


@lru_cache(maxsize=4)
def _breached(path: Path | None) -> frozenset[str]:
    """Return the passwords of the installation's list, once read."""
    if path is None:
        return frozenset()
    return frozenset(path.read_text(encoding="utf-8", errors="replace").splitlines())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Return the passwords that people choose most (zxcvbn's list; ASVS 5 6.2.4 asks for 3,000 that fit the rule)."""
    # Only where somebody chooses a password: the list is large.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST)


def ensure_acceptable(
    password: str, *, account: str, name: str = "", rule: str = "asvs", breached: Path | None = None
) -> None:
    """
    Refuse short, endless, well-known passwords and those that hold the account.

    Args:
        rule: ``asvs`` (ASVS 5 6.2: length and lists, no composition) or ``djbh`` (等保: three of four kinds of character).
        breached: A file of further passwords to refuse, one a line.

    Raises:
        PasswordRefused: with what is asked for.
    """
    if password in _breached(breached) or password.lower() in _breached(breached):
        raise PasswordRefused("这个密码在已泄露密码名单中。请换一个密码。")
    if rule == "djbh" and sum(any(map(test, password)) for test in _KINDS) < 3:
        raise PasswordRefused("密码须包含大写字母、小写字母、数字、符号中的至少三种。请换一个密码。")
    short_or_long = not SHORTEST <= len(password) <= LONGEST
    lowered = password.lower()
    known = lowered in WELL_KNOWN or lowered in _common()
    if short_or_long or known or (account and account.lower() in lowered) or password == name:
        raise PasswordRefused
