"""``jingfa feel``: evaluate one FEEL expression, or test one value."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from bpmn import feel


def register(subparsers: Any) -> None:
    """Add the command to the parser of ``jingfa``."""
    parser = subparsers.add_parser("feel", help="求一个 FEEL 表达式的值")
    parser.add_argument(
        "expression", metavar="EXPR", help="FEEL 表达式；加 --unary 时是一个单元测试，如 [1..5]"
    )
    parser.add_argument("--context", metavar="FILE.json", help="变量，JSON 对象")
    parser.add_argument("--unary", metavar="VALUE.json", help="要测试的值，JSON 文件")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Evaluate and print; return 0, 1 where the text is no FEEL, 2 where a file cannot be read."""
    try:
        context = _read(args.context) if args.context else {}
        value = _read(args.unary) if args.unary else None
        if not isinstance(context, dict):
            raise ValueError("--context 的文件应是 JSON 对象")
    except (OSError, ValueError, RecursionError) as error:
        print(f"读不了输入文件：{error}", file=sys.stderr)
        return 2
    answer = _answer(args.expression, context, value, is_unary=bool(args.unary))
    _show(answer, as_json=args.json)
    return 0 if answer["error"] is None else 1


def _read(path: str) -> feel.Value:
    return feel.from_json(json.loads(Path(path).read_text(encoding="utf-8-sig"), parse_float=Decimal))


def _answer(expression: str, context: dict[str, Any], value: feel.Value, *, is_unary: bool) -> dict[str, Any]:
    try:
        if is_unary:
            found = feel.trace_unary_test(expression, value, context)
        else:
            found = feel.trace(expression, context)
    except feel.FeelSyntaxError as error:
        return {"value": None, "type": "null", "reasons": [], "error": describe(error)}
    return {
        "value": feel.to_json(found.value),
        "type": feel.type_name(found.value),
        "reasons": list(found.reasons),
        "error": None,
    }


def describe(error: feel.FeelSyntaxError) -> dict[str, Any]:
    """Return a syntax error as JSON: place, word, what to do."""
    return {
        "code": error.code,
        "message": error.message,
        "line": error.line,
        "column": error.column,
        "word": error.word,
        "suggestion": error.suggestion,
        "fixed": error.fixed,
    }


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    if answer["error"] is not None:
        print(answer["error"]["message"], file=sys.stderr)
        if answer["error"]["fixed"]:
            print(f"可改为：{answer['error']['fixed']}", file=sys.stderr)
        return
    print(json.dumps(answer["value"], ensure_ascii=False))
    for reason in answer["reasons"]:
        print(reason, file=sys.stderr)
