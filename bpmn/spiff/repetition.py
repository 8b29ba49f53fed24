"""Bodies of repeated activities: standard loops and multi-instance, parallel and sequential."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bpmn import feel
from bpmn.lowering import Node, Repetition
from bpmn.model import Value
from bpmn.spiff import clocks, language, variables
from bpmn.spiff.activities import ActivitySpec
from bpmn.spiff.failures import RepetitionInvalid, TooManyInstances
from bpmn.spiff.kernel import Visit

MAX_INSTANCES = 10_000


class BodySpec(ActivitySpec):
    """What the token visits: it holds one visit for each instance. Boundary events are attached here."""

    is_body = True

    @property
    def marker(self) -> Repetition:
        """The loop marker."""
        assert self.node.repetition is not None
        return self.node.repetition

    def begin(self, visit: Visit) -> bool:
        """Start the clocks and the instances."""
        clocks.start(visit)
        return self.work(visit)

    def finish(self, visit: Visit) -> None:
        """Hand out what all instances together produced."""

    def instance(self, visit: Visit, number: int, locals_: Mapping[str, Value]) -> None:
        """Start one instance; *number* counts from 1."""
        own = {"loopCounter": Decimal(number), **locals_}
        visit.workflow.enter(f"{self.node.id}/each", visit, variables=own, notes={"place": number - 1})

    def collect(self, visit: Visit, instance: Visit) -> None:
        """Take the results of an instance that is about to complete; may fail before it changes anything."""

    def go_on(self, visit: Visit, instance: Visit) -> None:
        """Start what follows after *instance* has completed."""


class StandardLoopSpec(BodySpec):
    """Again while the condition holds, at most ``loopMaximum`` times."""

    def work(self, visit: Visit) -> bool:
        """Start the first round, unless the condition forbids it beforehand."""
        visit.data["loopCounter"] = Decimal(0)
        if self.marker.maximum is not None:
            visit.data["loopMaximum"] = Decimal(_count(visit, self.marker.maximum))
        if self.marker.test_before and not self._again(visit, visit, 0):
            return True
        self._next(visit)
        return False

    def _again(self, visit: Visit, seen_from: Visit, rounds: int) -> bool:
        maximum = visit.data.get("loopMaximum")
        if maximum is not None and rounds >= maximum:
            return False
        if self.marker.condition is None:
            return True
        seen = variables.visible(seen_from)
        return language.holds(visit.workflow, self.marker.condition, seen, seen_from)[0]

    def _next(self, visit: Visit) -> None:
        visit.data["loopCounter"] += 1
        self.instance(visit, int(visit.data["loopCounter"]), {})

    def collect(self, visit: Visit, instance: Visit) -> None:
        """Ask whether another round follows, as seen from the one that ends."""
        visit.internal_data["again"] = self._again(visit, instance, int(visit.data["loopCounter"]))

    def go_on(self, visit: Visit, instance: Visit) -> None:
        """Start the next round or finish."""
        if visit.internal_data["again"]:
            self._next(visit)
        else:
            visit.workflow.discard(instance)
            visit.workflow.finish(visit)


class MultiInstanceSpec(BodySpec):
    """One instance for each item of a collection, or a number of them."""

    def work(self, visit: Visit) -> bool:
        """Count the instances and start all, or the first."""
        items = self._items(visit)
        visit.result = {
            "outputs": [None] * len(items),
            "places": [],
            "items": items if self._is_sequential else [],
        }
        visit.data.update(_counters(len(items)))
        if items:
            self._start(visit, items)
        return not items

    @property
    def _is_sequential(self) -> bool:
        return self.marker.kind == "sequential"

    def _items(self, visit: Visit) -> list[Value]:
        seen = variables.visible(visit)
        if self.marker.collection is None:
            return [None] * _count(visit, self.marker.cardinality or "")
        items = language.evaluate(visit.workflow, self.marker.collection, seen, visit)
        if not isinstance(items, list | tuple):
            raise RepetitionInvalid(
                f"“{_name(self.node)}”的集合“{self.marker.collection}”不是列表，而是{feel.type_name(items)}。请核对数据。"
            )
        limit = len(items) if self.marker.cardinality is None else _count(visit, self.marker.cardinality)
        if min(limit, len(items)) > MAX_INSTANCES:
            raise TooManyInstances(
                f"“{_name(self.node)}”有 {len(items)} 个实例，超过上限 {MAX_INSTANCES}。请缩小集合或分批办理。"
            )
        return list(items[:limit])

    def _start(self, visit: Visit, items: list[Value]) -> None:
        first = items[:1] if self._is_sequential else items
        visit.data["nrOfActiveInstances"] = Decimal(len(first))
        for place, item in enumerate(first):
            if visit.is_alive and not visit.is_finishing:
                self._one(visit, place, item)

    def _one(self, visit: Visit, place: int, item: Value) -> None:
        own = self._own_outputs(visit)
        if self.marker.element and self.marker.collection is not None:
            own[self.marker.element] = item
        self.instance(visit, place + 1, own)

    def _own_outputs(self, visit: Visit) -> dict[str, Value]:
        """
        Return the variables of which each instance needs its own copy: those its output is made of.

        Only subprocesses that run side by side could overwrite each other's before the output is taken.
        """
        output = self.marker.output_element
        if output is None or self._is_sequential or self.node.type != "subProcess":
            return {}
        seen = variables.visible(visit)
        return {name: seen.get(name) for name in language.names(output, visit)}

    def collect(self, visit: Visit, instance: Visit) -> None:
        """Evaluate output and completion condition first, count afterwards: a failure can be retried."""
        place, seen = int(instance.internal_data["place"]), variables.visible(instance)
        output = None
        if self.marker.output_element is not None:
            output = language.evaluate(visit.workflow, self.marker.output_element, seen, instance)
        counted = {**visit.data, **_one_more(visit.data)}
        is_done = self._is_complete(visit, instance, {**seen, **counted})
        visit.result["outputs"][place] = output
        visit.result["places"].append(Decimal(place))
        visit.data.update(counted)
        visit.internal_data["done"] = is_done

    def _is_complete(self, visit: Visit, instance: Visit, seen: dict[str, Value]) -> bool:
        condition = self.marker.completion
        return condition is not None and language.holds(visit.workflow, condition, seen, instance)[0]

    def go_on(self, visit: Visit, instance: Visit) -> None:
        """Start the next instance, or finish and cancel what is left."""
        place, total = int(instance.internal_data["place"]), visit.data["nrOfInstances"]
        visit.workflow.discard(instance)
        if visit.internal_data["done"] or visit.data["nrOfCompletedInstances"] == total:
            self._complete(visit)
        elif self._is_sequential:
            visit.data["nrOfActiveInstances"] = Decimal(1)
            self._one(visit, place + 1, visit.result["items"][place + 1])

    def _complete(self, visit: Visit) -> None:
        running = [child for child in visit.children if not child.task_spec.is_listener]
        visit.data["nrOfTerminatedInstances"] = Decimal(len(running))
        for child in running:
            visit.workflow.cancel(child)
        visit.workflow.finish(visit)

    def finish(self, visit: Visit) -> None:
        """Set the output collection."""
        name = self.marker.output_collection
        if name is not None:
            places = sorted(int(place) for place in visit.result["places"])
            outputs = [visit.result["outputs"][place] for place in places]
            variables.assign(visit, tuple(name.split(".")), outputs)


def _counters(total: int) -> dict[str, Value]:
    zero = Decimal(0)
    return {
        "nrOfInstances": Decimal(total),
        "nrOfActiveInstances": zero,
        "nrOfCompletedInstances": zero,
        "nrOfTerminatedInstances": zero,
    }


def _one_more(counters: Mapping[str, Value]) -> dict[str, Value]:
    return {
        "nrOfCompletedInstances": counters["nrOfCompletedInstances"] + 1,
        "nrOfActiveInstances": counters["nrOfActiveInstances"] - 1,
    }


def _count(visit: Visit, expression: str) -> int:
    value = language.evaluate(visit.workflow, expression, variables.visible(visit), visit)
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if number is None or not number.is_finite() or number < 0 or number != number.to_integral_value():
        raise RepetitionInvalid(f"“{_name(visit.node)}”的次数“{expression}”不是非负整数。请核对次数。")
    if number > MAX_INSTANCES:
        raise TooManyInstances(f"“{_name(visit.node)}”的次数 {number} 超过上限 {MAX_INSTANCES}。请减少次数。")
    return int(number)


def _name(node: Node) -> str:
    return node.name or node.origin
