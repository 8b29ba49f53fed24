"""``jingfa trace FILE.bpmn``: run one model in memory on a virtual clock and print the path it took."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from api.commands.check import as_json as findings_as_json
from api.commands.check import as_text
from bpmn import feel, neighbours, parser
from bpmn import trace as tracing
from bpmn.deadlines import lawpack
from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.feel_functions import feel_functions
from bpmn.errors import DeploymentInvalid, JingfaError
from bpmn.model import Finding, Severity
from bpmn.trace.inputs import Inputs, TraceInputInvalid, duration, read

DONE, REFUSED = 0, 1
LARGEST_INPUTS = 4 * 1024 * 1024  #: bytes of the YAML file
OUTCOMES = {
    "completed": "办结",
    "terminated": "终止",
    "waiting": "停在等待",
    "refused": "不予执行",
    "incident": "出错待处理",
}


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser_: argparse.ArgumentParser = subparsers.add_parser(
        "trace",
        help="在内存中试运行一个流程模型",
        description="在内存中用虚拟时钟试运行一个流程模型，给出它走过的路径。",
    )
    parser_.add_argument("file", metavar="FILE.bpmn", type=Path, help="流程模型")
    parser_.add_argument("--process", metavar="ID", default=None, help="启动哪个流程")
    parser_.add_argument(
        "--inputs", metavar="FILE.yaml", type=Path, default=None, help="各任务、服务、事件的应答"
    )
    parser_.add_argument(
        "--until", metavar="30d", type=_until, default=None, help="时钟最多走多远，例如 30d、PT8H"
    )
    parser_.add_argument("--json", action="store_true", help="输出 JSON")
    parser_.set_defaults(run=run)


def _until(text: str) -> timedelta:
    try:
        return duration(text)
    except TraceInputInvalid as problem:
        raise argparse.ArgumentTypeError(problem.message) from None


def run(args: argparse.Namespace) -> int:
    """Print the trace; 0 if the model could be run, 1 if it was refused or the inputs are wrong."""
    try:
        inputs = _inputs(args.inputs, args.process)
        result = _trace(args.file, inputs, args.until)
    except (OSError, JingfaError) as problem:
        result = tracing.refused((_finding(args.file, problem),))
    _print(result, as_json=args.json)
    return REFUSED if result.outcome == "refused" else DONE


def _inputs(file: Path | None, process: str | None) -> Inputs:
    given = read(_yaml(file)) if file is not None else Inputs()
    if process is None:
        return given
    return Inputs(
        **{**{name: getattr(given, name) for name in given.__dataclass_fields__}, "process": process}
    )


def _yaml(file: Path) -> Any:
    if file.stat().st_size > LARGEST_INPUTS:
        raise TraceInputInvalid(f"输入文件 {file.name} 太大。")
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as problem:
        raise TraceInputInvalid(f"输入文件 {file.name} 不是正确的 YAML：{problem}") from problem


def _trace(file: Path, inputs: Inputs, until: timedelta | None) -> tracing.Trace:
    reading = parser.examine(neighbours.gather(file))
    if reading.is_refused:
        return tracing.refused(reading.findings)
    try:
        definition = parser.define(reading, process_id=inputs.process)
    except DeploymentInvalid as refusal:
        return tracing.refused(refusal.findings)
    return tracing.trace(definition, inputs, environment=_environment(), until=until)


def _environment() -> feel.Environment:
    pack = lawpack.load()
    now = datetime.now(ZONE).replace(microsecond=0)
    return feel.Environment(now=now, functions=feel_functions(pack.catalogue, pack.calendar))


def _finding(file: Path, problem: Exception) -> Finding:
    message = problem.message if isinstance(problem, JingfaError) else f"读不到 {file}：{problem}。"
    code = problem.code if isinstance(problem, JingfaError) else "unreadable"
    return Finding(
        severity=Severity.ERROR, code=code, message=message, remedy="请按提示修改后重试。", file=file.name
    )


def _print(result: tracing.Trace, *, as_json: bool) -> None:
    if as_json:
        answer = {**tracing.as_json(result), "findings": findings_as_json(result.findings)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
        return
    sys.stderr.write(as_text(result.findings))
    sys.stdout.write(_story(result))


def _story(result: tracing.Trace) -> str:
    shown = tracing.as_json(result)
    lines = [f"结果：{OUTCOMES[result.outcome]}", f"路径：{' → '.join(result.path) or '（无）'}"]
    lines += [f"等待：{one['element_id']}（{one['kind']}）{one['due_at'] or ''}" for one in shown["waiting"]]
    lines += [f"抛出：{one['kind']} {one.get('code') or one.get('name')}" for one in shown["thrown"]]
    lines += [f"出错：{one['element_id']} {one['message']}" for one in shown["incidents"]]
    return "\n".join([*lines, f"变量：{json.dumps(shown['variables'], ensure_ascii=False)}"]) + "\n"
