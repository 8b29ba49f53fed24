"""
怎么算的: the reckoning told in Chinese, day by day, with the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from bpmn.deadlines.calendar import ONE_DAY, Calendar
from bpmn.deadlines.counting import is_paused, open_spans
from bpmn.deadlines.ledger import WORDS, Ledger, LedgerEvent, LedgerEventKind
from bpmn.deadlines.periods import Span, day_pauses
from bpmn.deadlines.rules import Direction, Rule, Unit

WEEKDAYS = "一二三四五六日"
MOST_LINES = 40  #: of days told one by one; longer periods are told in stretches


def explain(rule: Rule, ledger: Ledger, span: Span, calendar: Calendar) -> tuple[str, ...]:
    """Tell how the last day came about: basis, start, events, days, rest-day rule, end."""
    return (
        *_basis(rule),
        _start(rule, span),
        *(_event(rule, event) for event in ledger.events if event.kind is not LedgerEventKind.START),
        *_days(rule, ledger, span, calendar),
        *_rest_day_rule(rule, span, calendar),
        _end(rule, span),
        *_held(ledger),
        *_warnings(rule, span),
    )


def spoken_day(day: date) -> str:
    """
    Return a date as people say it.

    >>> spoken_day(date(2026, 9, 20))
    '2026-09-20（周日）'
    """
    return f"{day.isoformat()}（周{WEEKDAYS[day.weekday()]}）"


def spoken_time(at: datetime) -> str:
    """Return an instant as people say it, to the minute."""
    return f"{spoken_day(at.date())}{at:%H:%M}"


def _basis(rule: Rule) -> Iterator[str]:
    sources = "、".join(source.citation for source in rule.sources) or "未载明"
    yield f"{rule.code} {rule.name}：{_length_words(rule)}，{rule.klass.chinese}，依据：{sources}。"


def _length_words(rule: Rule) -> str:
    if rule.length == 0:
        return "立即" if not rule.unit.is_days else "当日"
    before = rule.direction is not Direction.FORWARD
    return f"{'提前' if before else ''}{rule.length_words}"


def _start(rule: Rule, span: Span) -> str:
    event = f"“{rule.start}”" if rule.start else ""
    if rule.direction is not Direction.FORWARD:
        return f"以{event}{spoken_day(span.start.date())}为准倒数，该日不计入。"
    if rule.length == 0:
        return f"自{event}{spoken_time(span.start)}起，{_length_words(rule)}办理。"
    if rule.unit.is_days:
        return f"自{event}{spoken_time(span.start)}起算，开始的当日不计入，从次日数起。"
    if span.counts_from != span.start:
        return f"自{event}{spoken_time(span.start)}起算，开始的时不计入，从{span.counts_from:%H:%M}数起。"
    return f"自{event}{spoken_time(span.start)}起算。"


def _event(rule: Rule, event: LedgerEvent) -> str:
    reason = f"，事由：{event.reason}" if event.reason else ""
    return f"{spoken_time(event.at)}{WORDS[event.kind]}{_amount(rule, event)}{reason}。"


def _amount(rule: Rule, event: LedgerEvent) -> str:
    if event.kind is not LedgerEventKind.EXTEND or rule.extension is None:
        return ""
    return f"{event.amount or rule.extension.length}{rule.extension.unit.chinese}"


def _days(rule: Rule, ledger: Ledger, span: Span, calendar: Calendar) -> Iterator[str]:
    if rule.direction is not Direction.FORWARD:
        return _backward_days(rule, span, calendar)
    if rule.unit is Unit.WORKING_DAYS:
        return _working_days(span, calendar)
    if rule.unit is Unit.WORKING_HOURS:
        return _working_hours(span, calendar)
    return _running(rule, ledger, span)


def _working_days(span: Span, calendar: Calendar) -> Iterator[str]:
    first = span.start.date() + ONE_DAY
    days = [first + timedelta(days=i) for i in range((span.unrolled - first).days + 1)]
    pauses = day_pauses(span.pauses)
    marked = [
        (day, "" if _counts(day, calendar, pauses) else _why_not(day, calendar, pauses)) for day in days
    ]
    if len(days) > MOST_LINES:
        counted = sum(not why for _, why in marked)
        return iter([f"{spoken_day(first)}至{spoken_day(span.unrolled)}之间共{counted}个工作日计入。"])
    return _numbered(marked, calendar)


def _counts(day: date, calendar: Calendar, pauses: Sequence[tuple[date, date]]) -> bool:
    return calendar.is_working_day(day) and not is_paused(day, pauses)


def _why_not(day: date, calendar: Calendar, pauses: Sequence[tuple[date, date]]) -> str:
    return "暂停期间" if is_paused(day, pauses) else calendar.kind_of(day)


def _numbered(marked: Sequence[tuple[date, str]], calendar: Calendar) -> Iterator[str]:
    number = 0
    for why, group in groupby(marked, key=lambda item: item[1]):
        days = [day for day, _ in group]
        if why:
            yield f"{_stretch(days[0], days[-1])}{why}，不计入。"
            continue
        for day in days:
            number += 1
            yield f"第{number}个工作日：{spoken_day(day)}{_adjusted(day, calendar)}。"


def _adjusted(day: date, calendar: Calendar) -> str:
    kind = calendar.kind_of(day)
    return "" if kind == "工作日" else f"，{kind}"


def _stretch(first: date, last: date) -> str:
    return spoken_day(first) if first == last else f"{spoken_day(first)}至{spoken_day(last)}"


def _working_hours(span: Span, calendar: Calendar) -> Iterator[str]:
    day = span.start.date()
    while day <= span.due_at.date():
        spans = open_spans(day, span.counts_from, calendar, span.pauses)
        parts = [(a, min(b, span.due_at)) for a, b in spans if a < span.due_at]
        if parts:
            told = "、".join(f"{a:%H:%M}至{b:%H:%M}" for a, b in parts)
            minutes = sum(int((b - a).total_seconds() // 60) for a, b in parts)
            yield f"{spoken_day(day)}{_adjusted(day, calendar)}：{told}，计{minutes}分钟。"
        elif not calendar.is_working_day(day):
            yield f"{spoken_day(day)}{calendar.kind_of(day)}，不计入。"
        day += ONE_DAY


def _running(rule: Rule, ledger: Ledger, span: Span) -> Iterator[str]:
    for first, last in span.pauses:
        if rule.unit.is_days:
            yield f"扣除暂停的{(last.date() - first.date()).days}日（{first.date()}至{last.date()}），期限顺延。"
        else:
            yield f"扣除暂停的{_spoken_length(last - first)}，期限顺延。"
    if ledger.extensions and rule.extension is not None:
        yield f"经延长共增加{ledger.extended_by}{rule.extension.unit.chinese}。"
    if rule.unit.is_days and rule.length:
        yield f"{_first_day(span)}数满{_total_words(rule, ledger)}至{spoken_day(span.unrolled)}。"


def _first_day(span: Span) -> str:
    first = span.start.date() + ONE_DAY
    return f"{spoken_day(first)}为第1日，" if span.unrolled >= first else ""


def _total_words(rule: Rule, ledger: Ledger) -> str:
    if rule.extension is None or not ledger.extensions:
        return rule.length_words
    if rule.extension.unit is rule.unit:
        return f"{rule.length + ledger.extended_by}{rule.unit.chinese}"
    return f"{rule.length_words}加{ledger.extended_by}{rule.extension.unit.chinese}"


def _spoken_length(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    return f"{hours}小时{minutes}分钟" if minutes else f"{hours}小时"


def _backward_days(rule: Rule, span: Span, calendar: Calendar) -> Iterator[str]:
    if rule.unit is not Unit.WORKING_DAYS:
        yield f"向前数{rule.length_words}，为{spoken_day(span.unrolled)}。"
        return
    day = span.start.date()
    for number in range(1, rule.length + 1):
        day = calendar.previous_working_day(day)
        yield f"倒数第{number}个工作日：{spoken_day(day)}{_adjusted(day, calendar)}。"
    if rule.direction is Direction.BACKWARD_STRICT:
        yield f"中间须隔满{rule.length_words}，最迟为其前一日{spoken_day(span.unrolled)}。"


def _rest_day_rule(rule: Rule, span: Span, calendar: Calendar) -> Iterator[str]:
    if span.unrolled != span.last_day:
        way = "提前到前一工作日" if span.last_day < span.unrolled else "顺延到其后第一个工作日"
        yield f"{spoken_day(span.unrolled)}是{calendar.kind_of(span.unrolled)}，{way}{spoken_day(span.last_day)}。"
    elif rule.unit.is_days and not rule.roll and not calendar.is_working_day(span.last_day):
        yield f"{spoken_day(span.last_day)}是{calendar.kind_of(span.last_day)}，本期限不因休息日顺延。"


def _end(rule: Rule, span: Span) -> str:
    if not rule.unit.is_days:
        return f"截止时间：{spoken_time(span.due_at)}。"
    hour = f"{span.due_at:%H:%M}停止办公前" if rule.until_close_of_business else "24:00前"
    target = (
        "" if span.internal_target == span.last_day else f"；内部目标日：{spoken_day(span.internal_target)}"
    )
    return f"最后一日：{spoken_day(span.last_day)}{hour}{target}。"


def _held(ledger: Ledger) -> Iterator[str]:
    if ledger.paused_since is not None:
        yield f"自{spoken_time(ledger.paused_since)}起暂停中，恢复之日起按实际暂停的时间顺延，以上日期随之后移。"


def _warnings(rule: Rule, span: Span) -> Iterator[str]:
    if rule.at_expiry:
        yield f"届满后：{rule.at_expiry}。"
    if span.provisional:
        yield "暂定：所涉年份的放假安排尚未导入，日期以国务院放假通知为准，导入后自动重算。"
    if rule.verify:
        yield f"待核：条文或算法尚待核实{'：' + rule.note if rule.note else ''}。"
