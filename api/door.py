"""One request at a door: the idempotency key and the one transaction that does the work and remembers the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

from fastapi import Depends, Header, Request
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel

from api.auth import engine_of
from workflows import idempotency
from workflows.idempotency import Answer

if TYPE_CHECKING:
    from tasks.model import Actor
    from workflows.engine import Engine
    from workflows.store.unit_of_work import UnitOfWork

Result = TypeVar("Result")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="同一个键重复提交同一请求，只办理一次，并返回第一次的结果。",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Door:
    """What a changing route needs: the engine, and what makes a repeated request recognisable."""

    engine: Engine
    key: str | None
    fingerprint: bytes

    def once(self, actor: Actor, work: Callable[[UnitOfWork], Result], *, content: bytes = b"") -> Result:
        """
        Do *work* in one transaction, at most once for the request's idempotency key.

        Args:
            content: What distinguishes this request where the body was read as a stream (uploads).

        Returns:
            What *work* returned; on a repetition, the JSON of what it returned the first time.
        """
        if self.key is None:
            with self.engine.begin() as uow:
                return work(uow)
        found = idempotency.once(
            self.engine, actor, self.key, self.fingerprint + content, work, answer_of=_answer
        )
        return cast("Result", found.body) if isinstance(found, Answer) else found


def _answer(result: object) -> Answer:
    body = result.model_dump(mode="json", by_alias=True) if isinstance(result, BaseModel) else None
    return Answer(status=200, body=jsonable_encoder(result) if body is None else body)


async def door(request: Request, key: IdempotencyKey = None) -> Door:
    """Return the door of this request."""
    streamed = request.headers.get("content-type", "").startswith("multipart/")
    body = b"" if streamed else await request.body()
    line = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return Door(engine=engine_of(request), key=key, fingerprint=line + body)


AtDoor = Annotated[Door, Depends(door)]
