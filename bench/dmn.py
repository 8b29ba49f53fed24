"""A 20-rule UNIQUE table against SpiffWorkflow's DMN engine in the same run, and the memory of 1,000 compiled tables."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal

from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from bpmn.decisions import load

ROUNDS, CALLS, TABLES = 7, 2_000, 1_000


def model(rules: int = 20, *, name: str = "d") -> str:
    """Return a table that sorts an amount and a kind into *rules* rows."""
    rows = "".join(
        f'<rule id="r{n}"><inputEntry id="a{n}"><text>[{n * 100}..{n * 100 + 99}]</text></inputEntry>'
        f'<inputEntry id="b{n}"><text>"k{n % 3}"</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>{n}</text></outputEntry></rule>'
        for n in range(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="n" namespace="urn:bench">'
        f'<decision id="{name}" name="{name}"><decisionTable id="t" hitPolicy="UNIQUE">'
        '<input id="i1" label="amount"><inputExpression id="e1" typeRef="number"><text>amount</text>'
        '</inputExpression></input><input id="i2" label="kind"><inputExpression id="e2" typeRef="string">'
        "<text>kind</text></inputExpression></input>"
        f'<output id="o" label="level" name="level" typeRef="number"/>{rows}</decisionTable></decision></definitions>'
    )


def spiff() -> Callable[[], object]:
    """Return one evaluation by SpiffWorkflow; its cells are Python, so ranges are written as comparisons."""
    xml = model()
    for n in range(20):
        python = f"<text>{n * 100} &lt;= ? &lt;= {n * 100 + 99}</text>"
        xml = xml.replace(f"<text>[{n * 100}..{n * 100 + 99}]</text>", python)
    parser = BpmnDmnParser()
    parser.add_dmn_xml(etree.fromstring(xml.encode()))
    engine = parser.get_engine("d", None)
    scripts = PythonScriptEngine()

    class Workflow:
        """What the engine asks of a workflow."""

        script_engine = scripts

    class Task:
        """What the engine asks of a task."""

        data = {"amount": 1950, "kind": "k1"}  # noqa: RUF012 - never changed
        workflow = Workflow

    return lambda: engine.result(Task)


def ours() -> Callable[[], object]:
    """Return one evaluation by the product."""
    decisions = load(model())
    context = {"amount": Decimal(1950), "kind": "k1"}
    return lambda: decisions.evaluate("d", context)


def microseconds(call: Callable[[], object], calls: int) -> float:
    """Return the median time of one call over several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        rounds.append((time.perf_counter() - start) / calls * 1e6)
    return statistics.median(rounds)


def main() -> bool:
    """Print the table of figures; tells whether the goal was reached."""
    own, library = ours(), spiff()
    fast, slow = microseconds(own, CALLS), microseconds(library, CALLS // 10)
    print("DMN, 20 rules, UNIQUE, the last rule matches")
    print(f"  ours                    {fast:10.1f} µs")
    print(f"  SpiffWorkflow 3.2.0     {slow:10.1f} µs    ratio {slow / fast:.1f} (goal ≥ 10)")
    compile_ms = microseconds(lambda: load(model()), 20) / 1000
    tracemalloc.start()
    kept = [load(model(name=f"d{n}")) for n in range(TABLES)]
    kilobytes = tracemalloc.get_traced_memory()[0] / len(kept) / 1024
    print(f"  read and compile        {compile_ms:10.2f} ms")
    print(
        f"  {TABLES} compiled tables  {kilobytes:10.1f} KiB each, {kilobytes * TABLES / 1024:.0f} MiB together"
    )
    return slow / fast >= 10


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
