"""Signing in: lock-outs, password rules, one-time codes, sessions."""

from __future__ import annotations

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.errors import NotFound
from workflows.engine import Engine
from workflows.errors import NotLoggedIn, WrongPassword
from workflows.identity import passwords, second_factor, sessions
from workflows.identity.model import Refusal, Session


def log_in(engine: Engine, **changes: str) -> Session | Refusal:
    """Try to sign the officer in."""
    given = {"account": "officer", "password": houses.PASSWORD, "client": "10.0.0.1", **changes}
    with engine.begin() as uow:
        return sessions.log_in(uow, **given)


def test_an_address_that_tries_many_accounts_is_locked_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Spraying one password over many accounts ends for the address, not for others.
    """
    houses.house(engine)
    monkeypatch.setattr(sessions, "ADDRESS_FAILURES", 3)
    for account in ("a", "b", "@10.0.0.1"):
        log_in(engine, account=account, password="wrong")

    assert isinstance(log_in(engine), Refusal)
    assert isinstance(log_in(engine, client="10.0.0.2"), Session)


def test_one_time_codes_work_once_and_recovery_codes_too(engine: Engine) -> None:
    """
    With the second factor on, the password alone is not enough, and no code lets in twice.
    """
    who = houses.house(engine)["officer"]
    with engine.begin() as uow:
        secret = second_factor.enrol(uow, who).secret
        now = uow.real_now
    with engine.begin() as uow:
        recovery = second_factor.confirm(uow, who, pyotp.TOTP(secret).at(now - timedelta(seconds=30)))
    code = pyotp.TOTP(secret).at(now + timedelta(seconds=30))

    assert log_in(engine) == Refusal(message=sessions.CODE_NEEDED)
    assert isinstance(log_in(engine, code=code), Session)
    assert isinstance(log_in(engine, code=code), Refusal)
    assert isinstance(log_in(engine, code=recovery[0]), Session)
    assert isinstance(log_in(engine, code=recovery[0]), Refusal)


def test_a_person_sees_and_ends_their_own_sessions_only(engine: Engine) -> None:
    """
    The list shows every login; one is ended from afar; somebody else's is as unknown as none.
    """
    who = houses.house(engine)
    here, there = log_in(engine), log_in(engine, client="10.0.0.9")
    assert isinstance(here, Session) and isinstance(there, Session)
    with engine.begin() as uow:
        listed = sessions.open_sessions(uow, who["officer"], here.token)
        other = next(one for one in listed if not one.is_this)
        with pytest.raises(NotFound):
            sessions.end_session(uow, who["leader"], other.id)
        sessions.end_session(uow, who["officer"], other.id)

    with engine.begin() as uow, pytest.raises(NotLoggedIn):
        sessions.current(uow, there.token)
    with engine.begin() as uow:
        assert sessions.current(uow, here.token).actor.person_id == "officer"


@pytest.mark.parametrize("limit", ["session_idle", "session_length"])
def test_sessions_end_when_idle_and_after_their_length(engine: Engine, limit: str) -> None:
    """
    Both limits hold, and both are settings.
    """
    houses.house(engine)
    short = Engine.from_settings(replace(engine.settings, **{limit: timedelta(seconds=-1)}))
    made = log_in(short)
    assert isinstance(made, Session)

    with short.begin() as uow, pytest.raises(NotLoggedIn):
        sessions.current(uow, made.token)
    short.close()


def test_each_login_makes_a_new_session(engine: Engine) -> None:
    """
    No token outlives a login (fixation), and a changed password ends all of them.
    """
    who = houses.house(engine)
    first, second = log_in(engine), log_in(engine)
    assert isinstance(first, Session) and isinstance(second, Session)
    assert first.token != second.token and first.csrf != second.csrf
    with engine.begin() as uow:
        sessions.change_password(uow, who["officer"], old=houses.PASSWORD, new="another long sentence")

    for made in (first, second):
        with engine.begin() as uow, pytest.raises(NotLoggedIn):
            sessions.current(uow, made.token)


@pytest.mark.parametrize(
    ("rule", "password", "accepted"),
    [
        ("asvs", "lowercase words only", True),
        ("djbh", "lowercase words only", False),
        ("djbh", "Lower4Case", True),
        ("asvs", "on the list", False),
        ("asvs", "short", False),
        ("asvs", "Qwertyuiop", False),
        ("asvs", "trustno1", False),
        ("djbh", "aA123456", False),
    ],
)
def test_the_password_rule_is_a_switch(tmp_path: Path, rule: str, password: str, accepted: bool) -> None:
    """
    ASVS asks for length and lists, 等保 for composition; a list of breached passwords serves both.
    """
    path = tmp_path / "breached.txt"
    path.write_text("on the list\nhunter2hunter2\n")

    if accepted:
        passwords.ensure_acceptable(password, account="x", rule=rule, breached=path)
    else:
        with pytest.raises(passwords.PasswordRefused):
            passwords.ensure_acceptable(password, account="x", rule=rule, breached=path)


def test_guesses_that_arrive_together_are_counted_one_by_one(engine: Engine) -> None:
    """
    Two API processes, twelve wrong passwords at once: the account is locked at both, and the right one is refused.
    """
    houses.house(engine)
    other = Engine.from_settings(engine.settings)
    with ThreadPoolExecutor(12) as pool:
        doors = [engine, other] * 6
        answers = list(pool.map(lambda one: log_in(one, password="wrong"), doors))

    assert all(isinstance(answer, Refusal) for answer in answers)
    with engine.begin() as uow:
        assert sessions.locked_until(uow, "officer") is not None
        assert uow.sessions.attempts("@10.0.0.1")["failures"] >= 5
    assert log_in(other) == log_in(engine) == Refusal(message=sessions.LOCKED, retry_at=_until(engine))
    other.close()


def _until(engine: Engine) -> datetime | None:
    with engine.begin() as uow:
        return sessions.locked_until(uow, "officer")


def test_a_right_guess_among_wrong_ones_meets_the_lock_they_brought(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whoever sends a thousand guesses at once gets no further than whoever sends five.
    """
    houses.house(engine)
    verify = passwords.fits

    def slowly(stored: str, password: str) -> bool:
        monkeypatch.setattr(passwords, "fits", verify)
        for _ in range(sessions.FAILURES):
            log_in(engine, password="wrong")
        return verify(stored, password)

    monkeypatch.setattr(passwords, "fits", slowly)

    assert isinstance(log_in(engine), Refusal)


def test_a_password_that_is_too_long_is_not_cut() -> None:
    """
    What is compared is what was typed (ASVS 5 6.2.8).
    """
    longest = "长" * passwords.LONGEST

    assert passwords.fits(passwords.hashed(longest), longest)
    assert not passwords.fits(passwords.hashed(longest), longest + "x")


def test_a_dump_lets_nobody_try_recovery_codes(engine: Engine) -> None:
    """
    Forty random bits stand under a keyed hash; what an earlier release kept under a plain one still works once.
    """
    who = houses.house(engine)["officer"]
    with engine.begin() as uow:
        secret = second_factor.enrol(uow, who).secret
        first = second_factor.confirm(uow, who, pyotp.TOTP(secret).at(uow.real_now))[0]
        plain = {hashlib.sha256(f"{salt}{first}".encode()).hexdigest() for salt in ("", "recovery:")}
        row = uow.sessions.second_factor(who.person_id)
        assert row is not None and plain.isdisjoint(row["recovery_hashes"])
        old = hashlib.sha256(b"recovery:00000aaaaa").hexdigest()
        uow.sessions.change_second_factor(who.person_id, recovery_hashes=[old])

    with engine.begin() as uow:
        assert [second_factor.fits(uow, who.person_id, "00000 aaaaa") for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("rule", "asked"), [("optional", ()), ("keepers", ("admin",)), ("all", ("admin", "officer"))]
)
def test_who_must_have_one_time_codes_is_a_switch(engine: Engine, rule: str, asked: tuple[str, ...]) -> None:
    """
    ``JINGFA_SECOND_FACTOR``: nobody, those who keep models, audit and accounts, or everybody (ASVS 5 6.3.3).
    """
    who = houses.house(engine)

    found = tuple(name for name in ("admin", "officer") if second_factor.is_asked_of(who[name], rule))

    assert found == asked


def test_a_stranger_locks_nobody_out_of_the_place_where_they_are_signed_in(engine: Engine) -> None:
    """
    Five guesses from outside lock the account everywhere but at the address of a running session; there, five more lock it, too.
    """
    who = replace(houses.house(engine)["officer"], client="10.0.0.1")
    assert isinstance(log_in(engine), Session)
    for _ in range(sessions.FAILURES):
        log_in(engine, client="203.0.113.9", password="wrong")

    assert isinstance(log_in(engine, client="203.0.113.9"), Refusal)
    with engine.begin() as uow:
        sessions.ensure_not_locked(uow, who)
    assert isinstance(log_in(engine), Session)
    for _ in range(sessions.FAILURES):
        log_in(engine, password="wrong")
    with engine.begin() as uow, pytest.raises(WrongPassword):
        sessions.ensure_not_locked(uow, who)
    assert isinstance(log_in(engine), Refusal)


def test_a_hash_of_other_parameters_is_made_anew_at_the_login(engine: Engine) -> None:
    """
    Who logs in with a hash that an earlier release made gets one of today's parameters; the password stays the same.
    """
    houses.house(engine)
    with engine.begin() as uow:
        old = PasswordHasher(time_cost=1, memory_cost=1024).hash(houses.PASSWORD)
        uow.people.change("officer", password_hash=old)

    assert isinstance(log_in(engine), Session)
    with engine.begin() as uow:
        assert not passwords.is_outdated(uow.people.get("officer").password_hash)
    assert isinstance(log_in(engine), Session)
