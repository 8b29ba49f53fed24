"""
DMN 1.1 to 1.5: decision tables, boxed expressions and requirement graphs, on ``bpmn.feel``.

>>> model = load(EXAMPLE)
>>> feel.to_json(model.evaluate("fee", {"amount": 20000}).values)
{'fee': 300}
>>> model.evaluate("fee", {"amount": 20000}).matched
{'fee': ('above',)}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bpmn import feel
from bpmn.decisions import reading
from bpmn.decisions.checking import check_tables
from bpmn.decisions.graph import Graph
from bpmn.decisions.model import Decision, DecisionService
from bpmn.decisions.session import Outcome, Session
from bpmn.errors import NotFound
from bpmn.feel.values import Value
from bpmn.model import Finding

__all__ = ["DecisionInfo", "DecisionModel", "DecisionNotFound", "InputInfo", "Outcome", "load"]

EXAMPLE: Final = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="fees" namespace="urn:fees">
  <inputData id="amount_" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
    <informationRequirement><requiredInput href="#amount_"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression><text>amount</text></inputExpression></input><output/>
      <rule id="flat"><inputEntry><text>&lt;= 10000</text></inputEntry><outputEntry><text>50</text></outputEntry></rule>
      <rule id="above"><inputEntry><text>&gt; 10000</text></inputEntry>
        <outputEntry><text>50 + (amount - 10000) * 0.025</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""


class DecisionNotFound(NotFound):
    """模型中没有这个决策。请核对决策名称或编号。"""


@dataclass(frozen=True, kw_only=True)
class InputInfo:
    """An input of a decision, for the page on which staff try it; ``type`` is a FEEL type name."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class DecisionInfo:
    """A decision or decision service of the file itself."""

    id: str
    name: str
    inputs: tuple[InputInfo, ...]  #: input data it needs, directly or through other decisions


class DecisionModel:
    """A compiled model: immutable, safe to share between threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        namespace = graph.definitions.namespace
        self._own = {
            key: node
            for key, node in graph.nodes.items()
            if key.startswith(f"{namespace}#") and isinstance(node.node, Decision | DecisionService)
        }
        self.decisions = tuple(
            DecisionInfo(id=node.node.id, name=node.node.name, inputs=self._inputs(key))
            for key, node in self._own.items()
        )
        self.name = graph.definitions.name
        self.definitions = graph.definitions  #: what the file says, as read

    def evaluate(
        self,
        decision: str | None,
        context: Mapping[str, object],
        *,
        environment: feel.Environment | None = None,
    ) -> Outcome:
        """
        Evaluate one decision, or every one of the file.

        Args:
            decision: Id or name of a decision or decision service; None for all decisions.
            context: Python or FEEL values by the names of the input data. More than is needed may be there.
            environment: Clock, calendar and functions; without one FEEL's own functions at this moment.

        Returns:
            The values, the rules that matched and reasons for nulls. Business data never raises.

        Raises:
            DecisionNotFound: no decision of that id or name.
        """
        session = self._graph.session(environment)
        given = feel.from_json(context)
        targets = self._targets(decision)
        self._graph.run([key for key in targets if isinstance(self._own[key].node, Decision)], given, session)
        values = {self._own[key].node.name: self._value(key, given, session) for key in targets}
        return _outcome(values, session)

    def _value(self, key: str, given: Mapping[str, Value], session: Session) -> Value:
        node = self._own[key].node
        if not isinstance(node, DecisionService):
            return session.values[key]
        return self._graph.serve(node, given, session)

    def _targets(self, decision: str | None) -> list[str]:
        if decision is None:
            return [key for key, node in self._own.items() if isinstance(node.node, Decision)]
        for key, node in self._own.items():
            if decision in (node.node.id, node.node.name, getattr(node.node, "label", None)):
                return [key]
        names = "、".join(info.name for info in self.decisions) or "无"
        raise DecisionNotFound(f"模型中没有决策「{decision}」。可用的决策：{names}。")

    def _inputs(self, key: str) -> tuple[InputInfo, ...]:
        node = self._graph.nodes[key].node
        if isinstance(node, DecisionService):
            named = [self._graph.nodes[one] for one in self._graph.parameters(node, self._graph.definitions)]
            return tuple(InputInfo(name=one.node.name, type=str(one.declared.type)) for one in named)
        return self._needed(key)

    def _needed(self, key: str) -> tuple[InputInfo, ...]:
        data = [self._graph.nodes[one] for one in self._graph.data[key]]
        return tuple(InputInfo(name=one.node.name, type=str(one.declared.type)) for one in data)

    def check(self) -> tuple[Finding, ...]:
        """Return what staff should know of the tables: gaps, overlaps, dead and masked rules, each with an example."""
        return (*self._graph.findings, *self._graph.remarks, *check_tables(self._graph.definitions))


def _outcome(values: Mapping[str, Value], session: Session) -> Outcome:
    return Outcome(
        values=values,
        matched={name: tuple(rule.id for rule in rules) for name, rules in session.matched.items()},
        annotations={
            name: tuple((rule.id, rule.annotations) for rule in rules)
            for name, rules in session.matched.items()
        },
        reasons=tuple(session.reasons),
    )


def load(xml: bytes | str, *, imports: Mapping[str, bytes] | None = None, file: str = "") -> DecisionModel:
    """
    Read and compile a model.

    Args:
        xml: One DMN file.
        imports: The files it may import, by name or namespace.
        file: Name for findings.

    Raises:
        DeploymentInvalid: with everything that is wrong: not DMN, a DOCTYPE, an expression that is no FEEL, a cycle.
    """
    data = xml.encode() if isinstance(xml, str) else xml
    return DecisionModel(Graph(reading.definitions(data, file=file, imports=imports)))
