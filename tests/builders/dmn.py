"""A small writer of DMN files for tests: one decision table or boxed expression in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def text(name: str, content: str) -> str:
    """Return an element that wraps a text."""
    return f"<{name}><text>{escape(content)}</text></{name}>"


def literal(content: str) -> str:
    """Return a literal expression."""
    return text("literalExpression", content)


def table(
    rules: Sequence[str],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    inputs: Sequence[str] = ("x",),
    outputs: Sequence[str] = ("",),
    allowed: str = "",
    default: str = "",
    input_values: str = "",
    output_type: str = "",
) -> str:
    """Return a table; a rule reads ``cell | cell -> output | output``, and is called r1, r2, …"""
    head = "".join(
        f"<input>{text('inputExpression', name)}{text('inputValues', input_values) if input_values else ''}</input>"
        for name in inputs
    )
    for name in outputs:
        attributes = (f' name="{name}"' if name else "") + (
            f' typeRef="{output_type}"' if output_type else ""
        )
        inner = (text("outputValues", allowed) if allowed else "") + (
            text("defaultOutputEntry", default) if default else ""
        )
        head += f"<output{attributes}>{inner}</output>"
    made = f' aggregation="{aggregation}"' if aggregation else ""
    body = "".join(_rule(number, rule) for number, rule in enumerate(rules, 1))
    return f'<decisionTable id="t" hitPolicy="{policy}"{made}>{head}{body}</decisionTable>'


def _rule(number: int, rule: str) -> str:
    conditions, _, outputs = rule.partition("->")
    cells = "".join(text("inputEntry", cell.strip()) for cell in conditions.split("|"))
    results = "".join(text("outputEntry", cell.strip()) for cell in outputs.split("|"))
    return f'<rule id="r{number}">{cells}{results}{text("annotationEntry", f"依据{number}")}</rule>'


def decision(logic: str, *, name: str = "d", requires: str = "", type_ref: str = "") -> str:
    """Return a decision; ``requires`` holds hrefs of input data, decisions and knowledge by kind: ``i:x k:f d:y``."""
    kinds = {
        "i": ("informationRequirement", "requiredInput"),
        "d": ("informationRequirement", "requiredDecision"),
        "k": ("knowledgeRequirement", "requiredKnowledge"),
    }
    links = ""
    for link in requires.split():
        kind, _, target = link.partition(":")
        outer, inner = kinds[kind]
        links += f'<{outer}><{inner} href="{target if "#" in target else "#" + target}"/></{outer}>'
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{typed}/>{links}{logic}</decision>'


def data(name: str, type_ref: str = "") -> str:
    """Return an input data element."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def knowledge(name: str, parameters: Sequence[str], body: str, requires: str = "") -> str:
    """Return a business knowledge model."""
    formal = "".join(f'<formalParameter name="{one}"/>' for one in parameters)
    links = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>'
        for one in requires.split()
    )
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic>{links}</businessKnowledgeModel>"
    )


def definitions(*elements: str, namespace: str = "urn:test") -> str:
    """Return a file."""
    return f'<definitions xmlns="{NAMESPACE}" id="defs" name="test" namespace="{namespace}">{"".join(elements)}</definitions>'
