#!/usr/bin/env bash
# Asks the advisory databases about the locked packages. Without a network it says so and succeeds; a finding fails.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=${1:-.venv/bin} failed=0
offline='(timed out|Temporary failure|ConnectionError|Max retries|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOAUDIT|404|403|503|not implemented|audit endpoint returned an error)'
check() { # name, command...
  local name=$1 output status; shift
  output=$("$@" 2>&1); status=$?
  if [ $status -eq 0 ]; then echo "· $name: no known vulnerability"
  elif [ $status -eq 124 ] || grep -qiE "$offline" <<<"$output"; then echo "· $name: the advisory database cannot be reached; not checked"
  else echo "$output"; failed=1; fi
}
if [ -x "$bin/pip-audit" ]; then check "Python packages" timeout 120 "$bin/pip-audit" --requirement requirements/runtime.txt --require-hashes --disable-pip --progress-spinner off
else echo "· Python packages: pip-audit is not installed; not checked"; fi
if command -v npm >/dev/null; then check "browser packages" timeout 120 npm --prefix api/web audit --omit=dev --audit-level=high
else echo "· browser packages: npm is not there; not checked"; fi
exit $failed
