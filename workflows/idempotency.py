"""Idempotency keys: the same key with the same request gets the same answer, once and for all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bpmn.errors import Invalid
from bpmn.model import Json
from tasks.model import Actor
from workflows.errors import IdempotencyKeyReused
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: Json


def recall(uow: UnitOfWork, actor: Actor, key: str, request: bytes) -> Answer | None:
    """
    Return the answer given before; None when this request is the first: do the work, then ``remember``.

    A second request with the same key that arrives meanwhile waits for the first one's commit.

    Args:
        request: Method, path and body, as one text; only its hash is kept.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
    """
    digest = hashlib.sha256(request).hexdigest()
    if not 0 < len(key) <= 255:
        raise Invalid("幂等键应为 1 至 255 个字符。")
    if uow.idempotency_keys.claim(
        person_id=actor.person_id, key=key, request_hash=digest, created_at=uow.real_now
    ):
        return None
    row = uow.idempotency_keys.get(actor.person_id, key)
    if row is None or row["request_hash"] != digest:
        raise IdempotencyKeyReused
    return Answer(status=row["status"] or 200, body=row["body"])


def remember(uow: UnitOfWork, actor: Actor, key: str, answer: Answer) -> None:
    """Keep the answer with the work, in the same transaction."""
    uow.idempotency_keys.answer(actor.person_id, key, answer.status, answer.body)
