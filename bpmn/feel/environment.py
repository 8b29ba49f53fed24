"""What an evaluation may look at besides its context, and what it may spend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bpmn.feel import limits
from bpmn.feel.errors import Exhausted
from bpmn.feel.values import Value

if TYPE_CHECKING:
    from bpmn.feel.types import Type

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Environment:
    """
    Clock, zone and extra functions; every result is a pure function of it and the context.

    ``functions`` maps a FEEL name (may hold spaces) to a callable that takes and returns FEEL values,
    called with positional arguments, or with Python keywords for named ones (spaces become ``_``).
    A datetime without zone is read in ``zone`` where it meets one that has a zone.
    """

    now: datetime = field(default_factory=lambda: datetime.now(SHANGHAI))  #: aware
    functions: Mapping[str, Callable[..., Value]] = field(default_factory=dict)
    zone: tzinfo = SHANGHAI
    types: Mapping[str, Type] = field(default_factory=dict)  #: named types that ``instance of`` knows

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Environment.now must be aware")


class Run:
    """The running account of one evaluation: reasons for nulls, steps left, depth of calls."""

    __slots__ = ("_environment", "adopted", "calls", "reasons", "steps")

    def __init__(self, environment: Environment | None = None) -> None:
        self._environment = environment
        self.reasons: list[str] = []
        self.adopted: dict[int, Value] | None = {}  #: lists and contexts already seen, by identity
        self.steps = limits.MAX_STEPS
        self.calls = 0

    @property
    def environment(self) -> Environment:
        """The environment given, or one whose clock stopped when it was first asked for."""
        if self._environment is None:
            self._environment = Environment()
        return self._environment

    @property
    def functions(self) -> Mapping[str, Callable[..., Value]]:
        """The functions that the environment adds."""
        return self._environment.functions if self._environment is not None else _NO_FUNCTIONS

    def note(self, reason: str) -> None:
        """Record why something became null."""
        if len(self.reasons) < limits.MAX_REASONS and reason not in self.reasons:
            self.reasons.append(reason)

    def spend(self, steps: int) -> None:
        """
        Pay for work.

        Raises:
            Exhausted: more than ``limits.MAX_STEPS`` in this evaluation.
        """
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(f"表达式的运算量超过上限（{limits.MAX_STEPS} 步），已停止，结果为空。")

    def enter(self) -> None:
        """
        Count one FEEL function that begins.

        Raises:
            Exhausted: too many inside one another.
        """
        self.calls += 1
        self.spend(1)
        if self.calls > limits.MAX_CALLS:
            raise Exhausted(f"函数互相调用超过 {limits.MAX_CALLS} 层，已停止，结果为空。")

    def leave(self) -> None:
        """Count one FEEL function that ended."""
        self.calls -= 1


_NO_FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {}


class Silent(Run):
    """The account of an expression that can neither loop nor call: nothing to count, nothing to keep."""

    __slots__ = ()

    def __init__(self, environment: Environment | None = None) -> None:
        self._environment = environment
        self.adopted = None

    def note(self, reason: str) -> None:
        """Forget the reason."""

    def spend(self, steps: int) -> None:
        """Pay nothing: the text bounds the work."""
