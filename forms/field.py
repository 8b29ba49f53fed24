"""
What one field of a form is, and what its component sees when it works on a value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from bpmn.feel import Environment
from bpmn.model import Json, Value
from forms.expressions import Formula
from forms.locale import Translate


class Kind(Enum):
    """How a component takes part in a submission."""

    VALUE = "value"  #: one value under one key
    LIST = "list"  #: repeated rows under one key
    GROUP = "group"  #: a box around other fields, with or without a path of its own
    STATIC = "static"  #: something to read


@dataclass(frozen=True)
class Option:
    """One choice of a select, radio or checklist."""

    value: str
    label: str
    is_retired: bool = False  #: shown where it is held already, offered to nobody else
    head: str = ""  #: code of the entry above it in its list


@dataclass(frozen=True, kw_only=True)
class Forbidden:
    """One thing that is never lawful, and the words that ask for it."""

    code: str
    text: str  #: Chinese, what is not allowed and what is instead
    words: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """
    Why a value is not accepted: a message id with ``{names}`` and what fills them.

    >>> Fault("{label}最多 {n} 个字", n="20").parameters
    {'n': '20'}
    """

    msgid: str
    parameters: Mapping[str, str]

    def __init__(self, msgid: str, **parameters: object) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "parameters", {name: str(value) for name, value in parameters.items()})


class Unreadable(ValueError):  # noqa: N818 - a value, not a failure
    """A raw value that cannot become a value of its component. ``fault`` says why."""

    def __init__(self, msgid: str, **parameters: object) -> None:
        self.fault = Fault(msgid, **parameters)
        super().__init__(msgid)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One component of a form as its JSON declares it."""

    type: str  #: form-js type, e.g. ``textfield``
    id: str
    path: tuple[str, ...] = ()  #: below the enclosing container; () where it holds no value of its own
    label: str = ""
    description: str = ""
    required: bool = False
    is_readonly: bool = False  #: shown but never read from a submission
    hide: Formula | None = None
    default: Formula | Json = None
    options: tuple[Option, ...] = ()
    options_from: Formula | None = None  #: FEEL list of ``{label, value}`` or of texts
    limits: Mapping[str, Json] = field(default_factory=dict)  #: form-js ``validate``
    properties: Mapping[str, str] = field(default_factory=dict)  #: form-js ``properties``
    settings: Mapping[str, Json] = field(default_factory=dict)  #: everything else as written
    fields: tuple[Field, ...] = ()  #: of a container
    forbidden: tuple[Forbidden, ...] = ()  #: what ``properties.never`` refuses

    @property
    def item_label(self) -> str:
        """What one row of a list is called."""
        return self.properties.get("itemLabel") or self.label

    def number(self, name: str) -> int | None:
        """Return the property *name* as a number, e.g. ``min`` rows of a list."""
        text = str(self.properties.get(name, ""))
        return int(text) if text.isascii() and text.isdigit() else None


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a component may look at beside its value."""

    environment: Environment
    scope: Mapping[str, Value] = field(default_factory=dict)  #: FEEL names visible at the field
    options: tuple[Option, ...] = ()
    files: Collection[str] | None = None  #: ids of files that may be referred to; None asks nobody

    @property
    def now(self) -> datetime:
        """The clock of the case, aware."""
        return self.environment.now

    @property
    def today(self) -> date:
        """The date at the place of the case."""
        return self.environment.now.astimezone(self.environment.zone).date()


def accept(_field: Field, _value: Value, _situation: Situation) -> Fault | None:
    """Accept every value: for components whose ``parse`` says all there is to say."""
    return None


@dataclass(frozen=True, kw_only=True)
class ComponentType:
    """
    One kind of component: everything the house asks of it.

    ``parse`` turns a raw value (text, list, number: as HTML or JSON sent it) into a FEEL value, None where nothing was
    filled in, or raises ``Unreadable``. ``validate`` looks at a value that is not empty. ``shown`` turns a raw or FEEL
    value back into what the input shows. ``words`` puts it into words for reading.
    """

    kind: Kind
    template: str  #: file name below ``forms/components``
    parse: Callable[[Field, object, Situation], Value]
    validate: Callable[[Field, Value, Situation], Fault | None] = accept
    json_schema: Callable[[Field], dict[str, Json]]
    shown: Callable[[Field, object], object]
    words: Callable[[Field, object, Situation, Translate], str]
    missing: str = ""  #: message id where a required value is absent
    is_many: bool = False  #: an HTML form sends one pair for each item
