"""Exclusive gateways without a way for the rest: every option of the form must have a branch."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import feel
from bpmn.diagram import child, is_bpmn, label
from bpmn.errors import Invalid
from bpmn.feel import tree
from bpmn.knowledge import Path
from bpmn.model import Finding
from bpmn.proof import comparisons, reads
from bpmn.proof.network import Network, Process
from bpmn.xml import Element, text_of


def check(network: Network) -> Iterator[Finding]:
    """Report choices that some answer leaves without a branch."""
    for process in network.judged():
        for node in process.nodes:
            if is_bpmn(node, "exclusiveGateway") and not node.get("default"):
                yield from _uncovered(network, process, node)


def _uncovered(network: Network, process: Process, gateway: Element) -> Iterator[Finding]:
    flows = process.diagram.outgoing(gateway)
    asked = [_asked(text_of(child(flow, "conditionExpression"))) for flow in flows]
    if len(flows) < 2 or any(one is None for one in asked):
        yield from _open(network, process, gateway) if len(flows) > 1 else ()
        return
    paths = {path for one in asked if one for path in one}
    covered = {value for one in asked if one for values in one.values() for value in values}
    facts = comparisons.setters(network, process, next(iter(paths))) if len(paths) == 1 else []
    options = comparisons.closed(facts) if facts else None
    if options is None:
        yield from _open(network, process, gateway)
    elif missing := sorted(options - covered):
        yield process.diagram.error(
            gateway,
            "option-not-handled",
            f"{label(gateway)}没有处理选项“{'”、“'.join(missing)}”：选了它就走不下去。",
            "请为它加一条分支，或把其中一条设为默认分支。",
            witness=network.witness(process, gateway),
        )


def _open(network: Network, process: Process, gateway: Element) -> Iterator[Finding]:
    """Nobody can prove that one of the conditions holds."""
    if _is_complement(process, gateway):
        return
    yield process.diagram.warning(
        gateway,
        "no-default",
        f"{label(gateway)}没有默认分支，各个条件都不成立时案件会停在这里。",
        "请把表示“其余情况”的一条设为默认分支。",
        witness=network.witness(process, gateway),
    )


def _is_complement(process: Process, gateway: Element) -> bool:
    """Two conditions of which one is the other's ``not(…)``."""
    texts = [
        text_of(child(flow, "conditionExpression")).lstrip("=").strip()
        for flow in process.diagram.outgoing(gateway)
    ]
    return len(texts) == 2 and any(f"not({a})" == b for a, b in (texts, texts[::-1]))


def _asked(text: str) -> dict[Path, set[str]] | None:
    """The values for which a condition holds, None where it is more than comparisons with texts."""
    try:
        root = feel.compile(text.strip().removeprefix("=").strip()).root
    except Invalid:
        return None
    parts = root.operands if isinstance(root, tree.Or) else (root,)
    found: dict[Path, set[str]] = {}
    for part in parts:
        compared = list(reads.comparisons(part))
        is_plain = isinstance(part, tree.Comparison | tree.In) and compared
        if not is_plain or any(
            one.operator not in ("=", "in") or not isinstance(one.value, str) for one in compared
        ):
            return None
        for one in compared:
            found.setdefault(one.path, set()).add(str(one.value))
    return found
