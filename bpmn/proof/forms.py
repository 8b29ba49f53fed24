"""Forms whose conditions, defaults and texts read a field that neither they nor anything before them could set."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import extension, label
from bpmn.knowledge import Path
from bpmn.model import Finding
from bpmn.proof.network import Network, Process
from bpmn.xml import Element


def check(network: Network) -> Iterator[Finding]:
    """Report reads of a form that would be empty whatever happens, at the task that uses the form."""
    for key, users in _users(network).items():
        for path in sorted(network.knowledge.form_reads.get(key, ())):
            if not any(_is_known(network, process, node, path) for process, node in users):
                process, node = users[0]
                yield process.diagram.warning(
                    node,
                    "form-reads-unset",
                    f"{label(node)}的表单 {key} 要读取「{'.'.join(path)}」，但表单里没有这个字段，之前也没有任何步骤填过它。",
                    "请核对表单中条件、默认值和文字里的名称。",
                    witness=network.witness(process, node),
                )


def _users(network: Network) -> dict[str, list[tuple[Process, Element]]]:
    found: dict[str, list[tuple[Process, Element]]] = {}
    for process in network.judged():
        for node in process.nodes:
            if key := extension(node, "form"):
                found.setdefault(key, []).append((process, node))
    return found


def _is_known(network: Network, process: Process, node: Element, path: Path) -> bool:
    return network.is_set(process.id, path) or network.is_local(node, path)
