"""What the rules need to know of a case: its units, who takes part in it, who did which element last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import text

from tasks.model import CaseFacts
from workflows.store.statements import Prepared

#: Who has a part in a case, its units, and who did each element last: a case that loops for years has thousands of
#: finished tasks, so the index is asked for one element after the other instead of reading them all.
FACTS_OF: Final = """
WITH RECURSIVE doer (element_id, completed_by) AS (
  (SELECT element_id, completed_by FROM user_task
   WHERE instance_id = {case} AND state = 'completed' AND completed_by IS NOT NULL
   ORDER BY element_id, closed_at DESC LIMIT 1)
  UNION ALL
  SELECT next.element_id, next.completed_by FROM doer CROSS JOIN LATERAL (
    SELECT element_id, completed_by FROM user_task
    WHERE instance_id = {case} AND state = 'completed' AND completed_by IS NOT NULL AND element_id > doer.element_id
    ORDER BY element_id, closed_at DESC LIMIT 1) AS next
)
SELECT 'doer' AS kind, element_id AS name, completed_by AS value FROM doer
UNION ALL SELECT 'part:' || part, person_id, '' FROM participant WHERE instance_id = {case}
UNION ALL SELECT 'unit', slot, unit_id FROM instance_unit WHERE instance_id = {case}
UNION ALL SELECT 'sealed', '', '' FROM sealed_case WHERE instance_id = {case}
UNION ALL SELECT 'granted', person_id, '' FROM named_grant WHERE instance_id = {case} AND expires_at > now()
"""
FACTS: Final = Prepared(text(FACTS_OF.format(case=":id")))


def facts_of(instance_id: str, rows: Iterable[tuple[str, str, str]]) -> CaseFacts:
    """Return what the rules need to know of a case, from (kind, name, value) as ``FACTS_OF`` selects them."""
    by_kind: dict[str, list[tuple[str, str]]] = {"doer": [], "unit": []}
    for kind, name, value in rows:
        by_kind.setdefault(kind, []).append((name, value))
    parts = {kind: frozenset(name for name, _ in rows) for kind, rows in by_kind.items()}
    named = frozenset({"doer", "unit", "part:conflict", "sealed", "granted"})
    return CaseFacts(
        instance_id=instance_id,
        units=frozenset(unit for _, unit in by_kind["unit"]),
        participants=frozenset[str]().union(*(people for kind, people in parts.items() if kind not in named)),
        assignees=parts.get("part:assignee", frozenset()),
        conflicts=parts.get("part:conflict", frozenset()),
        grants=parts.get("granted", frozenset()),
        sealed="sealed" in parts,
        completed_by=dict(by_kind["doer"]),
    )
