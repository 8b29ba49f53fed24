"""
JSON as RFC 8259 and I-JSON mean it: no NaN, no member twice. How deep it may be is checked by ``api/schemas.py``.

Two readers that understand one text differently are a hole; so what is ambiguous is refused, once, here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final, NoReturn

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from api.problems import MalformedRequest

LONGEST_NUMBER: Final = 400  #: digits; Python's own limit of 4,300 would still take its time


def loads(text: bytes | str) -> Any:
    """
    Read a JSON text.

    >>> loads('{"a": 1}')
    {'a': 1}

    Raises:
        MalformedRequest: it is none, or is ambiguous: a member twice, NaN, Infinity, another encoding than UTF-8.
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
    if len(digits) > LONGEST_NUMBER:
        raise MalformedRequest
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise MalformedRequest
    return value


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """Return the body as JSON, read once."""
        if not hasattr(self, "_json"):
            self._json = loads(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route of the JSON API. Every router of ``api/routes`` uses it; a test looks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, which gets a strict request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly
