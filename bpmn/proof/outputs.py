"""What decision tables give: the names of their outputs, and the texts that each can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bpmn.decisions.model import Decision, DecisionTable, Definitions, HitPolicy
from bpmn.knowledge import FieldFact

_ONE_ROW = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.PRIORITY, HitPolicy.ANY})


def of_models(models: Iterable[Definitions]) -> Mapping[str, tuple[FieldFact, ...]]:
    """Return decision id and name -> its outputs; only tables that give one row of several named outputs."""
    return {name: facts for one in models for name, facts in _facts(one)}


def _facts(definitions: Definitions) -> Iterator[tuple[str, tuple[FieldFact, ...]]]:
    for node in definitions.nodes.values():
        table = node.logic if isinstance(node, Decision) else None
        if isinstance(node, Decision) and isinstance(table, DecisionTable) and _is_plain(table):
            facts = tuple(
                FieldFact(path=(str(output.name),), type="any", options=_texts(table, place))
                for place, output in enumerate(table.outputs)
            )
            yield node.id, facts
            yield node.name, facts


def _is_plain(table: DecisionTable) -> bool:
    several = len(table.outputs) > 1 and all(output.name for output in table.outputs)
    return (
        several and table.hit_policy in _ONE_ROW and all(output.default is None for output in table.outputs)
    )


def _texts(table: DecisionTable, place: int) -> frozenset[str] | None:
    """Every text that a column can give, None where a cell computes."""
    cells = [rule.outputs[place].text.strip() for rule in table.rules]
    if any(not (len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1]) for cell in cells):
        return None
    return frozenset(cell[1:-1] for cell in cells)
