"""``jingfa deploy PATH``: deploy a pack folder or zip; an unchanged pack makes no new version."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from api.problems import finding_json
from bpmn.errors import DeploymentInvalid, JingfaError
from tasks.model import SYSTEM
from workflows import deployments
from workflows.engine import Engine
from workflows.model import Deployment
from workflows.processes import pack_files


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "deploy",
        help="部署一个流程包",
        description="部署一个流程包（文件夹或 zip）；内容未变则不产生新版本。",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="流程包文件夹或 zip")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Deploy; 1 with every finding when it is refused."""
    try:
        done = _deploy(args.path)
    except DeploymentInvalid as refused:
        return _refused(refused, as_json=args.json)
    except (JingfaError, OSError) as error:
        sys.stderr.write(f"{getattr(error, 'message', error)}\n")
        return 1
    _show(done, as_json=args.json)
    return 0


def _deploy(path: Path) -> Deployment:
    files = pack_files.files_of_folder(str(path))
    engine = Engine.from_settings()
    try:
        with engine.begin() as uow:
            return deployments.deploy(uow, deployments.Deploy(actor=SYSTEM, name=path.stem, files=files))
    finally:
        engine.close()


def _refused(refused: DeploymentInvalid, *, as_json: bool) -> int:
    findings = [finding_json(finding) for finding in refused.findings]
    if as_json:
        sys.stdout.write(json.dumps({"ok": False, "findings": findings}, ensure_ascii=False, indent=2) + "\n")
    sys.stderr.write(f"{refused.message}\n")
    for finding in findings:
        sys.stderr.write(f"· {finding['file']} {finding['message']} {finding['remedy']}\n")
    return 1


def _show(done: Deployment, *, as_json: bool) -> None:
    processes = [{"key": d.key, "version": d.version, "name": d.name} for d in done.definitions]
    if as_json:
        findings = [finding_json(finding) for finding in done.findings]
        body = {"ok": True, "deployment": done.id, "processes": processes, "findings": findings}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
        return
    for process in processes:
        sys.stdout.write(f"{process['key']} 第 {process['version']} 版 {process['name']}\n")
