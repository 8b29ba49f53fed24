"""``jingfa intake FILE``: take in a file of dispatches; a second run of the same file changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bpmn.errors import JingfaError
from tasks.model import SYSTEM
from workflows.dispatches import intake
from workflows.dispatches.model import IntakeReport
from workflows.engine import Engine


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "intake",
        help="接收来件文件",
        description="接收来件文件（CSV、XLSX、JSONL）：逐行登记、并案或退回，重复接收不产生变化。",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="来件文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Take the file in; 1 when it, or any of its rows, is rejected."""
    try:
        report = _take(args.file)
    except OSError:
        sys.stderr.write(f"无法读取文件 {args.file}。请核对路径。\n")
        return 1
    except JingfaError as refused:
        sys.stderr.write(f"{refused.message}\n")
        return 1
    _show(report, as_json=args.json)
    return 1 if report.rejected else 0


def _take(file: Path) -> IntakeReport:
    content = file.read_bytes()
    engine = Engine.from_settings()
    try:
        return intake.take_file(engine, SYSTEM, name=file.name, content=content)
    finally:
        engine.close()


def _show(report: IntakeReport, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n")
        return
    sys.stdout.write(
        f"登记 {report.accepted} 件，并案 {report.merged} 件，退回 {len(report.rejected)} 行。\n"
    )
    for row in report.rejected:
        sys.stderr.write(f"第 {row.row} 行：{row.reason}\n")
