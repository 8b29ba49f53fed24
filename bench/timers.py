"""
10,000 timers due at once, drained by 1, 2 and 4 workers, each an operating-system process of its own.

Afterwards every case must have moved on exactly once: no timer lost, none fired twice.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psycopg2

from bench import house
from bench.table import Row, at_most, show

if TYPE_CHECKING:
    from workflows.engine import Engine

TIMERS = int(os.environ.get("BENCH_TIMERS", "10000"))
MODEL = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jf="urn:jingfa:bpmn:1" id="d" targetNamespace="b">'
    b'<process id="bench" name="bench" isExecutable="true" jf:starters="R02"><startEvent id="s"/>'
    b'<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    b'<userTask id="u" name="after" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    b'<sequenceFlow id="f1" sourceRef="s" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="u"/>'
    b'<sequenceFlow id="f3" sourceRef="u" targetRef="e"/></process></definitions>'
)
WORKER = """
import sys
from workflows.clockwork import timers
from workflows.engine import Engine
engine = Engine.from_settings()
print("ready", flush=True)
sys.stdin.readline()
fired = 0
while found := timers.fire_due_timers(engine):
    fired += found
print(fired, flush=True)
engine.close()
"""
COPY = """
INSERT INTO process_instance (id, definition_id, process_key, business_key, title, status, revision, state, variables, started_at, started_by, history_length)
SELECT 'C' || n, definition_id, process_key, 'C' || n, title, status, revision, state, variables, started_at, started_by, history_length
FROM process_instance, generate_series(1, {count}) n WHERE id = '{case}';
INSERT INTO timer (id, instance_id, activity_id, element_id, due_at)
SELECT 'C' || n, 'C' || n, activity_id, element_id, now() - interval '1 minute' FROM timer, generate_series(1, {count}) n WHERE instance_id = '{case}';
DELETE FROM timer WHERE instance_id = '{case}';
ANALYZE;
"""


def main() -> bool:
    """Measure and print."""
    rows = [_drained(workers) for workers in (1, 2, 4)]
    return show(f"{TIMERS:,} timers due at once", [row for group in rows for row in group])


def _drained(workers: int) -> list[Row]:
    with house.installation() as (engine, officer):
        house.deploy(engine, MODEL)
        case = house.start(engine, officer)
        _copy(engine, case)
        fired, seconds = _race(engine, workers)
        lost, twice = _count(engine)
    assert fired == TIMERS, fired
    return [
        Row(what=f"{workers} worker{'s' if workers > 1 else ''}", figure=f"{TIMERS / seconds:,.0f} a second"),
        at_most("  lost", lost, 0, ""),
        at_most("  fired twice", twice, 0, ""),
    ]


def _copy(engine: Engine, case: str) -> None:
    connection = psycopg2.connect(engine.settings.database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(count=TIMERS, case=case))
    connection.close()


def _race(engine: Engine, workers: int) -> tuple[int, float]:
    """Let the workers go at the same moment; returns how many fired and the seconds until the last one was idle."""
    environment = {
        **os.environ,
        "DATABASE_URL": engine.settings.database_url or "",
        "JINGFA_DATA": str(engine.settings.data),
        "JINGFA_SECRET": house.SECRET,
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(workers)
    ]
    for worker in started:
        assert worker.stdout and worker.stdout.readline().strip() == "ready"
    began = time.perf_counter()
    for worker in started:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    fired = sum(int(worker.communicate()[0]) for worker in started)
    return fired, time.perf_counter() - began


def _count(engine: Engine) -> tuple[int, int]:
    """Return how many cases did not move on, and how many moved on more than once."""
    connection = psycopg2.connect(engine.settings.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE tasks = 0), count(*) FILTER (WHERE tasks > 1 OR revision > 2) FROM "
            "(SELECT i.id, i.revision, count(t.id) AS tasks FROM process_instance i "
            "LEFT JOIN user_task t ON t.instance_id = i.id WHERE i.id LIKE 'C%' GROUP BY i.id) found"
        )
        lost, twice = cursor.fetchone() or (TIMERS, 0)
    connection.close()
    return int(lost), int(twice)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
