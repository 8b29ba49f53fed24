"""
The OpenAPI document is true: whatever is sent, the answer is a documented one and never a 5xx (schemathesis).

``scripts/fuzz-api.sh`` is the long run.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        missing_required_header,
        negative_data_rejection,
        response_schema_conformance,
        status_code_conformance,
    )

pytestmark = [pytest.mark.postgres, pytest.mark.filterwarnings("ignore")]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))  #: for each operation and persona
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
]


@pytest.mark.parametrize("persona", ["leader", "editor", "admin", None], ids=lambda p: p or "stranger")
def test_every_answer_is_documented(site: Any, persona: str | None) -> None:
    """A supervisor, a policy editor, an administrator and a stranger send what the document allows and what it does not."""
    site.start()
    client = site.api(persona) if persona else site.open()
    client.app.state.limiter._rates = {}
    schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
    signed = {"authorization": client.headers["authorization"]} if persona else {}
    faults, asked = [], Counter[int]()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/v2/authentication/log"):
            continue  # would end the persona's own session, or lock accounts

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=EXAMPLES < 10,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any) -> None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    answer = case.call(headers=signed)
            except Exception as bug:  # noqa: BLE001 - the transport hands our own bugs through
                faults.append(f"{case.method} {case.path} 500: {bug!r}\n   {case.as_curl_command()[:600]}")
                return
            asked[answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except BaseExceptionGroup as group:
                told = " | ".join(str(one).split("\n\n")[0] for one in group.exceptions)
                faults.append(
                    f"{case.method} {case.path} {answer.status_code}: {told}\n   {case.as_curl_command()[:400]}\n   {answer.text[:300]}"
                )

        send()

    print(f"{persona or 'stranger'}: {sum(asked.values())} requests, {dict(sorted(asked.items()))}")
    assert not faults, f"{len(faults)} faults\n" + "\n".join(dict.fromkeys(faults))
