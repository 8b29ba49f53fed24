"""Idempotency keys: the same key with the same request gets the same answer, once and for all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bpmn.errors import Invalid
from bpmn.model import Json
from tasks.model import Actor
from workflows.errors import IdempotencyKeyReused, RequestRepeated

if TYPE_CHECKING:
    from workflows.engine import Engine
    from workflows.store.unit_of_work import UnitOfWork

Result = TypeVar("Result")


LONGEST_KEY = 255


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: Json


def once(
    engine: Engine,
    actor: Actor,
    key: str,
    request: bytes,
    work: Callable[[UnitOfWork], Result],
    *,
    answer_of: Callable[[Result], Answer],
) -> Result | Answer:
    """
    Do *work* in one transaction, at most once for a key; its answer is kept in the same transaction.

    A request with the same key that is under way is waited for. Asking whether the key is known costs no round trip: the
    first statement of the work brings it along and fails when it is.

    Args:
        request: Method, path and body, as one text; only its hash is kept.

    Returns:
        What *work* returned; on a repetition, the answer given the first time.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid("幂等键应为 1 至 255 个字符。")
    digest = hashlib.sha256(request).hexdigest()
    try:
        with engine.begin() as uow:
            keys = uow.idempotency_keys
            keys.claim(person_id=actor.person_id, key=key, request_hash=digest, created_at=uow.real_now)
            result = work(uow)
            answer = answer_of(result)
            keys.answer(actor.person_id, key, answer.status, answer.body)
            return result
    except RequestRepeated:
        with engine.begin() as uow:
            return _recalled(uow, actor, key, digest)


def _recalled(uow: UnitOfWork, actor: Actor, key: str, digest: str) -> Answer:
    row = uow.idempotency_keys.get(actor.person_id, key)
    if row is None or row["request_hash"] != digest:
        raise IdempotencyKeyReused
    return Answer(status=row["status"] or 200, body=row["body"])
