"""``jingfa check PATH…``: every finding about models, decision tables, forms and packs, at once."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api import pack_check
from bpmn.model import Finding, Severity

DONE, REFUSED = 0, 1
WORDS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "说明"}


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "check",
        help="检查流程模型、决策表、表单或流程包",
        description="检查流程模型（.bpmn）、决策表（.dmn）、表单（.json）或流程包（文件夹），一次列出全部问题。",
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="文件或流程包文件夹")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings; 0 if everything may be deployed, 1 if anything would be refused."""
    findings = [finding for path in args.paths for finding in pack_check.check(path)]
    refused = any(one.severity is Severity.ERROR for one in findings)
    if args.json:
        answer = {"ok": not refused, "findings": as_json(findings)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write(as_text(findings))
    return REFUSED if refused else DONE


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings in the shape that scripts rely on."""
    return [
        {**asdict(one), "witness": None if one.witness is None else list(one.witness)} for one in findings
    ]


def as_text(findings: Iterable[Finding]) -> str:
    """Return findings for people, the worst first, and a last line that sums up."""
    ordered = sorted(findings, key=lambda one: list(WORDS).index(one.severity))
    lines = [
        f"{WORDS[one.severity]}  {one.file}  {one.message}\n      {one.remedy}  [{one.code}]"
        for one in ordered
    ]
    errors = sum(one.severity is Severity.ERROR for one in ordered)
    warnings = sum(one.severity is Severity.WARNING for one in ordered)
    verdict = (
        f"不能部署：{errors} 个错误，{warnings} 个警告。"
        if errors
        else f"可以部署：没有错误，{warnings} 个警告。"
    )
    return "\n".join([*lines, verdict]) + "\n"
