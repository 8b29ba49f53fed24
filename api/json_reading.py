"""
JSON as RFC 8259 and I-JSON mean it: no NaN, no member twice. How deep it may be is checked by ``api/schemas.py``.

Two readers that understand one text differently are a hole; so what is ambiguous is refused, once, here.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, NoReturn

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response

from api.problems import MalformedRequest

#: Whole numbers that every reader behind us keeps as they are (64 bits); larger ones travel as text, as docs/api.md says.
SMALLEST_WHOLE, LARGEST_WHOLE = -(2**63), 2**63 - 1
LONGEST_WHOLE: Final = 20  #: characters of those


class NumberTooLarge(MalformedRequest):
    """数字过大，无法精确接收。请改用文本发送，例如 "12345678901234567890"。"""


def loads(text: bytes | str) -> Any:
    """
    Read a JSON text.

    >>> loads('{"a": 1}')
    {'a': 1}

    Raises:
        MalformedRequest: it is none, or is ambiguous: a member twice, NaN, Infinity, another encoding than UTF-8.
        NumberTooLarge: a number does not fit into 64 bits.
    """
    try:
        clear = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(
            clear, object_pairs_hook=_unique, parse_constant=_refused, parse_int=_integer, parse_float=_real
        )
    except (ValueError, RecursionError) as fault:
        raise MalformedRequest from fault


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedRequest
    return found


def _refused(_constant: str) -> NoReturn:
    raise MalformedRequest


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_WHOLE or not SMALLEST_WHOLE <= int(digits) <= LARGEST_WHOLE:
        raise NumberTooLarge
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise NumberTooLarge
    return value


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """Return the body as JSON, read once."""
        if not hasattr(self, "_json"):
            self._json = loads(await self.body())
        return self._json


def _written(endpoint: Callable[..., Any], model: type, status: int) -> Callable[..., Any]:
    """
    Write an answer that already is of the declared model in the thread that made it.

    The framework would check it once more, in another thread, before it writes it.
    """

    @wraps(endpoint)
    def write(*args: Any, **kwargs: Any) -> Any:
        result = endpoint(*args, **kwargs)
        if type(result) is not model or not isinstance(result, BaseModel):
            return result
        return Response(
            result.model_dump_json(by_alias=True), status_code=status, media_type="application/json"
        )

    return write


class StrictRoute(APIRoute):
    """A route of the JSON API. Every router of ``api/routes`` uses it; a test looks."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        model = settings.get("response_model")
        sets_headers = "response" in inspect.signature(endpoint).parameters
        if not inspect.iscoroutinefunction(endpoint) and isinstance(model, type) and not sets_headers:
            endpoint = _written(endpoint, model, settings.get("status_code") or 200)
        super().__init__(path, endpoint, **settings)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, which gets a strict request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly
