"""The API description is complete and true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.problems import MEDIA_TYPE

METHODS = {"get", "post", "put", "patch", "delete"}


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every operation with its name."""
    for path, item in openapi["paths"].items():
        for method in item.keys() & METHODS:
            yield f"{method.upper()} {path}", item[method]


def test_documented_errors_are_problem_documents(openapi: dict[str, Any]) -> None:
    """No operation promises another kind of error."""
    wrong = [
        f"{name} {status}"
        for name, operation in operations(openapi)
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and list(answer["content"]) != [MEDIA_TYPE]
    ]

    assert wrong == []


def test_operations_for_signed_in_people_say_so(openapi: dict[str, Any]) -> None:
    """Everything but login and health asks for a session, and documents 401."""
    open_to_all = {name for name, operation in operations(openapi) if "security" not in operation}

    assert open_to_all == {"GET /health/live", "GET /health/ready", "POST /v2/authentication/login"}
    assert all("401" in op["responses"] for name, op in operations(openapi) if name not in open_to_all)


def test_every_post_that_changes_takes_an_idempotency_key(openapi: dict[str, Any]) -> None:
    """Searches, evaluations, checks and what proves identity are the exceptions: an answer with secrets is never kept."""
    without = [
        name
        for name, operation in operations(openapi)
        if name.startswith("POST")
        and not name.endswith(("/search", "/evaluation", "/checks", "/login", "/logout"))
        and "/authentication/" not in name
        and "Idempotency-Key" not in {p["name"] for p in operation.get("parameters", ())}
    ]

    assert without == []


def test_operations_have_a_summary_and_a_unique_id(openapi: dict[str, Any]) -> None:
    """Generated clients need both."""
    ids = [operation["operationId"] for _, operation in operations(openapi)]

    assert len(set(ids)) == len(ids)
    assert all(operation["summary"] and operation["tags"] for _, operation in operations(openapi))
