"""
Canonical XML -> a flat program of nodes and flows in which everything has one meaning.

Lowered here, so that the engine never sees them: link pairs (a hidden flow), conditional flows out of activities
and events (a hidden inclusive split), references to messages, errors, data objects (resolved), lanes (names).
"""

from bpmn.lowering.model import Assignment, Flow, Node, Program, Repetition, Transfer, Trigger
from bpmn.lowering.reader import lower
from bpmn.lowering.scripts import assignments

__all__ = [
    "Assignment",
    "Flow",
    "Node",
    "Program",
    "Repetition",
    "Transfer",
    "Trigger",
    "assignments",
    "lower",
]
