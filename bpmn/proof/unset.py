"""A field that is read, and that nothing ever sets; or that is not set on every way to where it decides."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import extension, label
from bpmn.feel import tree
from bpmn.knowledge import Path
from bpmn.model import Finding
from bpmn.proof import reads, sets
from bpmn.proof.network import Network, Process
from bpmn.proof.reads import Read
from bpmn.xml import Element, local


def check(network: Network) -> Iterator[Finding]:
    """Report reads of what nothing sets."""
    for process, read in network.reads():
        for path in sorted(read.expression.paths):
            if not _is_local(network, read, path) and not network.is_set(process.id, path):
                yield _never(network, process, read, path)


def _is_local(network: Network, read: Read, path: Path) -> bool:
    """Whether the element itself or a scope around it brings the name: inputs, results, items, data objects."""
    operation = extension(read.node, "operation") or ""
    if read.kind == "output" and path[0] in network.knowledge.operations.get(operation, {path[0]}):
        return True
    return network.is_local(read.node, path)


def _never(network: Network, process: Process, read: Read, path: Path) -> Finding:
    name = ".".join(path)
    return process.diagram.warning(
        read.owner,
        "field-never-set",
        f"{label(read.owner)}的{read.what}读取「{name}」，但没有任何表单、脚本、决策或消息给它赋值。",
        "请核对名称的拼写，或在前面的表单中加上这个字段。",
        witness=network.witness(process, _shown(read)) or [str(_shown(read).get("id"))],
    )


def _shown(read: Read) -> Element:
    return read.node


def check_every_way(network: Network) -> Iterator[Finding]:
    """
    Report decisions on a field that some way to them does not set.

    Only fields that this process alone sets, and that the condition does not itself ask about with ``null``.
    """
    for process, read in network.reads():
        # Ways through subprocesses are many and their events hidden: only flat processes are judged.
        if read.kind == "conditionExpression" and not any(
            local(one) == "subProcess" for one in process.nodes
        ):
            # With several fields, one may say that the others are there; only a lone field compared as it is, is judged.
            compared = {
                one.path for one in reads.comparisons(read.expression.root) if one.operator in ("=", "in")
            }
            for path in compared & read.expression.paths if len(read.expression.paths) == 1 else ():
                setters = _setters_here(network, process, path)
                if setters and not _expects_absence(read):
                    way = network.witness(process, read.node, avoiding=setters)
                    if way:
                        yield _sometimes(process, read, path, way)


def _expects_absence(read: Read) -> bool:
    """Whether a condition is written for a missing value: it asks about ``null``, or is ``(…) = true``."""
    root = read.expression.root
    is_true = isinstance(root, tree.Comparison) and root.operator == "=" and root.right == tree.Literal(True)
    return is_true or "null" in read.expression.text


def _setters_here(network: Network, process: Process, path: Path) -> list[Element]:
    """The nodes of *process* that set *path*; nothing where another process may set it before."""
    outside = [
        network.processes[key]
        for key in network.component(process.id) - {process.id}
        if key in network.processes
    ]
    facts = [found for one in outside for found in one.facts.values()]
    if any(found is None or any(sets.covers(fact, path) for fact in found) for found in facts):
        return []
    return [node for node in process.nodes if network.may_set(process, node, path)]


def _sometimes(process: Process, read: Read, path: Path, way: list[str]) -> Finding:
    return process.diagram.warning(
        read.owner,
        "not-set-on-every-way",
        f"{label(read.owner)}按「{'.'.join(path)}」选择，但有一条路走到这里时还没有任何步骤填过它。",
        "请在那条路上补填这个字段；本来就允许没有填的，请写成 =(条件) = true。",
        witness=way,
    )
