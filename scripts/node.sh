#!/usr/bin/env bash
# Makes sure a Node.js >= 20 is there for the front-end build: the machine's own, else the wheel.
set -euo pipefail
bin=$1 lock=$2
if command -v node >/dev/null && command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; then exit 0; fi
echo "· no Node.js 20 on this machine: installing it into the virtual environment"
"$bin/python" -m pip --disable-pip-version-check --quiet install --require-hashes -r "$lock"
