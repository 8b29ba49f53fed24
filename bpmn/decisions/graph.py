"""
The requirement graph compiled: which node needs which, in what order, and what each sees.

A node sees what the caller gave, the names it requires, and under an import's name what it requires from there.
Nodes are known by ``namespace#id``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bpmn import feel
from bpmn.decisions.closures import function, typed
from bpmn.decisions.compiling import Compiler
from bpmn.decisions.model import BusinessKnowledge, Decision, DecisionService, Definitions, InputData, Node
from bpmn.decisions.session import Code, Scope, Session
from bpmn.decisions.strictness import Names, hidden, shown
from bpmn.decisions.types import ANY, Declared, Types, coerce
from bpmn.errors import DeploymentInvalid
from bpmn.feel.types import FUNCTION, Type
from bpmn.feel.values import Function, Value
from bpmn.model import Finding, Severity


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A node ready to run. ``imported`` is the name under which a foreign node is seen from the main file."""

    key: str
    node: Node
    file: str
    declared: Declared
    requires: tuple[tuple[str, str | None], ...]  #: key, and the import's name for a node of another file
    code: Code


class Graph:
    """Every node of a model and of what it imports."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.findings: list[Finding] = list(definitions.findings)
        self.remarks: list[Finding] = []
        self.nodes: dict[str, Compiled] = {}
        self._files: dict[str, tuple[Definitions, Types]] = {}
        self._named_types: dict[str, Type] = {}
        self._collect(definitions)
        self._compile()
        self.order = self._sorted()
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            raise DeploymentInvalid(self.findings)

    def _collect(self, definitions: Definitions) -> None:
        self._files[definitions.namespace] = (definitions, Types(definitions))
        for imported in definitions.imports.values():
            if imported.namespace not in self._files:
                self._collect(imported)

    def _compile(self) -> None:
        for definitions, types in self._files.values():
            compiler, base = Compiler(types, definitions.file), self._base(definitions, types)
            for node in definitions.nodes.values():
                self._add(node, definitions, base, compiler)
            self.findings += compiler.findings
            self.remarks += compiler.remarks
            if compiler.names_types:
                self._named_types = {**types.named(), **self._named_types}

    @cached_property
    def data(self) -> Mapping[str, tuple[str, ...]]:
        """The input data that each node needs, directly or through others."""
        found: dict[str, tuple[str, ...]] = {}
        for key in self.order:
            node = self.nodes[key]
            needed = [one for required, _ in node.requires for one in found.get(required, ())]
            own = [key] if isinstance(node.node, InputData) else []
            found[key] = tuple(dict.fromkeys([*own, *needed]))
        return found

    def session(self, environment: feel.Environment | None) -> Session:
        """Return the account of a new evaluation; where texts name types, it knows those of the model."""
        if not self._named_types:
            return Session(environment)
        given = environment or feel.Environment()
        return Session(replace(given, types={**self._named_types, **given.types}))

    def _add(self, node: Node, definitions: Definitions, base: Names, compiler: Compiler) -> None:
        types = self._files[definitions.namespace][1]
        key = f"{definitions.namespace}#{node.id}"
        requires = tuple(self._requirements(node, definitions))
        declared = types.declared(getattr(node, "type_ref", None))
        if reference := getattr(node, "type_ref", None):
            self._known_type(reference, types, node, definitions.file)
        code = self._code(node, definitions, declared, self._names(node, definitions, base), compiler)
        self.nodes[key] = Compiled(
            key=key, node=node, file=definitions.file, declared=declared, requires=requires, code=code
        )

    def _known_type(self, reference: str, types: Types, node: Node, file: str) -> None:
        if not types.is_known(reference):
            self._finding(
                Severity.WARNING,
                "unknown-type",
                node,
                file,
                f"「{node.name}」的数据类型 {reference} 没有定义。",
                "请定义该类型，或改用内置类型。",
            )

    def _requirements(self, node: Node, definitions: Definitions) -> Iterable[tuple[str, str | None]]:
        for target in _targets(node):
            key, prefix = _resolved(target, definitions)
            namespace, _, id_ = key.rpartition("#")
            if namespace in self._files and id_ in self._files[namespace][0].nodes:
                if not isinstance(node, DecisionService):  # it is evaluated where it is called
                    yield key, prefix
            else:
                self._finding(
                    Severity.ERROR,
                    "missing-requirement",
                    node,
                    definitions.file,
                    f"「{node.name}」依赖的元素 {target} 不存在。",
                    "请在图中重新连线，或把被导入的模型一起上传。",
                )

    def _names(self, node: Node, definitions: Definitions, base: Names) -> Names:
        """Every name that a text may mean, those out of the node's reach marked."""
        types = self._files[definitions.namespace][1]
        seen: dict[str, Type] = {node.name: _type_of(node, types)}
        for target in getattr(node, "requires", ()):
            key, prefix = _resolved(target, definitions)
            namespace, _, id_ = key.rpartition("#")
            if prefix in base:
                seen[str(prefix)] = shown(base[str(prefix)])
            elif namespace in self._files and id_ in self._files[namespace][0].nodes:
                other, home = self._files[namespace][0].nodes[id_], self._files[namespace][1]
                seen[other.name] = _type_of(other, home)
        return Names({**base, **seen}, base.telling, base.members)

    def _base(self, definitions: Definitions, types: Types) -> Names:
        """The names of a file and of what it imports, none of them in reach."""
        names = {node.name: hidden(_type_of(node, types)) for node in definitions.nodes.values()}
        for prefix, imported in definitions.imports.items():
            inner = self._files[imported.namespace][1]
            members = {other.name: _type_of(other, inner) for other in imported.nodes.values()}
            if prefix.startswith("#"):
                names |= {name: hidden(type_) for name, type_ in members.items()}
            else:
                names[prefix] = hidden(Type("context", members=members))
        return Names(names)

    def _code(
        self, node: Node, definitions: Definitions, declared: Declared, names: Names, compiler: Compiler
    ) -> Code:
        match node:
            case InputData():
                label = f"输入数据「{node.name}」"
                return typed(lambda scope, _: scope.get(node.name), declared, label, is_partial=True)
            case Decision():
                code = compiler.boxed(node.logic, names, node.name)
                return typed(code, declared, f"决策「{node.name}」") if node.type_ref else code
            case BusinessKnowledge():
                return _recursive(
                    node.name, compiler.knowledge(node.logic, names, node.name, _result(declared))
                )
            case DecisionService():
                return lambda scope, session: self._service(node, definitions, session)

    def _service(self, node: DecisionService, home: Definitions, session: Session) -> Function:
        """A service as a function of its input data, then of its input decisions."""
        keys = self.parameters(node, home)
        parameters = {self.nodes[key].node.name: self.nodes[key].declared for key in keys}

        def body(given: Scope, inner: Session) -> Value:
            fixed = {key: given.get(self.nodes[key].node.name) for key in keys}
            return self.service(node, home, given, fixed, inner)

        return function(node.name, parameters, body, {}, session)

    def parameters(self, node: DecisionService, home: Definitions) -> list[str]:
        """Return the keys of a service's parameters: input data, then input decisions."""
        return [self._key_of(target, home) for target in (*node.data, *node.inputs)]

    def serve(self, node: DecisionService, given: Scope, session: Session) -> Value:
        """Evaluate a service of the main file with what the caller gives by name."""
        fixed: dict[str, Value] = {}
        for target in node.inputs:
            decision = self.nodes[self._key_of(target, self.definitions)]
            value, reason = coerce(given.get(decision.node.name), decision.declared, session.environment)
            fixed[decision.key] = value
            if reason:
                session.note(f"输入决策「{decision.node.name}」：{reason}")
        return self.service(node, self.definitions, given, fixed, session)

    def service(
        self,
        node: DecisionService,
        home: Definitions,
        scope: Scope,
        fixed: Mapping[str, Value],
        session: Session,
    ) -> Value:
        """Evaluate the output decisions of a service of the file *home*, taking *fixed* nodes as given."""
        inner = Session(session.environment)
        inner.values.update(fixed)
        targets = [self._key_of(target, home) for target in node.outputs]
        self.run(targets, scope, inner)
        for reason in inner.reasons:
            session.note(reason)
        session.matched.update(inner.matched)
        values = {self.nodes[key].node.name: inner.values[key] for key in targets}
        value = next(iter(values.values())) if len(values) == 1 else values
        result = _result(self.nodes[_key(home, node)].declared)
        return typed(lambda *_: value, result, f"决策服务「{node.name}」")(scope, session)

    def _key_of(self, target: str, home: Definitions) -> str:
        return _resolved(target, home)[0]

    def _sorted(self) -> Sequence[str]:
        """Requirements before what requires them; a cycle is a finding. Iterative: chains may be long."""
        order: list[str] = []
        state: dict[str, int] = {}
        for start in self.nodes:
            stack = [(start, iter(self.nodes[start].requires))] if start not in state else []
            state.setdefault(start, 1)
            while stack:
                key, rest = stack[-1]
                required = next(rest, None)
                if required is None:
                    state[key] = 2
                    order.append(key)
                    stack.pop()
                elif state.get(required[0]) == 1:
                    self._cycle([one for one, _ in stack], required[0])
                elif required[0] not in state and required[0] in self.nodes:
                    state[required[0]] = 1
                    stack.append((required[0], iter(self.nodes[required[0]].requires)))
        return order

    def _cycle(self, path: list[str], back_to: str) -> None:
        if back_to == path[-1] and isinstance(self.nodes[back_to].node, BusinessKnowledge):
            return  # a function that calls itself needs no order; depth is limited when it runs
        around = [self.nodes[key].node.name for key in path[path.index(back_to) :]]
        node = self.nodes[back_to]
        text = "→".join([*around, around[0]])
        self._finding(
            Severity.ERROR,
            "cyclic-requirements",
            node.node,
            node.file,
            f"决策互相依赖成环：{text}。",
            "请去掉环上的一条依赖。",
        )

    def _finding(
        self, severity: Severity, code: str, node: Node, file: str, message: str, remedy: str
    ) -> None:
        self.findings.append(
            Finding(
                severity=severity,
                code=code,
                message=message,
                remedy=remedy,
                file=file,
                element_id=node.id,
                element_name=node.name,
            )
        )

    def run(self, targets: Iterable[str], context: Scope, session: Session) -> None:
        """Evaluate the targets and what they require, each once, into ``session.values``."""
        wanted = self._closure(targets, session)
        for key in self.order:
            if key in wanted and key not in session.values:
                node = self.nodes[key]
                session.values[key] = node.code(self._scope(node, context, session), session)

    def _closure(self, targets: Iterable[str], session: Session) -> set[str]:
        wanted: set[str] = set()
        stack = list(targets)
        while stack:
            key = stack.pop()
            if key not in wanted and key not in session.values:
                wanted.add(key)
                stack += [required for required, _ in self.nodes[key].requires]
        return wanted

    def _scope(self, node: Compiled, context: Scope, session: Session) -> Scope:
        scope = dict(context)
        for key, prefix in node.requires:
            name, value = self.nodes[key].node.name, session.values.get(key)
            if prefix:
                inner = scope.get(prefix)
                scope[prefix] = {**(inner if isinstance(inner, dict) else {}), name: value}
            else:
                scope[name] = value
        return scope


def _key(definitions: Definitions, node: Node) -> str:
    return f"{definitions.namespace}#{node.id}"


def _targets(node: Node) -> tuple[str, ...]:
    """What a node points at: a service at the decisions and data it is made of."""
    if isinstance(node, DecisionService):
        return (*node.outputs, *node.inputs, *node.data)
    return getattr(node, "requires", ())


def _resolved(target: str, definitions: Definitions) -> tuple[str, str | None]:
    """Return the key that a reference means in a file, and the import's name where it leads to one."""
    namespace, separator, id_ = target.rpartition("#")
    if not separator or namespace == definitions.namespace:
        return f"{definitions.namespace}#{id_}", None
    prefix = next((name for name, one in definitions.imports.items() if one.namespace == namespace), None)
    return target, None if prefix is None or prefix.startswith("#") else prefix


def _result(declared: Declared) -> Declared:
    """The type of what a function returns: that of its function type, or the type given itself (DMN 1.1)."""
    return declared.result or (ANY if declared.type.name == "function" else declared)


def _type_of(node: Node, types: Types) -> Type:
    if isinstance(node, BusinessKnowledge | DecisionService):
        return FUNCTION
    return types.declared(node.type_ref).type


def _recursive(name: str, make: Code) -> Code:
    """A business knowledge model sees itself under its own name."""

    def build(scope: Scope, session: Session) -> Value:
        known = dict(scope)
        known[name] = made = make(known, session)
        return made

    return build
