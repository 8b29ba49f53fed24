"""``jingfa deadline CODE --from TIME``: reckon one deadline and tell how it was counted."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bpmn import iso8601
from bpmn.deadlines import lawpack
from bpmn.deadlines.calendar import ZONE, Calendar
from bpmn.deadlines.ledger import LedgerEvent, LedgerEventKind
from bpmn.deadlines.presenting import to_json, to_text
from bpmn.deadlines.reckoning import Reckoning, reckon
from bpmn.deadlines.year_table import parse_year_table
from bpmn.errors import JingfaError

DONE, REFUSED = 0, 1
KINDS = ("pause", "resume", "extend", "stop")


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "deadline", help="推算一项期限并说明怎么算的", description="推算一项期限并说明怎么算的。"
    )
    parser.add_argument("code", metavar="CODE", help="期限编号，例如 D-110")
    parser.add_argument("--from", dest="start", metavar="TIME", required=True, type=moment, help="起算时间")
    parser.add_argument(
        "--event",
        dest="events",
        metavar="TIME=KIND",
        action="append",
        default=[],
        type=event,
        help="暂停、恢复、延长、终止：TIME=pause|resume|extend[:N]|stop，可以写多次",
    )
    parser.add_argument("--at", metavar="TIME", type=moment, default=None, help="看哪一时刻的情况")
    parser.add_argument("--red", action="store_true", help="红色风险案件：提醒不避开休息日")
    parser.add_argument("--law-pack", metavar="FOLDER", type=Path, default=None, help="换用另一个法规包")
    parser.add_argument(
        "--calendar", metavar="CSV", type=Path, action="append", default=[], help="另加一年的放假安排表"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the reckoning; 0 done, 1 refused with a sentence that says why."""
    try:
        reckoning = _reckon(args)
    except (JingfaError, OSError, UnicodeDecodeError) as error:
        return _refuse(error, as_json=args.json)
    text = json.dumps(to_json(reckoning), ensure_ascii=False, indent=2) if args.json else to_text(reckoning)
    sys.stdout.write(text + "\n")
    return DONE


def moment(text: str) -> datetime:
    """
    Read a time, ISO 8601; without an offset it is meant in China.

    Raises:
        argparse.ArgumentTypeError: *text* is not a time.
    """
    try:
        return iso8601.instant(text, ZONE)
    except iso8601.NotISO8601:
        message = f"“{text}”不是时间，应写成 2026-09-18T16:07:00+08:00"
        raise argparse.ArgumentTypeError(message) from None


def event(text: str) -> LedgerEvent:
    """
    Read ``TIME=pause|resume|extend[:N]|stop``.

    Raises:
        argparse.ArgumentTypeError: *text* has another shape.
    """
    time, found, what = text.rpartition("=")
    kind, _, amount = what.partition(":")
    is_sound = (
        found and kind in KINDS and (not amount or (kind == "extend" and amount.lstrip("-").isdecimal()))
    )
    if not is_sound or what.endswith(":"):
        raise argparse.ArgumentTypeError(f"“{text}”应写成 时间=pause、resume、extend、extend:天数 或 stop")
    return LedgerEvent(kind=LedgerEventKind(kind), at=moment(time), amount=int(amount) if amount else None)


def _reckon(args: argparse.Namespace) -> Reckoning:
    pack = lawpack.load(args.law_pack)
    start = LedgerEvent(kind=LedgerEventKind.START, at=args.start)
    calendar = _calendar(pack.calendar, args.calendar)
    rule = pack.catalogue.find(args.code)
    return reckon(rule, [start, *args.events], calendar, at=args.at, is_red=args.red)


def _calendar(calendar: Calendar, files: list[Path]) -> Calendar:
    for file in files:
        calendar = calendar.with_year(*parse_year_table(file.read_text(encoding="utf-8"), source=file.name))
    return calendar


def _refuse(error: Exception, *, as_json: bool) -> int:
    if as_json:
        code = getattr(error, "code", "file-unreadable")
        sys.stdout.write(
            json.dumps({"error": {"code": code, "message": str(error)}}, ensure_ascii=False) + "\n"
        )
    sys.stderr.write(f"{error}\n")
    return REFUSED
