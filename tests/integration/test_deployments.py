"""A pack that goes in by the API or the command line is looked at as closely as one from the studio."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses
import pytest

from bpmn.errors import DeploymentInvalid
from tasks.model import SYSTEM
from workflows import deployments
from workflows.engine import Engine

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)
BROKEN = {
    "forms/loose.json": (b'{"components": [', "form-malformed"),
    "forms/odd.json": (b'{"components": [{"type": "iframe", "key": "x"}]}', ""),
    "documents/loose.toml": (b"title = ", ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_form_or_paper_that_nothing_uses_yet_is_refused(engine: Engine, name: str) -> None:
    """
    It would be deployed unseen and break on the day when a diagram names it; nothing of the pack is stored.
    """
    houses.house(engine)
    content, code = BROKEN[name]
    command = deployments.Deploy(actor=SYSTEM, name="pack", files={"process.bpmn": ONE, name: content})

    with pytest.raises(DeploymentInvalid) as refused, engine.begin() as uow:
        deployments.deploy(uow, command)

    assert {finding.file for finding in refused.value.findings} == {name}
    assert code in {finding.code for finding in refused.value.findings} or not code
    with engine.begin() as uow:
        assert uow.packs.latest("p") is None
