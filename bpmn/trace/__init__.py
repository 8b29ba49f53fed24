"""
Play one model from start to end in memory, on a clock of its own: no database, no waiting.

Pure: the same definition, inputs and starting instant give the same path. Work is done in the order in which it
became ready, ties in document order; then what arrives from outside; then timers, as the clock reaches them.
A message that the instance throws is delivered inside it, or starts the process of another pool of the same file,
whose answers come back; only the path of the first instance is told.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bpmn import feel
from bpmn.definition import ProcessDefinition, StartEvent
from bpmn.trace.inputs import Inputs, TraceInputInvalid
from bpmn.trace.player import Player
from bpmn.trace.result import Trace, as_json, refused

LONGEST: Final = timedelta(days=3650)  #: where the clock stops if nobody says otherwise


def trace(
    definition: ProcessDefinition,
    inputs: Inputs | None = None,
    *,
    environment: feel.Environment,
    until: timedelta | None = None,
    keeps: bool = True,
) -> Trace:
    """
    Run *definition* until nothing can move or the clock has passed *until*.

    Args:
        definition: A checked model.
        inputs: Who answers what; nothing said means that everything succeeds at once.
        environment: Its ``now`` is where the clock starts; functions and zone stay.
        until: How far the clock may go, ten years if None.
        keeps: Instances stay in memory between steps; False serialises them each time, as the server does.

    Raises:
        TraceInputInvalid: the inputs name a process or start that the model does not have.
    """
    told = inputs or Inputs()
    player = Player(definition, told, environment, until if until is not None else LONGEST, keeps=keeps)
    return player.play(*start_of(definition, told))


def start_of(definition: ProcessDefinition, inputs: Inputs) -> tuple[str, StartEvent | None]:
    """
    Return the process and start event that the inputs mean.

    Raises:
        TraceInputInvalid: there is no such process, or no start of that message or signal.
    """
    named = inputs.message or inputs.signal
    starts = [one for one in definition.starts if inputs.process in (None, one.process_id)]
    if named:
        kind = "message" if inputs.message else "signal"
        found = next((one for one in starts if one.kind == kind and one.event_name == named), None)
        if found is None:
            raise TraceInputInvalid(f"模型中没有由「{named}」启动的开始事件。")
        return found.process_id, found
    process = inputs.process or definition.key
    if process not in definition.elements or definition.elements[process].type != "process":
        raise TraceInputInvalid(f"模型中没有流程「{process}」。")
    own = [one for one in definition.starts if one.process_id == process]
    return process, next((one for one in own if one.kind == "none"), own[0] if own else None)


__all__ = ["LONGEST", "Trace", "as_json", "refused", "start_of", "trace"]
