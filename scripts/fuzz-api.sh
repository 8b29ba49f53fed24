#!/usr/bin/env bash
# The long run of schemathesis against our OpenAPI document: FUZZ_EXAMPLES requests for each operation and persona.
set -euo pipefail
cd "$(dirname "$0")/.."
FUZZ_EXAMPLES=${FUZZ_EXAMPLES:-100} .venv/bin/python -m pytest -q -s tests/acceptance/test_api_fuzz.py -p no:xdist
