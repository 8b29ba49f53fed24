"""Idempotency keys: the same key with the same request gets the same answer, once and for all."""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.model import Json
from tasks.model import Actor
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
    raise NotImplementedError


def remember(uow: UnitOfWork, actor: Actor, key: str, answer: Answer) -> None:
    """Keep the answer with the work, in the same transaction."""
    raise NotImplementedError
