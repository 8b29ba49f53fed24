"""``jingfa scenarios [PACK]``: play the worked cases of a pack and show case, expected, got."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bpmn.errors import JingfaError
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios import simulation
from workflows.scenarios.model import ScenarioInvalid
from workflows.scenarios.simulation import Outcome

DONE, REFUSED = 0, 1


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "scenarios",
        help="演练流程包的用例",
        description="在内存里用虚拟时钟演练流程包的用例，列出用例、预期、实际。不写 PACK 就演练随产品提供的全部流程包。",
    )
    parser.add_argument("pack", metavar="PACK", nargs="?", help="流程包的名称或者文件夹")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play and print; 0 if every case went as expected, 1 otherwise."""
    try:
        outcomes = [outcome for folder in _folders(args.pack) for outcome in _play(folder)]
    except JingfaError as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return REFUSED
    if args.json:
        sys.stdout.write(json.dumps(as_json(outcomes), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write(as_text(outcomes))
    return DONE if all(one.is_ok for one in outcomes) else REFUSED


def _folders(named: str | None) -> tuple[Path, ...]:
    if named is None:
        return scenario_pack.shipped()
    for folder in (Path(named), scenario_pack.LIBRARY / named):
        if (folder / "pack.toml").is_file():
            return (folder,)
    raise ScenarioInvalid(f"没有名为“{named}”的流程包。请写流程包的名称，或者含有 pack.toml 的文件夹。")


def _play(folder: Path) -> list[Outcome]:
    pack = scenario_pack.open_pack(folder)
    return [simulation.play(pack, scenario) for scenario in pack.scenarios()]


def as_json(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return the outcomes in the shape that scripts rely on."""
    cases = [
        {"pack": one.pack, "case": one.case, "ok": one.is_ok, "expected": one.expected, "got": _got(one)}
        for one in outcomes
    ]
    passed = sum(case["ok"] is True for case in cases)
    return {"passed": passed, "failed": len(cases) - passed, "cases": cases}


def as_text(outcomes: Iterable[Outcome]) -> str:
    """Return a table for people: one line a case, below it what differs."""
    found = list(outcomes)
    lines: list[str] = []
    for one in found:
        lines.append(f"{'通过' if one.is_ok else '不符'}  {one.pack}  {one.case}  {one.title}")
        lines.append(f"      预期 {one.expected}")
        lines.append(f"      实际 {_got(one)}")
        lines += [f"      {d.where} 应为 {d.expected}" for d in one.differences]
    passed = sum(one.is_ok for one in found)
    return (
        "\n".join([*lines, f"共 {len(found)} 个用例，通过 {passed} 个，不符 {len(found) - passed} 个。"])
        + "\n"
    )


def _got(outcome: Outcome) -> str:
    return "；".join(f"{d.where} {d.got}" for d in outcome.differences) or "与预期一致"
