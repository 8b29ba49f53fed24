"""Passwords: Argon2id through argon2-cffi, and which ones are acceptable."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bpmn.errors import Invalid

_HASHER = PasswordHasher()
SHORTEST, LONGEST = 8, 128
#: The first guesses of everyone who tries; longer lists belong to the installation.
WELL_KNOWN = frozenset(
    [
        "12345678",
        "123456789",
        "1234567890",
        "password",
        "password1",
        "passw0rd",
        "qwertyui",
        "qwerty123",
        "11111111",
        "00000000",
        "88888888",
        "66666666",
        "abc12345",
        "abcd1234",
        "1qaz2wsx",
        "admin123",
        "administrator",
        "iloveyou",
        "a1234567",
        "woaini1314",
        "5201314",
        "jingfa123",
        "jingfatong",
    ]
)


class PasswordRefused(Invalid):
    """密码应为 8 至 128 个字符，不能是常见密码，也不能包含账号。请换一个密码。"""


def hashed(password: str) -> str:
    """Return the Argon2id hash with its parameters and salt."""
    return _HASHER.hash(password)


def fits(stored: str, password: str) -> bool:
    """Tell whether the password belongs to the hash."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


#: Compared when an account does not exist, so that the answer takes as long.
NOBODY = hashed("nobody has this password")


def ensure_acceptable(password: str, *, account: str, name: str = "") -> None:
    """
    Refuse short, endless, well-known passwords and those that hold the account.

    Raises:
        PasswordRefused: with what is asked for.
    """
    short_or_long = not SHORTEST <= len(password) <= LONGEST
    lowered = password.lower()
    if short_or_long or lowered in WELL_KNOWN or (account and account.lower() in lowered) or password == name:
        raise PasswordRefused
