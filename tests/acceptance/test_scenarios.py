"""Every worked case of every shipped pack goes as its file says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from workflows.scenarios import model as scenario_model
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios import simulation
from workflows.scenarios.pack import PackFolder

FILES = [
    file
    for folder in scenario_pack.shipped()
    for file in sorted(folder.glob("scenarios/*.yaml"))
    if file.name != scenario_model.SAMPLES
]


@cache
def pack_of(folder: Path) -> PackFolder:
    """Open a pack once for all its cases."""
    return scenario_pack.open_pack(folder)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_case_goes_as_written(file: Path) -> None:
    """The case shows every date, step, paper and refusal that its file expects."""
    pack = pack_of(file.parents[1])

    outcome = simulation.play(pack, scenario_model.read(file))

    assert outcome.differences == ()
