"""CloudEvents 1.0 over HTTP, structured and binary (HTTP protocol binding, sections 3.1 and 3.2)."""

from __future__ import annotations

import json

import pytest

from api.problems import BadText, MalformedRequest, UnsupportedMedia
from api.routes.messages import read_event
from bpmn.errors import Invalid, JingfaError

EVENT = {
    "specversion": "1.0",
    "id": "7",
    "source": "/110",
    "type": "M-APPRAISAL",
    "subject": "K",
    "data": {"a": 1},
}
STRUCTURED = {"content-type": "application/cloudevents+json; charset=utf-8"}


def test_structured_mode() -> None:
    """The body is the event."""
    assert read_event(STRUCTURED, json.dumps(EVENT).encode()) == EVENT


def test_binary_mode() -> None:
    """Headers hold the attributes, percent-encoded; the body is the data."""
    headers = {f"ce-{k}": v for k, v in EVENT.items() if isinstance(v, str)} | {
        "ce-subject": "%E5%BC%A0",
        "content-type": "application/json",
    }

    event = read_event(headers, b'{"a": 1}')

    assert event["subject"] == "张"
    assert event["data"] == {"a": 1}


def test_data_as_base64() -> None:
    """``data_base64`` is decoded and read."""
    event = {k: v for k, v in EVENT.items() if k != "data"} | {"data_base64": "eyJhIjogMX0="}

    assert read_event(STRUCTURED, json.dumps(event).encode())["data"] == {"a": 1}


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({"content-type": "application/json"}, b"{}", UnsupportedMedia),
        ({"content-type": "application/cloudevents-batch+json"}, b"[]", UnsupportedMedia),
        (STRUCTURED, b"{", MalformedRequest),
        (STRUCTURED, b"[]", MalformedRequest),
        (STRUCTURED, b"[" * 100_000, MalformedRequest),
        (STRUCTURED, json.dumps(EVENT | {"specversion": "0.3"}).encode(), Invalid),
        (STRUCTURED, json.dumps(EVENT | {"id": ""}).encode(), Invalid),
        (STRUCTURED, json.dumps(EVENT | {"data": "\0"}).encode(), BadText),
    ],
)
def test_what_is_refused(headers: dict[str, str], body: bytes, error: type[JingfaError]) -> None:
    """Each fault has its own error."""
    with pytest.raises(error):
        read_event(headers, body)
