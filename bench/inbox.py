"""
The my-tasks page with 100,000 cases against 1,000: an officer of one of 20 stations, in the pool of the own station.

The large house has a hundred times as many cases everywhere, also in the officer's own station. No query may read
a large table from end to end.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import psycopg2

from bench import house
from bench.table import Row, at_most, show
from workflows.work import user_tasks

if TYPE_CHECKING:
    from tasks.model import Actor
    from workflows.engine import Engine

SMALL, LARGE, STATIONS, PAGES, TURNS = 1_000, 100_000, 20, 20, 7
FILL = """
INSERT INTO process_instance (id, definition_id, process_key, business_key, title, status, revision, state, variables, started_at, started_by)
SELECT 'C' || lpad(n::text, 8, '0'), definition_id, process_key, 'C' || n, '张某某与李某某邻里纠纷 ' || n, 'active', 1, state, variables, now() - n * interval '1 minute', started_by
FROM process_instance, generate_series({first}, {last}) n WHERE id = '{case}';
INSERT INTO instance_unit SELECT 'C' || lpad(n::text, 8, '0'), 'station', {station} FROM generate_series({first}, {last}) n;
INSERT INTO user_task (id, instance_id, activity_id, element_id, name, state, roles, unit_id, assignee_id, form_key, extensions, created_at, due_at, sort_at)
SELECT 'T' || lpad(n::text, 8, '0'), 'C' || lpad(n::text, 8, '0'), 'a', element_id, name, CASE WHEN n % 50 = 0 THEN 'claimed' ELSE 'created' END,
  roles, {station}, CASE WHEN n % 50 = 0 THEN CASE WHEN n % 200 = 0 THEN 'officer' ELSE 'colleague' END END, form_key, extensions,
  now() - n * interval '1 minute', now() + (n % 977) * interval '1 hour', now() + (n % 977) * interval '1 hour'
FROM (SELECT * FROM user_task WHERE instance_id = '{case}' LIMIT 1) one, generate_series({first}, {last}) n;
INSERT INTO user_task_candidate SELECT 'R02@' || unit_id, sort_at, id FROM user_task WHERE state = 'created' AND id BETWEEN 'T' || lpad('{first}', 8, '0') AND 'T' || lpad('{last}', 8, '0');
"""
STATION = f"CASE WHEN n % {STATIONS} = 0 THEN 'station' ELSE 'station-' || n % {STATIONS} END"


def main() -> bool:
    """Measure and print."""
    with house.installation() as (engine, officer):
        house.deploy(engine)
        case = house.start(engine, officer)
        _fill(engine, case, 1, SMALL)
        small = _page(engine, officer)
        _fill(engine, case, SMALL + 1, LARGE)
        large = _page(engine, officer)
        scans = _scans(engine, officer)
    return show(
        f"The my-tasks page (30 lines and the three counts), {STATIONS} stations",
        [
            Row(what=f"{SMALL:,} cases", figure=f"{small:.2f} ms"),
            Row(what=f"{LARGE:,} cases", figure=f"{large:.2f} ms"),
            at_most("large / small", large / small, 1.5),
            at_most("large tables read from end to end", len(scans), 0, ""),
        ],
    )


def _fill(engine: Engine, case: str, first: int, last: int) -> None:
    connection = psycopg2.connect(engine.settings.database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(case=case, first=first, last=last, station=STATION))
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def _page(engine: Engine, officer: Actor) -> float:
    """Return the median milliseconds of what the page asks."""
    found = []
    for _ in range(PAGES * TURNS):
        began = time.perf_counter()
        with engine.begin() as uow:
            tasks = user_tasks.my_tasks(uow, officer)
            user_tasks.count_my_tasks(uow, officer)
        found.append((time.perf_counter() - began) * 1000)
    assert tasks.items
    return median(found[PAGES:])


def _scans(engine: Engine, officer: Actor) -> list[str]:
    """Return the large tables that the page's queries read from end to end."""
    time.sleep(1.5)  # the server publishes its counters about once a second
    before = _sequential(engine)
    for _ in range(3):
        with engine.begin() as uow:
            user_tasks.my_tasks(uow, officer)
            user_tasks.count_my_tasks(uow, officer)
    time.sleep(1.5)
    after = _sequential(engine)
    return [name for name, count in after.items() if count > before.get(name, 0)]


def _sequential(engine: Engine) -> dict[str, int]:
    connection = psycopg2.connect(engine.settings.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_scan FROM pg_stat_user_tables WHERE n_live_tup > 10000")
        found = dict(cursor.fetchall())
    connection.close()
    return found


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
