"""Write the tables of docs/errors.md and docs/service-tasks.md from the source. A test fails while one is incomplete."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.problems import STATUS  # noqa: E402
from bpmn import errors  # noqa: E402
from tasks.registry import OPERATIONS  # noqa: E402

PACKAGES = ("bpmn", "tasks", "forms", "workflows", "api")
ERRORS = """# Errors

Every error answers as an RFC 9457 problem (`application/problem+json`): `type` ends in the code, `detail` is the sentence below or a more
exact one, `status` follows the branch. Errors of the branch `ExecutionFailed` are never answers: they become incidents. Pages show the
same sentences. This page is written by `scripts/tables.py`.

| Status | Code | Sentence |
|---|---|---|
"""
SERVICES = """# Service tasks

What `jf:operation` may name. A handler runs outside any transaction and may run twice: `job.id` is its idempotency key. It returns
`Completed`, a business error (`BpmnError`, drawn in the diagram) or `RetryAfter`; anything raised becomes an incident when the retries
are used up. Parameters and results of each are in its file; this page is written by `scripts/tables.py`.

Any other operation is for a program outside: one named in `JINGFA_JOB_WORKERS` takes its jobs through `/v2/jobs` (docs/api.md). Where none
is named, deploying says so, and a job becomes an incident at once.

| Operation | What it does | File |
|---|---|---|
"""


def descendants(error: type[errors.JingfaError]) -> Iterator[type[errors.JingfaError]]:
    """Yield an error and every error below it."""
    yield error
    for below in error.__subclasses__():
        yield from descendants(below)


def import_everything() -> None:
    """Errors are known once their module is imported."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".migrations" not in module.name and not module.name.endswith(("__main__", "hatch_build")):
                importlib.import_module(module.name)


def status(error: type[errors.JingfaError]) -> str:
    """Return the status with which an error is answered."""
    if issubclass(error, errors.ExecutionFailed):
        return "incident"
    return next((str(number.value) for branch, number in STATUS if issubclass(error, branch)), "500")


def first_paragraph(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def main() -> None:
    """Write both pages."""
    import_everything()
    rows = {(status(one), one.code, first_paragraph(one.__doc__)) for one in descendants(errors.JingfaError)}
    lines = [f"| {number} | `{code}` | {sentence} |\n" for number, code, sentence in sorted(rows)]
    (ROOT / "docs/errors.md").write_text(ERRORS + "".join(lines), "utf-8")
    services = []
    for operation, handler in sorted(OPERATIONS.items()):
        module = inspect.getmodule(handler)
        summary = (
            first_paragraph(module.__doc__ if module else "")
            .removeprefix(f"``{operation}``: ")
            .replace("``", "`")
        )
        services.append(
            f"| `{operation}` | {summary} | `{(module.__name__ if module else '').replace('.', '/')}.py` |\n"
        )
    (ROOT / "docs/service-tasks.md").write_text(SERVICES + "".join(services), "utf-8")


if __name__ == "__main__":
    main()
