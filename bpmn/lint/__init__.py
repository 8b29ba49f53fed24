"""
What the engine cannot run faithfully is refused here, with name, reason and way out; nothing is parsed and ignored.

One rule a file, one line in ``RULES``. A rule is a function of the indexed diagram and the names known around it;
it reports everything it finds and never stops at the first fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from bpmn.diagram import Catalogue, Diagram
from bpmn.lint import (
    attributes,
    boundaries,
    calls,
    constants,
    correlations,
    data,
    dataflow,
    elements,
    event_gateways,
    events,
    expressions,
    extensions,
    flows,
    functions,
    gateways,
    ids,
    links,
    message_flows,
    payloads,
    reachability,
    references,
    repetitions,
    schema,
    scripts,
    sizes,
    starts_and_ends,
    timers,
)
from bpmn.model import Finding

Rule: TypeAlias = Callable[[Diagram, Catalogue], Iterable[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    elements.check,
    ids.check,
    references.check,
    flows.check,
    starts_and_ends.check,
    reachability.check,
    events.check,
    event_gateways.check,
    boundaries.check,
    links.check,
    gateways.check,
    payloads.check,
    timers.check,
    repetitions.check,
    calls.check,
    message_flows.check,
    correlations.check,
    data.check,
    attributes.check,
    scripts.check,
    expressions.check,
    functions.check,
    constants.check,
    extensions.check,
    schema.check,
    dataflow.check,
)


def lint(diagram: Diagram, catalogue: Catalogue) -> tuple[Finding, ...]:
    """
    Return the findings of every rule about *diagram*, each once, in the order of the rules.

    Of a file that is too large nothing else is said: looking through it would take longer than anybody waits.
    """
    if excess := tuple(sizes.check(diagram, catalogue)):
        return excess
    found = (finding for rule in RULES for finding in rule(diagram, catalogue))
    return tuple(dict.fromkeys(found))
