"""
What can be proved about the models of a pack together: that what is read was set, that comparisons can come true,
that every option has a way, that calls bring what they must. Every finding names a path that shows it.

``knowledge`` holds what forms, papers and messages say about data; ``sets`` and ``reads`` what the models do with it.
The proofs are sound in one direction: where anything unknown may set a name, they are silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpmn.diagram import Catalogue, Diagram
from bpmn.model import Finding
from bpmn.proof import calls, choices, comparisons, forms, joins, papers, tasks, unset
from bpmn.proof.network import Network

PROOFS = (
    unset.check,
    unset.check_every_way,
    comparisons.check,
    choices.check,
    calls.check,
    forms.check,
    papers.check,
    tasks.check,
    joins.check,
)


def check(diagrams: Sequence[Diagram], catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what is wrong with the data of *diagrams*, which call one another."""
    # A quadratic search over nodes and reads; beyond this nobody reads the warnings either.
    if sum(len(one.nodes) for one in diagrams) > _MOST_NODES or catalogue.knowledge.is_empty:
        return
    network = Network.of(diagrams, catalogue)
    for proof in PROOFS:
        yield from proof(network)


_MOST_NODES = 3_000
