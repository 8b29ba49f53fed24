"""
Joining gateways: which tokens wait, and when they may go on.

Parallel: one token on each incoming flow. Inclusive: the rule of BPMN 2.0.2, 13.4.3 (table 13.3). For every token
elsewhere in the scope that could reach an *empty* incoming flow without visiting the gateway there must be a way
from the same place to a *waiting* incoming flow; such a token need not be waited for, unless it moves by itself: the
standard leaves open which of two tokens that need no time moves first.
"""

from __future__ import annotations

from collections import defaultdict

from SpiffWorkflow.util.task import TaskState

from bpmn.lowering import Node
from bpmn.spiff.kernel import Instance, Visit


def arrive(visit: Visit) -> bool:
    """Register a token at its join; True when it may run, having absorbed the tokens it waited for."""
    if len(visit.node.incoming) < 2 or "flow" not in visit.internal_data:
        return True
    key = _key(visit)
    visit.workflow.joins.setdefault(key, []).append(visit)
    if visit.node.type == "parallelGateway":
        _settle_parallel(visit.workflow, key)
    return False


def _key(visit: Visit) -> tuple[str, str]:
    return (visit.parent.id if visit.parent is not None else "", visit.task_spec.name)


def _settle_parallel(instance: Instance, key: tuple[str, str]) -> None:
    tokens = _first_of_each_flow(instance.joins[key])
    if len(tokens) == len(tokens[0].node.incoming):
        _activate(instance, key, tokens)


def _first_of_each_flow(waiting: list[Visit]) -> list[Visit]:
    first: dict[str, Visit] = {}
    for token in waiting:
        first.setdefault(token.internal_data["flow"], token)
    return list(first.values())


def _activate(instance: Instance, key: tuple[str, str], tokens: list[Visit]) -> None:
    """Let the first token go on and consume the others."""
    for token in tokens:
        instance.joins[key].remove(token)
    if not instance.joins[key]:
        del instance.joins[key]
    for token in tokens[1:]:
        instance.discard(token)
    tokens[0].internal_data.pop("flow")
    tokens[0]._ready()


def settle_inclusive(instance: Instance) -> None:
    """Activate every inclusive join that need not wait any longer."""
    for key, waiting in list(instance.joins.items()):
        if waiting and waiting[0].node.type == "inclusiveGateway" and not _must_wait(instance, waiting):
            _activate(instance, key, _first_of_each_flow(waiting))


def _must_wait(instance: Instance, waiting: list[Visit]) -> bool:
    gateway, scope = waiting[0].node, waiting[0].parent
    marked = {token.internal_data["flow"] for token in waiting}
    empty = [flow.id for flow in gateway.incoming if flow.id not in marked]
    if not empty or scope is None:
        return False
    reach = _reaching(instance, gateway)
    for token in scope.children:
        if token.task_spec.is_listener or token.node.id == gateway.id:
            continue
        # Flows leave a boundary event that has fired by the id of the event.
        place = token.node.origin if token.node.id.endswith("/fired") else token.node.id
        if any(place in reach[f] for f in empty) and (
            _moves_by_itself(token) or not any(place in reach[f] for f in marked)
        ):
            return True
    return False


def _moves_by_itself(token: Visit) -> bool:
    """Whether a token is on its way: no time passes before it arrives or turns elsewhere, so it is let go first."""
    return token.has_state(TaskState.READY) and not token.has_incident


def _reaching(instance: Instance, gateway: Node) -> dict[str, frozenset[str]]:
    """Map each incoming flow to the nodes from which a path leads to it without visiting the gateway (cached)."""
    cache = instance.spec.reaching
    if gateway.id not in cache:
        cache[gateway.id] = {
            flow.id: _sources(instance, flow.source, gateway.id) for flow in gateway.incoming
        }
    return dict(cache[gateway.id])


def _sources(instance: Instance, last: str, avoided: str) -> frozenset[str]:
    backwards = _backwards(instance)
    found, pending = {last}, [last]
    while pending:
        for source in backwards[pending.pop()]:
            if source not in found and source != avoided:
                found.add(source)
                pending.append(source)
    return frozenset(found - {avoided})


def _backwards(instance: Instance) -> dict[str, list[str]]:
    """Map each node to those one step before it: flows, the host of a boundary event, the parts of an event."""
    steps: dict[str, list[str]] = defaultdict(list)
    for node in instance.spec.program.nodes.values():
        steps[node.id].extend(flow.source for flow in node.incoming)
        if node.attached_to:
            steps[node.origin].append(node.attached_to)
        for flow in node.outgoing:
            if flow.source != node.id:
                steps[flow.source].append(node.id)
    return steps


def stuck(instance: Instance) -> Visit | None:
    """Return a token that waits at a join, None if there is none."""
    return next(
        (t for waiting in instance.joins.values() for t in waiting if t.has_state(TaskState.WAITING)), None
    )
