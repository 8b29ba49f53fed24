"""The stock library as its documentation shows it: the whole workflow as one JSON document, read and written at each step."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psycopg2
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from bench import house


class Stock:
    """One case in a table ``stock (id, document)``."""

    def __init__(self, url: str) -> None:
        parser = BpmnParser()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "process.bpmn"
            file.write_bytes(house.model(timer="&quot;P1D&quot;"))
            parser.add_bpmn_file(str(file))
        workflow = BpmnWorkflow(parser.get_spec("bench"))
        content = {f"字段{number}": "案情" * 15 for number in range(20)}
        for task in workflow.get_tasks(state=TaskState.READY):
            task.data.update(content | {"rounds": 0, "finished": False})
        workflow.do_engine_steps()
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
        self._connection = psycopg2.connect(url)
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS stock (id int PRIMARY KEY, document text NOT NULL)")
            cursor.execute("INSERT INTO stock VALUES (1, %s)", (self._serializer.serialize_json(workflow),))

    def step(self) -> float:
        """Complete the first waiting task, in one transaction; returns the seconds."""
        began = time.perf_counter()
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SELECT document FROM stock WHERE id = 1 FOR UPDATE")
            workflow = self._serializer.deserialize_json(cursor.fetchone()[0])
            task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual)
            task.data.update(house.SUBMISSION)
            task.run()
            workflow.do_engine_steps()
            cursor.execute(
                "UPDATE stock SET document = %s WHERE id = 1", (self._serializer.serialize_json(workflow),)
            )
        return time.perf_counter() - began

    def size(self) -> int:
        """Return the characters of the stored document."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SELECT length(document) FROM stock WHERE id = 1")
            return int(cursor.fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
