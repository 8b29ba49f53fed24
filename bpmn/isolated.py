"""
Reading what strangers upload: the same as ``bpmn.parser``, first tried in a child process that can be killed.

The child proves that the files can be read, imported and checked within the limits; only then does this process do
the same work itself. A file that hangs or devours memory therefore costs one child and gives one sentence. Nothing
but the verdict comes back from the child, or the findings as plain texts (``check_isolated``), so that nothing a hostile
file makes of it can reach further.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bpmn import parser
from bpmn.definition import ProcessDefinition
from bpmn.diagram import Catalogue
from bpmn.errors import DeploymentInvalid
from bpmn.knowledge import Knowledge
from bpmn.model import Finding, Severity

MOST_FINDINGS = 2000  #: that are told; nobody reads more


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What the child may use."""

    seconds: float = 30.0  #: of wall time
    cpu_seconds: int = 20
    memory: int = 1024 * 1024 * 1024  #: bytes of address space
    total: int = 32 * 1024 * 1024  #: bytes of all files together


def parse_isolated(
    files: Mapping[str, bytes],
    *,
    process_id: str | None = None,
    catalogue: Catalogue | None = None,
    bounds: Bounds | None = None,
) -> ProcessDefinition:
    """
    Return the definition of uploaded *files*; arguments as in ``parser.parse``.

    Blocks until the child has answered, at most ``bounds.seconds``.

    Raises:
        DeploymentInvalid: every finding, or one that says that reading took too long or too much.
    """
    probe(files, bounds=bounds)
    return parser.parse(files, process_id=process_id, catalogue=catalogue)


def probe(files: Mapping[str, bytes], *, bounds: Bounds | None = None) -> None:
    """
    Read and check *files* in a child; return if that ends within the bounds, whatever the findings.

    Raises:
        DeploymentInvalid: the child had to be stopped, or a file is beyond all limits.
    """
    check_isolated(files, bounds=bounds)


def check_isolated(
    files: Mapping[str, bytes], *, catalogue: Catalogue | None = None, bounds: Bounds | None = None
) -> tuple[Finding, ...]:
    """
    Return every finding about *files*, made in a child; the processes of *catalogue* are not looked at.

    Raises:
        DeploymentInvalid: the child had to be stopped, or a file is beyond all limits.
    """
    limits = bounds or Bounds()
    if sum(len(data) for data in files.values()) > limits.total:
        raise DeploymentInvalid(
            [_finding("files-too-large", "上传的文件总共太大。", "请分批上传，或去掉无关文件。")]
        )
    request = {
        "files": {name: b64encode(data).decode("ascii") for name, data in files.items()},
        "around": _around(catalogue or Catalogue()),
    }
    answer = json.loads(_run(json.dumps(request).encode("ascii"), limits)[2:])
    return tuple(_read_finding(one) for one in answer)


def _around(catalogue: Catalogue) -> dict[str, Any]:
    names = {f.name: getattr(catalogue, f.name) for f in fields(Catalogue) if f.name not in _TREES}
    form_fields = {form: sorted(found) for form, found in catalogue.form_fields.items()}
    return {
        "names": {name: None if value is None else sorted(value) for name, value in names.items()},
        "form_fields": form_fields,
        "knowledge": catalogue.knowledge.to_json(),
    }


#: Members of a catalogue that are no plain sets of names.
_TREES = frozenset({"processes", "form_fields", "knowledge"})


def _read_around(around: Mapping[str, Any]) -> Catalogue:
    names: dict[str, Any] = {
        name: None if value is None else frozenset(value) for name, value in around["names"].items()
    }
    form_fields = {form: frozenset(found) for form, found in around["form_fields"].items()}
    return Catalogue(**names, form_fields=form_fields, knowledge=Knowledge.from_json(around["knowledge"]))


def _read_finding(given: Mapping[str, Any]) -> Finding:
    witness = given["witness"]
    known = {**given, "severity": Severity(given["severity"])}
    return Finding(**{**known, "witness": None if witness is None else tuple(witness)})


def _run(request: bytes, limits: Bounds) -> bytes:
    command = [sys.executable, "-m", "bpmn.isolated", json.dumps(asdict(limits))]
    environment = {
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
    }
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, timeout=limits.seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise DeploymentInvalid([_too_slow()]) from late
    if done.returncode != 0 or done.stdout[:2] != b"ok":
        # A child without memory may also end by SIGSEGV or SIGABRT, wherever an allocation happens to fail.
        is_late = -done.returncode in (signal.SIGXCPU, signal.SIGKILL)
        raise DeploymentInvalid([_too_slow() if is_late else _too_much()])
    return done.stdout


def _too_slow() -> Finding:
    return _finding(
        "reading-too-slow",
        "读取模型用时过长，已停止。",
        "请把模型拆小，或检查其中是否有互相引用的内容，然后重新上传。",
    )


def _too_much() -> Finding:
    return _finding(
        "reading-failed",
        "读取模型占用内存过多或中途失败，已停止。",
        "请用建模工具重新导出，或把模型拆小后再上传。",
    )


def _finding(code: str, message: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, remedy=remedy)


def _confine(limits: Bounds) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    """Run as the child: limits first, then the files from standard input, then the verdict and the findings."""
    _confine(Bounds(**json.loads(sys.argv[1])))
    request = json.loads(sys.stdin.buffer.read())
    files = {name: b64decode(text) for name, text in request["files"].items()}
    findings = parser.check(files, catalogue=_read_around(request["around"]))
    sys.stdout.write("ok" + json.dumps([asdict(one) for one in findings[:MOST_FINDINGS]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
