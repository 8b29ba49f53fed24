"""What one step has to tell: history, thrown events, incidents, end events reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bpmn.lowering import Flow, Node
from bpmn.model import HistoryEvent, Incident, Json, Thrown


@dataclass
class Recorder:
    """Collects in the order in which things happen; never serialised, since it leaves with the step's ``Advance``."""

    at: datetime
    history: list[HistoryEvent] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    ended_at: list[str] = field(default_factory=list)

    def move(
        self, kind: str, node: Node, activity_id: str, scope: tuple[str, ...], detail: Mapping[str, Json]
    ) -> None:
        """Record a move of a token at a node."""
        # An implicit split stands for the activity that splits, whose type only the diagram knows.
        kind_of_element = "" if node.type == "implicitSplit" else node.type
        self.history.append(
            HistoryEvent(
                kind=kind,
                element_id=node.origin,
                element_name=node.name,
                element_type=kind_of_element,
                activity_id=activity_id,
                at=self.at,
                scope=scope,
                detail=dict(detail),
            )
        )

    def flow(self, flow: Flow, activity_id: str, scope: tuple[str, ...]) -> None:
        """Record a sequence flow; *activity_id* is the visit that the token left."""
        self.history.append(
            HistoryEvent(
                kind="flow",
                element_id=flow.id,
                element_type="sequenceFlow",
                activity_id=activity_id,
                at=self.at,
                scope=scope,
                detail={"source": flow.source.split("/", 1)[0], "target": flow.target.split("/", 1)[0]},
            )
        )
