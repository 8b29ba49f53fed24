"""Messages, signals and what comes in from outside: dispatches and CloudEvents."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import Field

from api import json_reading
from api.auth import SignedIn
from api.door import AtDoor, Door
from api.json_reading import StrictRoute
from api.openapi import faults
from api.problems import MalformedRequest, UnsupportedMedia
from api.schemas import Body, Request, Variables, cleaned, ensure_sound, feel_variables
from bpmn.errors import Invalid
from tasks.model import Actor
from workflows.correlation import messages
from workflows.dispatches import intake

router = APIRouter(route_class=StrictRoute, tags=["messages"])

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
REQUIRED = ("id", "source", "type")


class MessagePublication(Request):
    """A message from outside; ``timeToLive`` in milliseconds, as Camunda counts."""

    name: str = Field(min_length=1, max_length=200)
    correlation_key: str | None = Field(default=None, max_length=500)
    message_id: str | None = Field(default=None, max_length=200, description="重复送达同一标识不再处理")
    time_to_live: int = Field(default=0, ge=0, le=30 * 86_400_000)
    variables: Variables


class PublicationBody(Body):
    """What became of a message: ``delivered``, ``started``, ``waiting``, ``duplicate`` or ``nobody``."""

    message_key: str
    state: str
    process_instance_key: str | None


class Signal(Request):
    """A signal for every instance that waits for it."""

    signal_name: str = Field(min_length=1, max_length=200)
    variables: Variables
    process_instance_key: str | None = Field(
        default=None, description="涉及人员的信号必填：只送达有同一当事人的事项"
    )


class Reached(Body):
    """How many instances a signal reached."""

    signal_name: str
    reached: int


class DispatchBody(Request):
    """One dispatch as its source delivers it; ``source`` and ``dispatch.no`` identify a repetition."""

    source: str = Field(default="110", min_length=1, max_length=50)
    process_definition_id: str = Field(default="dispute-referral", max_length=200)
    dispatch: dict[str, Any]
    parties: list[dict[str, Any]] = Field(default_factory=list, max_length=200)
    dispute: dict[str, Any] = Field(default_factory=dict)
    units: dict[str, Any] = Field(default_factory=dict)


class ReceiptBody(Body):
    """The answer to the sender: ``accepted`` or ``merged`` into an earlier case."""

    outcome: str
    process_instance_key: str
    business_key: str
    message: str


class EventReceipt(Body):
    """What became of an event."""

    outcome: str
    process_instance_key: str | None = None


@router.post("/v2/messages/publication", response_model=PublicationBody, responses=faults(422))
def publish_message(body: MessagePublication, actor: SignedIn, door: AtDoor) -> Any:
    """Deliver a message to the instance that waits for it, or start one by it."""
    command = messages.PublishMessage(
        actor=actor,
        name=body.name,
        correlation_key=body.correlation_key,
        payload=feel_variables(cleaned(body.variables)),
        message_id=body.message_id,
        time_to_live=timedelta(milliseconds=body.time_to_live),
    )

    def work(uow: Any) -> PublicationBody:
        done = messages.publish(uow, command)
        return PublicationBody(
            message_key=done.message_id, state=done.state, process_instance_key=done.instance_id
        )

    return door.once(actor, work)


@router.post("/v2/signals/broadcast", response_model=Reached, responses=faults(404, 422))
def broadcast_signal(body: Signal, actor: SignedIn, door: AtDoor) -> Any:
    """Send a signal."""
    payload = feel_variables(cleaned(body.variables))

    def work(uow: Any) -> Reached:
        count = messages.broadcast(
            uow, actor, body.signal_name, payload, instance_id=body.process_instance_key
        )
        return Reached(signal_name=body.signal_name, reached=count)

    return door.once(actor, work)


@router.post("/dispatches", response_model=ReceiptBody, responses=faults(409, 422))
def submit_dispatch(body: DispatchBody, actor: SignedIn, door: AtDoor) -> Any:
    """Register a dispatch: start a case, or merge it into the one it repeats."""
    content = body.model_dump(
        mode="json", include={"dispatch", "parties", "dispute", "units"}, exclude_defaults=True
    )
    dispatch = intake.Dispatch(
        actor=actor, content=content, source=body.source, process_key=body.process_definition_id
    )

    def work(uow: Any) -> ReceiptBody:
        receipt = intake.submit(uow, dispatch)
        return ReceiptBody(
            outcome=receipt.outcome,
            process_instance_key=receipt.instance_id,
            business_key=receipt.business_key,
            message=receipt.message,
        )

    return door.once(actor, work)


EVENT_SCHEMA = {
    "type": "object",
    "required": ["specversion", *REQUIRED],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1},
        "type": {"type": "string", "minLength": 1, "description": "消息名称"},
        "subject": {"type": "string", "description": "关联键"},
        "datacontenttype": {"type": "string"},
        "data": {},
    },
}


@router.post(
    "/messages",
    response_model=EventReceipt,
    responses=faults(400, 415, 422),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "CloudEvents 1.0：结构化（application/cloudevents+json）或二进制（ce-* 头 + JSON 正文）",
            "content": {
                STRUCTURED: {"schema": EVENT_SCHEMA},
                "application/json": {"schema": {"type": "object", "description": "二进制模式的 data"}},
            },
        }
    },
)
async def receive_event(request: HttpRequest, actor: SignedIn, door: AtDoor) -> Any:
    """Take a CloudEvents 1.0 event: ``type`` is the message name, ``subject`` the correlation key."""
    from starlette.concurrency import run_in_threadpool

    event = read_event(request.headers, await request.body())
    return await run_in_threadpool(_submit, door, actor, event)


def _submit(door: Door, actor: Actor, event: Mapping[str, Any]) -> Any:
    def work(uow: Any) -> EventReceipt:
        done = intake.submit_event(uow, actor, event)
        return EventReceipt(outcome=str(done["outcome"]), process_instance_key=done.get("instance_id"))

    return door.once(actor, work)


def read_event(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """
    Read an event in structured or binary mode (CloudEvents HTTP binding 1.0, sections 3.1 and 3.2).

    Raises:
        UnsupportedMedia: a batch, or neither mode.
        MalformedRequest: the body is no JSON.
        Invalid: a required attribute is missing, or the version is not 1.0.
    """
    content_type = headers.get("content-type", "").split(";")[0].strip().lower()
    event: dict[str, Any]
    if content_type == STRUCTURED:
        event = _parsed(body)
    elif "ce-specversion" in headers:
        event = _binary(headers, body, content_type)
    else:
        raise UnsupportedMedia(
            "请按 CloudEvents 1.0 发送：正文类型 application/cloudevents+json，或使用 ce-* 头。"
        )
    _ensure_event(event)
    return event


def _binary(headers: Mapping[str, str], body: bytes, content_type: str) -> dict[str, Any]:
    from urllib.parse import unquote

    event: dict[str, Any] = {
        k[3:].lower(): unquote(v) for k, v in headers.items() if k.lower().startswith("ce-")
    }
    if content_type:
        event["datacontenttype"] = content_type
    if body:
        event["data"] = _parsed(body, whole=False)
    return event


def _parsed(body: bytes, *, whole: bool = True) -> Any:
    value = json_reading.loads(body)
    if whole and not isinstance(value, dict):
        raise MalformedRequest
    return value


def _ensure_event(event: dict[str, Any]) -> None:
    if event.get("specversion") != "1.0":
        raise Invalid("只接受 CloudEvents 1.0（specversion 应为 1.0）。")
    for name in REQUIRED:
        if not isinstance(event.get(name), str) or not event[name]:
            raise Invalid(f"事件缺少必填属性 {name}。")
    if "data_base64" in event:
        event["data"] = _parsed(_decoded(event.pop("data_base64")), whole=False)
    ensure_sound(event)


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise MalformedRequest from None
