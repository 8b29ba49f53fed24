"""How much one file may hold: what is larger nobody can read, and the engine should not carry it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, label
from bpmn.model import Finding
from bpmn.vocabulary import SCOPES
from bpmn.xml import local

MOST_NODES: Final = 5_000  #: flow nodes of one file
DEEPEST: Final = 20  #: subprocesses inside one another


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report files with too many elements or too deep nesting."""
    if len(diagram.nodes) > MOST_NODES:
        yield diagram.error(
            None,
            "too-many-nodes",
            f"文件里有 {len(diagram.nodes)} 个活动、事件和网关，超过 {MOST_NODES} 个。",
            "请拆成几个流程，用调用活动相连。",
        )
    for scope in diagram.scopes:
        depth = sum(1 for one in scope.iterancestors() if local(one) in SCOPES)
        if depth > DEEPEST:
            yield diagram.error(
                scope, "too-deep", f"{label(scope)}嵌套超过 {DEEPEST} 层。", "请把内层子流程改为调用活动。"
            )
            return
