"""Counts outside the board: one special person in a town is no number that the leading group reads."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses

from workflows.engine import Engine
from workflows.supervision import reports


def test_the_leading_group_reads_no_single_case_of_a_special_person(engine: Engine) -> None:
    """R15 sees neither the two nor the total they would be worked out from; R13 sees both."""
    who = houses.house(engine)
    body = '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/>' + houses.flows("s>a")
    houses.deploy(engine, houses.model(body, key="handover-drug"))
    for _ in range(2):
        houses.start(engine, who["officer"], key="handover-drug")
    section = replace(who["group"], person_id="section", roles=frozenset({("R13", "district")}))

    with engine.begin() as uow:
        few, exact = reports.counts(uow, who["group"]), reports.counts(uow, section)

    assert (few.open, few.by_process) == (None, (("handover-drug", None),))
    assert (exact.open, exact.by_process) == (2, (("handover-drug", 2),))
