"""
How fast FEEL is, as ratios within one run: ``python bench/feel.py [--comparators .venv-bench/bin/python]``.

The same gateway condition runs as compiled FEEL, as a Python lambda on ints and as a ``Decimal`` lambda with
null checks. cel-python and bkflow-feel run in an interpreter of their own, because their pins conflict with
ours; the Python lambda is timed there too, so that ratios and not seconds are compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from timeit import timeit
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bpmn import feel  # noqa: E402

CONDITION = 'amount > 100 and status = "open"'
ROUNDS = 10_000
COMPARATORS = """
import json, sys
from timeit import timeit
def best(call, number):
    return min(timeit(call, number=number) for _ in range(40)) / number * 1e9
context = {"amount": 150, "status": "open"}
plain = lambda c: c["amount"] > 100 and c["status"] == "open"
times = {"lambda": best(lambda: plain(context), 100000)}
import celpy
environment = celpy.Environment()
program = environment.program(environment.compile('amount > 100 && status == "open"'))
activation = celpy.json_to_cel(context)
assert program.evaluate(activation)
times["cel-python"] = best(lambda: program.evaluate(activation), 500)
from bkflow_feel.api import parse_expression
assert parse_expression('amount > 100 and status = "open"', context) is not None
times["bkflow-feel"] = best(lambda: parse_expression('amount > 100 and status = "open"', context), 50)
print(json.dumps(times))
"""


def nanoseconds(call: Callable[[], object], number: int = ROUNDS) -> float:
    """Return the best time of one call out of forty series."""
    return min(timeit(call, number=number) for _ in range(40)) / number * 1e9


def ours() -> dict[str, float]:
    """Return the times of the condition in this interpreter."""
    numbers = {"amount": 150, "status": "open"}
    decimals = {"amount": Decimal(150), "status": "open"}
    limit, compiled = Decimal(100), feel.compile(CONDITION)

    def plain(c: dict[str, Any]) -> bool:
        return c["amount"] > 100 and c["status"] == "open"  # type: ignore[no-any-return]

    def careful(c: dict[str, Any]) -> bool | None:
        amount, status = c["amount"], c["status"]
        return None if amount is None or status is None else amount > limit and status == "open"

    assert compiled.evaluate(decimals) is True
    return {
        "lambda on ints": nanoseconds(lambda: plain(numbers)),
        "lambda on Decimals with null checks": nanoseconds(lambda: careful(decimals)),
        "feel on Decimals": nanoseconds(lambda: compiled.evaluate(decimals)),
        "feel on ints": nanoseconds(lambda: compiled.evaluate(numbers)),
    }


def compile_cost() -> tuple[float, float]:
    """Return microseconds to compile a condition that is not cached, and KiB that 1,000 of them take."""
    feel.compile("1")  # the grammar is built once
    texts = iter(range(10**9))
    cost = nanoseconds(lambda: feel.compile(f'amount > {next(texts)} and status = "open"'), 20) / 1e3
    tracemalloc.start()
    kept = [feel.compile(f'amount > {next(texts)} and status = "open"') for _ in range(1_000)]
    size = tracemalloc.get_traced_memory()[0] / 1024
    tracemalloc.stop()
    assert len(kept) == 1_000
    return cost, size


def comparators(interpreter: str) -> dict[str, float]:
    """Return the times of the other engines in their own interpreter."""
    done = subprocess.run([interpreter, "-c", COMPARATORS], capture_output=True, text=True, check=True)
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comparators", metavar="PYTHON", help="interpreter that has requirements/bench.in")
    args = parser.parse_args()
    times = ours()
    print(f"{CONDITION}\n")
    for name, value in times.items():
        print(f"{name:40} {value:9.0f} ns")
    on_ints = times["feel on Decimals"] / times["lambda on ints"]
    on_decimals = times["feel on Decimals"] / times["lambda on Decimals with null checks"]
    print(f"\nfeel / lambda on ints      {on_ints:6.2f}   (target at most 10)")
    print(f"feel / lambda on Decimals  {on_decimals:6.2f}   (target at most 3)")
    cost, size = compile_cost()
    print(f"compile, not cached        {cost:6.0f} µs\n1,000 compiled conditions  {size:6.0f} KiB")
    for name, value in (comparators(args.comparators) if args.comparators else {}).items():
        if name != "lambda":
            print(
                f"{name:12} {value:12.0f} ns   {value / times['feel on Decimals']:8.0f} times slower than feel"
            )
    return 0 if on_ints <= 10 and on_decimals <= 3 else 1


if __name__ == "__main__":
    raise SystemExit(main())
