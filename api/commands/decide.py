"""``jingfa decide``: evaluate the decisions of a DMN file."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from bpmn import feel
from bpmn.decisions import Outcome, load
from bpmn.errors import JingfaError


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("decide", help="求值一个 DMN 决策模型")
    parser.add_argument("file", type=Path, help="DMN 文件；它导入的文件放在同一文件夹")
    parser.add_argument("--decision", metavar="NAME", help="决策的名称或编号；不写则求值全部")
    parser.add_argument("--context", type=Path, metavar="FILE.json", help="输入数据")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Evaluate and print; 1 when the model or the decision cannot be had, 2 when a file cannot be read."""
    try:
        context = _read(args.context) if args.context else {}
        xml = args.file.read_bytes()
    except (OSError, ValueError, RecursionError) as problem:
        print(f"读不了文件：{problem}", file=sys.stderr)
        return 2
    if not isinstance(context, dict):
        print('输入数据须是一个 JSON 对象，例如 {"金额": 100}。', file=sys.stderr)
        return 2
    try:
        outcome = load(xml, imports=_neighbours(args.file), file=args.file.name).evaluate(
            args.decision, context
        )
    except JingfaError as problem:
        return _failed(problem, args.json)
    _show(outcome, args.json)
    return 0


def _read(file: Path) -> Any:
    # Decimals as written: 0.1 is 0.1, and the sixteenth digit stays.
    return json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)


def _neighbours(file: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in sorted(file.parent.glob("*.dmn")) if path.name != file.name
    }


def _failed(problem: JingfaError, as_json: bool) -> int:
    findings = getattr(problem, "findings", ())
    error = {
        "code": problem.code,
        "message": problem.message,
        "findings": [{"code": one.code, "message": one.message, "remedy": one.remedy} for one in findings],
    }
    if as_json:
        print(json.dumps({"decisions": {}, "matched": {}, "reasons": [], "error": error}, ensure_ascii=False))
    for line in [problem.message, *(f"· {one.message}{one.remedy}" for one in findings)]:
        print(line, file=sys.stderr)
    return 1


def _show(outcome: Outcome, as_json: bool) -> None:
    values = {name: feel.to_json(value) for name, value in outcome.values.items()}
    if as_json:
        matched = {name: list(rules) for name, rules in outcome.matched.items()}
        answer = {"decisions": values, "matched": matched, "reasons": list(outcome.reasons), "error": None}
        print(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in values.items():
        print(f"{name} = {json.dumps(value, ensure_ascii=False)}")
        for rule, notes in outcome.annotations.get(name, ()):
            print(f"    命中规则 {rule}{'：' + '；'.join(notes) if any(notes) else ''}")
    for reason in outcome.reasons:
        print(f"· {reason}", file=sys.stderr)
