"""The scenarios of a draft as its gate: each is played, and a failing one says which step went wrong, in words."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from bpmn.errors import JingfaError
from bpmn.model import Finding, Severity
from workflows.scenarios import model as scenario_model
from workflows.scenarios import simulation
from workflows.scenarios.model import Scenario
from workflows.scenarios.pack import PackFiles
from workflows.scenarios.simulation import Outcome


def names_of(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Return the paths of a pack's scenarios.

    >>> names_of({"scenarios/a.yaml": b"", "scenarios/samples.yaml": b"", "forms/b.json": b""})
    ('scenarios/a.yaml',)
    """
    return tuple(name for name in sorted(files) if _is_scenario(name))


def _is_scenario(name: str) -> bool:
    return (
        name.startswith("scenarios/") and name.endswith(".yaml") and not name.endswith(scenario_model.SAMPLES)
    )


def finding_of(pack: PackFiles, name: str) -> Finding | None:
    """Play one scenario of a pack; None when it goes as written."""
    try:
        scenario = scenario_model.of(scenario_model.loads(pack.files[name]), name)
        outcome = simulation.play(pack, scenario)
    except (yaml.YAMLError, UnicodeDecodeError):
        return _finding(name, None, f"演练用例 {name} 不是有效的 YAML。")
    except JingfaError as refusal:
        return _finding(name, None, f"演练用例 {name} 不能演练：{refusal.message}")
    return None if outcome.is_ok else _failed(pack, name, scenario, outcome)


def _failed(pack: PackFiles, name: str, scenario: Scenario, outcome: Outcome) -> Finding:
    difference = outcome.differences[0]
    element_id, step = _step(pack, scenario, difference.where)
    title = f"“{scenario.case}”（{scenario.title}）" if scenario.title else f"“{scenario.case}”"
    message = (
        f"演练用例{title}在{difference.where}{step}不符：应为 {difference.expected}，实际 {difference.got}"
    )
    return _finding(name, element_id, message if message.endswith("。") else f"{message}。")


def _step(pack: PackFiles, scenario: Scenario, where: str) -> tuple[str | None, str]:
    """The element that a step works on, and its name in words."""
    number = where.partition("第")[2].partition("步")[0]
    done = (
        scenario.steps[int(number) - 1].do if number.isdigit() and int(number) <= len(scenario.steps) else ()
    )
    names = {one.name: one.id for one in pack.definition.elements.values() if one.name}
    ids = [one if one in pack.definition.elements else names.get(one, one) for one in done]
    words = [e.name if (e := pack.definition.elements.get(one)) and e.name else one for one in ids]
    return (ids[0] if ids else None), f"“{'、'.join(words)}”" if words else ""


def _finding(file: str, element_id: str | None, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="scenario-failed",
        message=message,
        remedy="请改正草稿；如果办法确实变了，请同时改这个用例，再送审。",
        file=file,
        element_id=element_id,
    )
