"""
JSON bodies of the API: camelCase on the wire, Camunda 8's names, unknown members refused.

``Key`` values are our ids as text. Variables are plain JSON; numbers, dates and durations as ``docs/api.md`` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from api.problems import BadText
from bpmn.feel import from_json, to_json
from bpmn.model import Finding, InstanceState, Value
from forms.text import clean

Item = TypeVar("Item")
MAX_DEPTH = 64
_SURROGATE = re.compile("[\ud800-\udfff]")


class Body(BaseModel):
    """Base of everything that goes out."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Request(Body):
    """Base of everything that comes in: unknown members and text that no database stores are refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _only_sound_text(cls, value: Any) -> Any:
        ensure_sound(value)
        return value


def ensure_sound(value: Any, depth: int = 0) -> None:
    """
    Refuse NUL, lone surrogates and absurd nesting anywhere in a JSON value.

    Raises:
        BadText: the value holds one.
    """
    if depth > MAX_DEPTH:
        raise BadText
    if isinstance(value, str):
        _ensure_storable(value)
    elif isinstance(value, Mapping):
        for name, member in value.items():
            _ensure_storable(str(name))
            ensure_sound(member, depth + 1)
    elif isinstance(value, list | tuple):
        for member in value:
            ensure_sound(member, depth + 1)


def _ensure_storable(text: str) -> None:
    if "\0" in text or (not text.isascii() and _SURROGATE.search(text)):
        raise BadText


def feel_variables(variables: Mapping[str, Any]) -> dict[str, Value]:
    """Turn a JSON object into FEEL values."""
    return {name: from_json(value) for name, value in variables.items()}


def json_variables(variables: Mapping[str, Value]) -> dict[str, Any]:
    """Turn FEEL values into a JSON object."""
    return {name: to_json(value) for name, value in variables.items()}


def cleaned(value: Any) -> Any:
    """
    Return a JSON value whose texts are as a form would store them: NFC, trimmed, without invisible characters.

    Names of members stay as they are: they are identifiers. Rare and private characters of names stay, too.

    >>> cleaned({"party": {"name": "\u200b张三\u202e "}, "n": [1, "e\u0301"]})
    {'party': {'name': '张三'}, 'n': [1, 'é']}
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {name: cleaned(member) for name, member in value.items()}
    return [cleaned(member) for member in value] if isinstance(value, list | tuple) else value


#: What a person wrote, for people to read: cleaned before its length is counted.
Words = Annotated[str, BeforeValidator(cleaned)]
Variables = Annotated[dict[str, Any], Field(default_factory=dict, description="流程变量：名称 → JSON 值")]


# --- problems --------------------------------------------------------------------------------------------------------


class Fault(Body):
    """One fault of a submission."""

    path: str = Field(description="字段路径，如 parties.0.idNo", examples=["parties.0.idNo"])
    message: str = Field(examples=["身份证号校验位不正确，请核对"])


class FindingBody(Body):
    """One finding of a model check."""

    model_config = ConfigDict(alias_generator=None, frozen=True)

    severity: str
    code: str
    file: str
    element_id: str | None
    element_name: str | None
    message: str
    remedy: str
    witness: list[str] | None

    @classmethod
    def of(cls, finding: Finding) -> FindingBody:
        """Return the body of a finding."""
        names = cls.model_fields
        return cls(
            **{n: getattr(finding, n) for n in names if n != "witness"}, witness=_listed(finding.witness)
        )


class Problem(Body):
    """An RFC 9457 problem; ``detail`` is a sentence for the person, ``code`` is for programs."""

    type: str = Field(examples=["urn:jingfa:problem:user-task-closed"])
    title: str = Field(examples=["情况已经变化"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["这项任务已经办结或已被取消。请返回待办列表查看最新状态。"])
    code: str = Field(examples=["user-task-closed"])
    problems: list[Fault] | None = None
    findings: list[FindingBody] | None = None


def _listed(value: Iterable[str] | None) -> list[str] | None:
    return None if value is None else list(value)


# --- paging ----------------------------------------------------------------------------------------------------------


class PageRequest(Request):
    """Which slice of a list."""

    limit: int = Field(default=30, ge=1, le=200)
    after: str | None = Field(default=None, max_length=500, description="上一页返回的 endCursor")


class PageInfo(Body):
    """Where the slice ends; ``endCursor`` null means there is no more."""

    end_cursor: str | None
    has_more: bool


class Listing(Body, Generic[Item]):
    """A slice of a list."""

    items: list[Item]
    page: PageInfo

    @classmethod
    def of(cls, items: Iterable[Item], next_cursor: str | None) -> Listing[Item]:
        """Return the slice."""
        return cls(items=list(items), page=PageInfo(end_cursor=next_cursor, has_more=next_cursor is not None))


def empty_means_none(value: Any) -> Any:
    """Read an empty text as nothing; HTML filters send empty fields."""
    return None if value == "" else value


OptionalText = Annotated[str | None, BeforeValidator(empty_means_none)]
Instant = datetime
Day = date
Status = InstanceState
