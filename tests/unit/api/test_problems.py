"""Errors become RFC 9457 problems whose numbers follow the branch, and strangers learn nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import problems
from bpmn import errors
from workflows import errors as workflow_errors


def every_error(branch: type[errors.JingfaError] = errors.JingfaError) -> Iterator[type[errors.JingfaError]]:
    """Yield every error class of the house."""
    for child in branch.__subclasses__():
        yield child
        yield from every_error(child)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound(), 404),
        (errors.Forbidden(), 403),
        (errors.ActivityNotWaiting(), 409),
        (errors.Invalid(), 422),
        (errors.Unavailable(), 503),
        (workflow_errors.NotLoggedIn(), 401),
        (problems.PayloadTooLarge(), 413),
    ],
)
def test_status_follows_the_branch(error: errors.JingfaError, status: int) -> None:
    """Each branch of the tree has its number."""
    assert problems.status_of(error) == status


def test_no_error_of_ours_answers_500() -> None:
    """Every class in the tree has a status below 500, or 503."""
    unmapped = [e.__name__ for e in every_error() if issubclass(e, errors.JingfaError) and _status(e) == 500]

    assert unmapped == []


def _status(error: type[errors.JingfaError]) -> int:
    return next((int(status) for branch, status in problems.STATUS if issubclass(error, branch)), 500)


def test_unknown_address_is_a_problem_document(client: TestClient) -> None:
    """A machine gets JSON with a sentence and a code."""
    answer = client.get("/v2/nothing-here")

    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.json()["status"] == answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_unknown_address_is_a_page_for_a_person(client: TestClient) -> None:
    """A person gets a page with a way on."""
    answer = client.get("/nothing-here")

    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "返回我的任务" in answer.text


def test_a_bug_tells_strangers_nothing(app: FastAPI, client: TestClient) -> None:
    """The unusable engine of this test raises inside; the answer holds no trace of it, and the headers stay."""
    answer = client.get("/health/ready")

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal-error"
    assert "Traceback" not in answer.text
    assert "SimpleNamespace" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_stranger_is_sent_to_the_login_and_back(client: TestClient) -> None:
    """A page without a session leads to the login, which knows where to go on."""
    answer = client.get("/cases/7", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/cases/7"


def test_stranger_at_the_api_gets_401(client: TestClient) -> None:
    """An API call without a session is told how to authenticate."""
    answer = client.post("/v2/user-tasks/search", json={})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
