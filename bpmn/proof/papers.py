"""Papers that print a field which no step that makes them could have."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import extension, label
from bpmn.model import Finding
from bpmn.proof.network import Network, Process
from bpmn.xml import Element

GIVEN = frozenset({"organ", "paper"})  #: what printing brings: the names of the offices, number and day


def check(network: Network) -> Iterator[Finding]:
    """Report papers whose placeholders would stay empty whatever happens."""
    for code, makers in _makers(network).items():
        for path in sorted(network.knowledge.papers.get(code, ())):
            # One template serves several steps and leaves blank what one of them lacks.
            if path[0] not in GIVEN and not any(network.is_set(process.id, path) for process, _ in makers):
                process, node = makers[0]
                yield process.diagram.warning(
                    node,
                    "paper-reads-unset",
                    f"{label(node)}制作的文书 {code} 要写「{'.'.join(path)}」，但没有任何步骤填过它，文书上会是空白。",
                    "请在前面的表单中加上这个字段，或改正文书里的名称。",
                    witness=network.witness(process, node),
                )


def _makers(network: Network) -> dict[str, list[tuple[Process, Element]]]:
    found: dict[str, list[tuple[Process, Element]]] = {}
    for process in network.judged():
        for node in process.nodes:
            for code in f"{extension(node, 'papers') or ''} {extension(node, 'signs') or ''}".split():
                found.setdefault(code, []).append((process, node))
    return found
