"""
Limitation (诉讼时效): the last day to sue, with interruptions and suspensions, told in Chinese.

Legal source: ``sources.toml#MFD-188``, ``#MFD-189``, ``#MFD-191``, ``#MFD-194``, ``#MFD-195``, ``#MFD-196``,
``#SXGD-12``, ``#SXGD-13``
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bpmn.deadlines.calendar import Calendar
from bpmn.deadlines.counting import add_months
from bpmn.errors import Invalid

GENERAL_YEARS, LONGEST_YEARS, SUSPENSION_MONTHS, ADULT_AGE = 3, 20, 6, 18


class LimitationInvalid(Invalid):
    """时效测算的输入有误。请核对日期的先后。"""


class Right(StrEnum):
    """The right that is claimed, as far as limitation depends on it."""

    GENERAL = "general"
    INSTALMENTS = "instalments"  #: ``known_on`` is the day the last instalment fell due
    MINOR_SEXUAL_HARM = "minor-sexual-harm"
    NONE = "no-limitation"  #: MFD 196


class Cause(StrEnum):
    """Why limitation was interrupted."""

    MEDIATION = "mediation"  #: request to a people's mediation committee or competent body
    POLICE = "police-report"
    DEMAND = "demand"
    ACKNOWLEDGEMENT = "acknowledgement"
    SUIT = "suit"


CAUSES = {
    Cause.MEDIATION: ("申请人民调解", "SXGD 12", "SXGD-12"),
    Cause.POLICE: ("向公安机关报案请求保护民事权利", "SXGD 13", "SXGD-13"),
    Cause.DEMAND: ("权利人提出履行请求", "MFD 195", "MFD-195"),
    Cause.ACKNOWLEDGEMENT: ("义务人同意履行", "MFD 195", "MFD-195"),
    Cause.SUIT: ("提起诉讼或者申请仲裁", "MFD 195", "MFD-195"),
}


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """An interruption on ``on``; the period starts anew when the procedure ended (None: still open)."""

    on: date
    cause: Cause
    ended_on: date | None = None  #: of demands and acknowledgements: the same day

    @property
    def restarts_on(self) -> date | None:
        """The day from which the period is counted anew; None while the procedure is open."""
        is_instant = self.cause in {Cause.DEMAND, Cause.ACKNOWLEDGEMENT}
        return self.ended_on or (self.on if is_instant else None)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """A hindrance in the sense of MFD 194, gone on ``until``."""

    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """``known_on``: harm and obligor known; ``harmed_on``: start of the twenty years."""

    known_on: date
    right: Right = Right.GENERAL
    harmed_on: date | None = None
    victim_born_on: date | None = None
    interruptions: tuple[Interruption, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    """``last_day`` None: no limitation, or the clock stands still in an open procedure."""

    last_day: date | None
    unrolled: date | None
    provisional: bool
    explanation: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class _Running:
    """The period as it runs: where it began, where it would end, what has been told."""

    begin: date
    end: date
    is_held: bool = False
    told: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def calculate(given: Parameters, calendar: Calendar) -> Result:
    """
    Return the last day to sue.

    An interruption counts only while the period runs, its rest-day extension included. The twenty years of
    MFD 188 are the outer limit and know no interruption.

    Raises:
        LimitationInvalid: dates contradict each other.
    """
    _ensure_sound(given)
    if given.right is Right.NONE:
        told = ("停止侵害等请求权、不动产返还、抚养费赡养费扶养费等不适用诉讼时效（MFD 196）。",)
        return Result(last_day=None, unrolled=None, provisional=False, explanation=told, sources=("MFD-196",))
    running = _begin(given)
    for event in sorted(given.interruptions, key=lambda item: item.on):
        running = _interrupt(running, event, calendar)
    for obstacle in sorted(given.obstacles, key=lambda item: item.until):
        running = _suspend(running, obstacle)
    return _finish(given, running, calendar)


def _begin(given: Parameters) -> _Running:
    begin = given.known_on
    told, sources = f"自{begin.isoformat()}知道权利受损及义务人之日起算三年（MFD 188）。", ["MFD-188"]
    if given.right is Right.INSTALMENTS:
        told, sources = (
            f"自最后一期履行期限届满之日{begin.isoformat()}起算三年（MFD 189）。",
            ["MFD-189", "MFD-188"],
        )
    if given.right is Right.MINOR_SEXUAL_HARM and given.victim_born_on is not None:
        begin = max(begin, add_months(given.victim_born_on, ADULT_AGE * 12))
        told, sources = (
            f"自受害人年满十八周岁{begin.isoformat()}起算三年（MFD 191）。",
            ["MFD-191", "MFD-188"],
        )
    return _Running(begin=begin, end=_three_years(begin), told=(told,), sources=tuple(sources))


def _three_years(begin: date) -> date:
    return add_months(begin, GENERAL_YEARS * 12)


def _interrupt(running: _Running, event: Interruption, calendar: Calendar) -> _Running:
    words, article, source = CAUSES[event.cause]
    day = event.on.isoformat()
    if running.is_held:
        return running
    if event.on > calendar.roll_forward(running.end):
        return replace(running, told=(*running.told, f"{day}{words}时，时效已于此前届满，不再中断。"))
    sources = (*running.sources, source)
    restart = event.restarts_on
    if restart is None:
        told = f"中断于{day}（{article}）：{words}，程序尚未终结，终结之日起重新计算。"
        return replace(running, is_held=True, told=(*running.told, told), sources=sources)
    end = _three_years(restart)
    told = f"中断于{day}（{article}），自{restart.isoformat()}重新计算至{end.isoformat()}"
    return _Running(begin=restart, end=end, told=(*running.told, f"{told}。"), sources=sources)


def _suspend(running: _Running, obstacle: Obstacle) -> _Running:
    """Apply MFD 194: an obstacle in the last six months; the period ends six months after it is gone."""
    last_months = add_months(running.end, -SUSPENSION_MONTHS)
    if running.is_held or obstacle.until < last_months or obstacle.since > running.end:
        return running
    end = max(running.end, add_months(obstacle.until, SUSPENSION_MONTHS))
    told = f"最后六个月内有障碍，自{obstacle.until.isoformat()}消除之日起满六个月届满（MFD 194）。"
    return replace(running, end=end, told=(*running.told, told), sources=(*running.sources, "MFD-194"))


def _finish(given: Parameters, running: _Running, calendar: Calendar) -> Result:
    longest = add_months(given.harmed_on, LONGEST_YEARS * 12) if given.harmed_on else None
    told = list(running.told)
    end = None if running.is_held else running.end
    if longest is not None and end is not None and longest < end:
        end = longest
        told.append(f"自损害发生之日起最长二十年，至{longest.isoformat()}（MFD 188）。")
    if end is None:
        sources = tuple(dict.fromkeys(running.sources))
        return Result(
            last_day=None, unrolled=None, provisional=False, explanation=tuple(told), sources=sources
        )
    return _ended(end, told, running.sources, calendar)


def _ended(end: date, told: list[str], sources: tuple[str, ...], calendar: Calendar) -> Result:
    last = calendar.roll_forward(end)
    if last != end:
        told.append(
            f"{end.isoformat()}是{calendar.kind_of(end)}，以其次一工作日{last.isoformat()}为最后一日（MFD 203）。"
        )
    provisional = not all(calendar.is_loaded(day.year) for day in (end, last))
    if provisional:
        told.append("暂定：所涉年份的放假安排尚未导入，以国务院放假通知为准。")
    return Result(
        last_day=last,
        unrolled=end,
        provisional=provisional,
        explanation=tuple(told),
        sources=tuple(dict.fromkeys((*sources, "MFD-203"))),
    )


def _ensure_sound(given: Parameters) -> None:
    for event in given.interruptions:
        if event.ended_on is not None and event.ended_on < event.on:
            raise LimitationInvalid(f"{event.on.isoformat()}的中断，终结日期不能早于开始日期。")
        if event.on < given.known_on:
            raise LimitationInvalid(f"{event.on.isoformat()}的中断早于起算日期，请核对。")
    if any(obstacle.until < obstacle.since for obstacle in given.obstacles):
        raise LimitationInvalid("中止事由的消除日期不能早于发生日期。")
    if given.right is Right.MINOR_SEXUAL_HARM and given.victim_born_on is None:
        raise LimitationInvalid("未成年人受性侵害的，请填写受害人出生日期。")
