"""
A scenario: one worked case of a process pack, as policy staff write it in YAML. Reading only, nothing runs here.

The format is described in ``docs/scenarios.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Invalid
from bpmn.model import Json

LARGEST = 1024 * 1024  #: bytes or characters of a file
DEEPEST = 40  #: values within values
MOST_VALUES = 100_000  #: in one file, aliases unfolded
SAMPLES = "samples.yaml"  #: typical answers by form and message, shared by the scenarios of a pack
STEP_KEYS = frozenset({"at", "do", "who", "values", "message", "signal", "key", "refused", "expect"})
STARTS = ("message", "form", "signal", "timer", "event")
CASE_KEYS = frozenset({"case", "title", "start", "steps", "expect", "services", "periods"})


class ScenarioInvalid(Invalid):
    """这个演练用例写得不对。请对照 docs/scenarios.md 修改。"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens: tasks done, a message, a signal, or only the clock moving on."""

    at: datetime | None = None  #: aware; None keeps the clock
    do: tuple[str, ...] = ()  #: user tasks by element id or name, completed in this order
    who: str | None = None  #: ``R02@station``; None takes a role that the task names
    values: Mapping[str, Json] = field(default_factory=dict)
    message: str | None = None
    signal: str | None = None
    key: str | None = None
    refused: str | None = None  #: words that the refusal must contain
    expect: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Start:
    """
    How the case begins; exactly one of ``message``, ``form``, ``signal``, ``timer`` and ``event``.

    ``timer`` names the unit of a cadence: the clock moves on to the next period after ``at``. ``event`` is the id of a start
    event of any kind, which happens at ``at``; if it is the timer of a cadence, at its next period.
    """

    at: datetime
    message: str | None = None
    form: str | None = None
    signal: str | None = None
    timer: str | None = None
    event: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One worked case. ``services`` replaces what an operation or service task answers."""

    case: str
    title: str
    start: Start | None  #: None: only periods are reckoned
    steps: tuple[Step, ...] = ()
    expect: Mapping[str, Json] = field(default_factory=dict)
    services: Mapping[str, Json] = field(default_factory=dict)
    periods: tuple[Mapping[str, Json], ...] = ()


class TooMuch(yaml.YAMLError):
    """More than a scenario ever holds: too deep, or aliases that unfold to more than a reader can hold."""


class _Loader(yaml.SafeLoader):
    """Dates stay text, for forms and messages carry text; ``no`` is a word, not false; and there is an end to it."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._sizes: list[
            int
        ] = []  #: of the nodes that are being read, outermost first; its length is the depth
        self._whole: dict[
            int, int
        ] = {}  #: node -> values in it, aliases counted as often as they stand there

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Read one value, counting what is in it."""
        if len(self._sizes) >= DEEPEST:
            raise TooMuch("嵌套过深")
        self._ensure_finished()
        self._sizes.append(1)
        node = super().compose_node(parent, index)
        size = self._whole.setdefault(id(node), self._sizes.pop())
        if self._sizes:
            self._sizes[-1] += size
        if size > MOST_VALUES:
            raise TooMuch("内容过多")
        return node

    def _ensure_finished(self) -> None:
        """Refuse an alias of a value in which it stands: nobody comes to the end of that."""
        if self.check_event(yaml.AliasEvent):
            named = self.anchors.get(self.peek_event().anchor)  # type: ignore[no-untyped-call]
            if named is not None and id(named) not in self._whole:
                raise TooMuch("引用了自身")


_AS_TEXT = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _AS_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(?:true|false)$"), list("tf"))


def load(path: Path) -> Any:
    """
    Return the content of a YAML file, dates as text.

    Raises:
        ScenarioInvalid: it is not YAML.
    """
    try:
        # The loader is a SafeLoader: it builds plain values only.
        return loads(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ScenarioInvalid(f"{path.name} 不是有效的 YAML：{problem}") from problem


def read(path: Path) -> Scenario:
    """
    Read one scenario file.

    Raises:
        ScenarioInvalid: it says what is wrong and where.
    """
    return of(load(path), path.name)


def of(raw: Any, name: str) -> Scenario:
    """
    Return the scenario that YAML data holds; *name* is its file.

    Raises:
        ScenarioInvalid: it says what is wrong and where.
    """
    if not isinstance(raw, Mapping):
        raise ScenarioInvalid(f"{name} 应当是“字段: 值”的形式。")
    _ensure_known(name, raw, CASE_KEYS)
    return Scenario(
        case=str(raw.get("case") or name.rpartition("/")[2].partition(".")[0]),
        title=str(raw.get("title") or ""),
        start=_start(name, raw.get("start")),
        steps=tuple(_step(name, one) for one in raw.get("steps") or ()),
        expect=raw.get("expect") or {},
        services=raw.get("services") or {},
        periods=tuple(raw.get("periods") or ()),
    )


def moment(text: Json) -> datetime:
    """
    Return an aware instant; a text without offset is Chinese time.

    >>> moment("2026-09-18T15:20").isoformat()
    '2026-09-18T15:20:00+08:00'
    """
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as problem:
        raise ScenarioInvalid(f"“{text}”不是时间，请写成 2026-09-18T15:20。") from problem
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def instant_of(day: date) -> datetime:
    """Return the first instant of *day* in China."""
    return datetime.combine(day, time(), ZONE)


def _start(name: str, raw: Json) -> Start | None:
    if raw is None:
        return None
    if sum(bool(raw.get(word)) for word in STARTS) != 1:
        raise ScenarioInvalid(f"{name} 的 start 要写 message、form、signal、timer、event 中的一个。")
    return Start(
        at=moment(raw.get("at")),
        message=raw.get("message"),
        form=raw.get("form"),
        signal=raw.get("signal"),
        timer=raw.get("timer"),
        event=raw.get("event"),
        values=raw.get("values") or {},
    )


def _step(name: str, raw: Json) -> Step:
    if not isinstance(raw, Mapping):
        raise ScenarioInvalid(f"{name} 的步骤应当是“字段: 值”的形式。")
    _ensure_known(name, raw, STEP_KEYS)
    return Step(
        at=moment(raw["at"]) if raw.get("at") else None,
        do=_names(raw.get("do")),
        who=raw.get("who"),
        values=raw.get("values") or {},
        message=raw.get("message"),
        signal=raw.get("signal"),
        key=raw.get("key"),
        refused=raw.get("refused"),
        expect=raw.get("expect") or {},
    )


def _names(raw: Json) -> tuple[str, ...]:
    if raw is None:
        return ()
    return (raw,) if isinstance(raw, str) else tuple(str(one) for one in raw)


def _ensure_known(name: str, raw: Mapping[str, Json], known: frozenset[str]) -> Sequence[str]:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise ScenarioInvalid(f"{name} 里有不认识的字段：{'、'.join(unknown)}。")
    return unknown


def samples_of(text: bytes) -> Mapping[str, Any]:
    """
    Read a pack's typical answers.

    Raises:
        ScenarioInvalid: it is not YAML, or no table of answers.
    """
    try:
        found = loads(text) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ScenarioInvalid(f"{SAMPLES} 不是有效的 YAML：{problem}") from problem
    if not isinstance(found, Mapping):
        raise ScenarioInvalid(f"{SAMPLES} 应当是“表单: 答案”的形式。")
    return found


def loads(text: str | bytes) -> Any:
    """
    Read YAML of a scenario or of samples: dates and words like ``no`` stay texts.

    Raises:
        yaml.YAMLError: it is none, or more than a scenario ever holds.
    """
    if len(text) > LARGEST:
        raise TooMuch("文件过大")
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader that reads less, not more
    except UnicodeDecodeError:
        raise
    except ValueError as fault:  # a tag asked for a number or a date that there is not
        raise yaml.YAMLError(str(fault)) from fault
