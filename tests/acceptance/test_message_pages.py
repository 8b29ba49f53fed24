"""The page on which people enter what a case waits for."""

from __future__ import annotations

import json
from typing import Any

import houses
import pytest

pytestmark = pytest.mark.postgres

MODEL = houses.model(
    '<startEvent id="s"/><receiveTask id="r" messageRef="m"/><userTask id="u" name="下一步" jf:roles="R02" jf:at="station"/>'
    '<endEvent id="e"/>' + houses.flows("s>r", "r>u", "u>e"),
    key="waiting",
    more='<message id="m" name="M-DECIDED"/>',
)
FORM = {
    "type": "default",
    "id": "decided",
    "schemaVersion": 18,
    "components": [{"type": "textfield", "key": "decision", "label": "决定", "validate": {"required": True}}],
}
PACK = '[[message]]\nname = "M-DECIDED"\ntitle = "登记公安决定"\nform = "decided"\nroles = ["R02"]\n'


def test_a_message_is_pressed_filled_in_and_moves_the_case(site: Any) -> None:
    """The button stands on the case page; a fault is shown; a good answer moves the case, once."""
    files = {"pack.toml": PACK.encode(), "forms/decided.json": json.dumps(FORM).encode()}
    houses.deploy(site.engine, MODEL, **files)
    case = houses.start(site.engine, site.people["officer"], key="waiting").id
    browser, path = site.browser("officer"), f"/cases/{case}/messages/m-decided-1"

    assert "登记公安决定" in browser.get(f"/cases/{case}")
    browser.get(path)
    assert "决定" in browser.post(path, status=422, _do="submit", decision="").text
    browser.post(path, _do="submit", decision="罚款", _once="k1")
    browser.post(path, status=409, _do="submit", decision="罚款")

    assert "u" in houses.task_ids(site.engine, case)
