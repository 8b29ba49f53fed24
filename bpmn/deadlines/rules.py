"""
What a deadline is: length, unit, what may prolong it, who is told when, and the law it rests on.

Values only; counting is in ``counting``, the running clock in ``ledger`` and ``reckoning``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """The unit of a period's length."""

    MINUTES = "min"
    HOURS = "H"
    WORKING_HOURS = "WH"
    CALENDAR_DAYS = "CD"
    WORKING_DAYS = "WD"
    MONTHS = "M"
    YEARS = "Y"

    @property
    def chinese(self) -> str:
        """The word of notices and explanations."""
        return UNIT_WORDS[self]

    @property
    def is_days(self) -> bool:
        """Whether the period ends with a day rather than at a moment."""
        return self not in MOMENT_UNITS


UNIT_WORDS = {
    Unit.MINUTES: "分钟",
    Unit.HOURS: "小时",
    Unit.WORKING_HOURS: "个工作小时",
    Unit.CALENDAR_DAYS: "日",
    Unit.WORKING_DAYS: "个工作日",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
}
MOMENT_UNITS = frozenset({Unit.MINUTES, Unit.HOURS, Unit.WORKING_HOURS})
ROLLING_UNITS = frozenset({Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS})


class DeadlineClass(StrEnum):
    """Who may change a deadline."""

    LOCK = "LOCK"  #: statutory: only by a new law pack
    PARAM = "PARAM"  #: policy: staff may edit
    EXT = "EXT"  #: another body's clock, for information

    @property
    def chinese(self) -> str:
        """The badge shown to staff."""
        return {"LOCK": "法定期限", "PARAM": "工作时限", "EXT": "外部期限"}[self.value]


class Direction(StrEnum):
    """Whether a period runs on from its start or back from an event."""

    FORWARD = "forward"
    BACKWARD_STRICT = "backward-strict"  #: N full days strictly between
    BACKWARD_PLAIN = "backward-plain"  #: the N-th day before


class Kind(StrEnum):
    """How a catalogue entry is watched."""

    PERIOD = "period"  #: counted in time
    EVENT = "event"  #: before or upon an event, no length
    COUNTER = "counter"  #: a number of occurrences
    CADENCE = "cadence"  #: a recurring date, see ``cadence``


@dataclass(frozen=True, kw_only=True)
class Source:
    """A provision or a policy that a deadline, a decision or a task rests on."""

    id: str  #: e.g. ``XZFY-48``
    act: str  #: Chinese title of the act
    article: str  #: e.g. ``第48条``; empty for a whole act
    version: str  #: which text of the act
    confidence: str  #: ``F-H`` read in full … ``T-L`` from memory, ``P`` policy, ``S`` seed
    valid_from: date | None = None
    valid_to: date | None = None
    verify: bool = False  #: show the badge 待核 until counsel has confirmed the text
    note: str = ""

    @property
    def citation(self) -> str:
        """The Chinese citation, with 待核 where the text has not been confirmed."""
        title = self.act if self.confidence in {"P", "S"} else f"《{self.act}》"
        return f"{title}{self.article}{'（待核）' if self.verify else ''}"


@dataclass(frozen=True, kw_only=True)
class Extension:
    """How a period may be extended. ``times`` or ``length`` None: the source sets no number."""

    unit: Unit
    length: int | None  #: longest single extension, in ``unit``
    times: int | None  #: how often
    condition: str = ""  #: who has to agree or approve


@dataclass(frozen=True, kw_only=True)
class RungRule:
    """
    One rung of an escalation ladder. Exactly one of the anchors is set:

    ``percent`` (of the unrolled length), ``working_days_before`` or ``working_days_after`` the last day,
    or ``after_expiry`` (the moment the period has run out).
    """

    label: str  #: Chinese, who is told what
    actions: tuple[str, ...]  #: machine names, e.g. ``notify:owner``
    percent: int | None = None
    working_days_before: int | None = None
    working_days_after: int | None = None
    after_expiry: bool = False
    is_red: bool = False  #: an alarm rather than a reminder: stays on a rest day
    hour: int = 9  #: office-time hour of rungs that name a day
    moments_only: bool = False  #: only for periods of minutes and hours


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """An escalation ladder; ``moves_off_rest_days`` is False for urgent ones."""

    code: str
    name: str
    moves_off_rest_days: bool
    rungs: tuple[RungRule, ...]
    later: str = ""  #: what follows outside a single deadline's life


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One entry of the deadline catalogue."""

    code: str  #: e.g. ``D-110``; variants carry a small letter
    name: str
    name_en: str
    klass: DeadlineClass
    sources: tuple[Source, ...]
    unit: Unit = Unit.CALENDAR_DAYS
    length: int = 0
    kind: Kind = Kind.PERIOD
    direction: Direction = Direction.FORWARD
    roll: bool = False  #: a last day on a rest day moves to the next working day
    start: str = ""  #: the event the period is counted from
    start_hour_counts: bool = True  #: False: an hour period begins with the next full hour
    until_close_of_business: bool = False  #: ends when the office closes instead of 24:00
    extension: Extension | None = None
    may_pause: bool = True
    pause_reasons: tuple[str, ...] = ()
    at_expiry: str = ""
    ladder: Ladder | None = None
    verify: bool = False  #: badge 待核
    note: str = ""

    @property
    def length_words(self) -> str:
        """The length in Chinese, e.g. ``30日``."""
        return f"{self.length}{self.unit.chinese}"
