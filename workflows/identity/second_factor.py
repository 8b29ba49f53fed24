"""Use cases of the second factor: one-time codes (TOTP, RFC 6238) and ten recovery codes, each good for one login."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp

from bpmn.errors import Conflict, Forbidden
from tasks.model import Actor
from tasks.offices import KEEPERS
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

STEP_SECONDS = 30
RECOVERY_CODES = 10


class WrongCode(Forbidden):
    """动态口令不正确或已使用过。请等待下一个口令再试，或使用恢复码。"""


class SecondFactorExists(Conflict):
    """已启用动态口令。如需更换设备，请先停用。"""


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What the authenticator app needs."""

    secret: str  #: base32
    uri: str  #: ``otpauth://`` for a QR code


def is_on(uow: UnitOfWork, person_id: str) -> bool:
    """Tell whether the person's logins need a code."""
    row = uow.sessions.second_factor(person_id)
    return row is not None and row["confirmed_at"] is not None


def is_asked_of(actor: Actor, rule: str) -> bool:
    """
    Tell whether somebody must have one-time codes (ASVS 5 6.3.3).

    Args:
        rule: ``optional``, ``keepers`` (policy staff, auditors, administrators) or ``all``.
    """
    return rule == "all" or (rule == "keepers" and actor.has(*KEEPERS))


def enrol(uow: UnitOfWork, actor: Actor) -> Enrolment:
    """
    Make a secret for the actor; it counts after ``confirm``.

    Raises:
        SecondFactorExists: there is a confirmed one.
    """
    if is_on(uow, actor.person_id):
        raise SecondFactorExists
    secret = pyotp.random_base32()
    uow.sessions.put_second_factor(
        actor.person_id, secret=secret.encode(), added_at=uow.real_now, confirmed_at=None, recovery_hashes=[]
    )
    return _enrolment(actor, secret)


def begun(uow: UnitOfWork, actor: Actor) -> Enrolment | None:
    """Return what was begun with ``enrol`` and waits for its first code; None when nothing was."""
    row = uow.sessions.second_factor(actor.person_id)
    if row is None or row["confirmed_at"] is not None:
        return None
    return _enrolment(actor, bytes(row["secret"]).decode())


def _enrolment(actor: Actor, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.account, issuer_name="警法通")
    return Enrolment(secret=secret, uri=uri)


def recovery_codes_left(uow: UnitOfWork, person_id: str) -> int:
    """Return how many recovery codes have not been used."""
    row = uow.sessions.second_factor(person_id)
    return 0 if row is None else len(row["recovery_hashes"])


def renew_recovery_codes(uow: UnitOfWork, actor: Actor, code: str) -> tuple[str, ...]:
    """Make ten new recovery codes, which are shown only now; the old ones end. Needs a code."""
    if not is_on(uow, actor.person_id) or not fits(uow, actor.person_id, code):
        raise WrongCode
    audit.record(uow, actor, "recovery-codes-renewed")
    return _new_codes(uow, actor)


def _new_codes(uow: UnitOfWork, actor: Actor) -> tuple[str, ...]:
    codes = tuple(secrets.token_hex(5) for _ in range(RECOVERY_CODES))
    uow.sessions.change_second_factor(
        actor.person_id,
        recovery_hashes=[_hashed(uow, actor.person_id, code) for code in codes],
        confirmed_at=uow.real_now,
    )
    return codes


def confirm(uow: UnitOfWork, actor: Actor, code: str) -> tuple[str, ...]:
    """
    Switch the second factor on with a first code; returns the recovery codes, which are shown only now.

    Raises:
        WrongCode: the code does not fit.
    """
    if is_on(uow, actor.person_id):
        raise SecondFactorExists
    if not _is_fresh(uow, actor.person_id, code):
        raise WrongCode
    audit.record(uow, actor, "second-factor-on")
    return _new_codes(uow, actor)


def turn_off(uow: UnitOfWork, actor: Actor, code: str) -> None:
    """Switch the second factor off; needs a code."""
    if not fits(uow, actor.person_id, code):
        raise WrongCode
    uow.sessions.drop_second_factor(actor.person_id)
    audit.record(uow, actor, "second-factor-off")


def fits(uow: UnitOfWork, person_id: str, code: str) -> bool:
    """Tell whether a code lets the person in, and use it up: no code works twice."""
    code = code.strip().replace(" ", "").lower()
    return _is_fresh(uow, person_id, code) or _is_recovery(uow, person_id, code)


def _is_fresh(uow: UnitOfWork, person_id: str, code: str) -> bool:
    """Accept the current code and its neighbours (clocks differ), never one that is not newer than the last."""
    row = uow.sessions.second_factor(person_id)
    if row is None or not code.isascii() or not code.isdigit():
        return False
    totp, now = pyotp.TOTP(bytes(row["secret"]).decode()), int(uow.real_now.timestamp()) // STEP_SECONDS
    for step in (now - 1, now, now + 1):
        if step > row["last_step"] and hmac.compare_digest(totp.at(step * STEP_SECONDS), code):
            uow.sessions.change_second_factor(person_id, last_step=step)
            return True
    return False


def _is_recovery(uow: UnitOfWork, person_id: str, code: str) -> bool:
    row = uow.sessions.second_factor(person_id)
    mine = {_hashed(uow, person_id, code), _hashed_before(code)}
    if row is None or mine.isdisjoint(row["recovery_hashes"]):
        return False
    left = [kept for kept in row["recovery_hashes"] if kept not in mine]
    uow.sessions.change_second_factor(person_id, recovery_hashes=left)
    return True


def _hashed(uow: UnitOfWork, person_id: str, code: str) -> str:
    # Forty random bits can all be tried against a plain hash; the key of this one is not in the table, nor readable in a dump.
    return uow.installation.keyed_hash(f"recovery:{person_id}:{code}")


def _hashed_before(code: str) -> str:
    """What earlier releases kept; such a code still works once."""
    return hashlib.sha256(f"recovery:{code}".encode()).hexdigest()
