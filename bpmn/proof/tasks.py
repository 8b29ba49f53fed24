"""Tasks and timers that name nobody or nothing: no role, a step that is not there, a period that nobody counts."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import extension, is_bpmn, label
from bpmn.feel import tree
from bpmn.model import Finding
from bpmn.proof.network import Network, Process
from bpmn.xml import Element


def check(network: Network) -> Iterator[Finding]:
    """Report user tasks without roles, unknown steps in ``jf:notBy``, and periods that no activity runs."""
    for process in network.judged():
        for node in process.nodes:
            if is_bpmn(node, "userTask", "manualTask"):
                yield from _task(network, process, node)
    yield from _periods(network)


def _task(network: Network, process: Process, node: Element) -> Iterator[Finding]:
    if not extension(node, "roles") and not extension(node, "assignee"):
        yield process.diagram.warning(
            node,
            "task-without-role",
            f"{label(node)}没有写明由谁办理，任务只到这件案件的发起人和参与人那里。",
            "请选择办理岗位，或写明办理人。",
            witness=network.witness(process, node),
        )
    known = {one.get("id") for each in network.processes.values() for one in each.nodes}
    for step in (extension(node, "notBy") or "").split():
        if step not in known:
            yield process.diagram.error(
                node,
                "unknown-step",
                f"{label(node)}要求与步骤「{step}」不是同一个人，但没有这个步骤。",
                "请改正步骤，或去掉这项回避。",
            )


def _periods(network: Network) -> Iterator[Finding]:
    """Periods that expressions ask for by ``deadline("D-…")``."""
    every = [node for process in network.processes.values() for node in process.nodes]
    running = {code for node in every for code in (extension(node, "deadline") or "").split()}
    for process, read in network.reads():
        for code in sorted(_asked(read.expression.root)):
            known = network.catalogue.deadlines
            if known is not None and code not in known:
                yield process.diagram.error(
                    read.owner,
                    "unknown-deadline",
                    f"{label(read.owner)}的{read.what}用到期限「{code}」，期限目录里没有它。",
                    "请改正期限编号，或先在期限目录中登记。",
                )
            elif code not in running:
                yield process.diagram.warning(
                    read.owner,
                    "deadline-not-running",
                    f"{label(read.owner)}的{read.what}等期限「{code}」届满，但没有任何步骤启动这项期限。",
                    "请在起算的步骤上写明这项期限。",
                    witness=network.witness(process, read.node),
                )


def _asked(root: tree.Node) -> set[str]:
    return {
        str(node.arguments[0].value).partition("@")[0]
        for node in tree.walk(root)
        if isinstance(node, tree.Call)
        and isinstance(node.function, tree.Name)
        and node.function.name == "deadline"
        and len(node.arguments) == 1
        and isinstance(node.arguments[0], tree.Literal)
    }
