"""
A few words a line -> BPMN 2.0 XML, so that a story shows its model beside what must happen.

    s: start                       u: user                  g: xor | and | or | events
    e: end error E1                t: boundary u timer PT1H keeps
    c: catch message M             sp: sub                  (its content follows, indented)
    x: script a = a + 1            h: handler               (an event subprocess)
    call: call q                   <loopCardinality/> …     (XML goes into the element above it)
    s -> u -> e                    g -> u if a > 1          g -> e default

``keeps`` = does not interrupt; ``@name=value`` is an attribute; ``process q`` begins another process (the first is
``p``); messages, signals, errors and escalations are declared by being used. A flow from a to b is called ``a-b``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="t"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:jf="urn:jingfa:bpmn:1"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
)
PLAIN_HEAD = re.sub(r" xmlns:(?:camunda|zeebe)=\S+?\"(?=[ >])", "", HEAD)
TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
    "task": "task",
    "user": "userTask",
    "manual": "manualTask",
    "service": "serviceTask",
    "send": "sendTask",
    "receive": "receiveTask",
    "rule": "businessRuleTask",
    "script": "scriptTask",
    "call": "callActivity",
    "sub": "subProcess",
    "handler": "subProcess",
    "transaction": "transaction",
    "adhoc": "adHocSubProcess",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "events": "eventBasedGateway",
    "complex": "complexGateway",
}
EVENTS = ("start", "end", "catch", "throw", "boundary")
NAMED = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
TIMES = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}
_FLOW = re.compile(
    r"(?P<chain>\S+(?:\s+->\s+\S+)+)(?:\s+(?:if (?P<condition>.+)|(?P<default>default)))?\s*\Z"
)


@dataclass
class Part:
    """One element on its way to XML."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def xml(self) -> str:
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        inside = "".join(self.inside) + "".join(part.xml() for part in self.parts)
        return f"<{self.tag}{attributes}>{inside}</{self.tag}>"


class Drawing:
    """Reads the lines of one model."""

    def __init__(self) -> None:
        self.processes: list[Part] = []
        self.roots: dict[tuple[str, str], Part] = {}
        self.named: dict[str, Part] = {}
        self.extra: list[str] = []

    def read(self, text: str) -> str:
        """Return the model as XML."""
        open_parts: list[tuple[int, Part]] = []
        last: Part | None = None
        for raw in text.splitlines():
            line = raw.split(" # ")[0].rstrip()
            if not line.strip():
                continue
            indent, line = len(line) - len(line.lstrip()), line.strip()
            while open_parts and open_parts[-1][0] >= indent:
                open_parts.pop()
            if line.startswith("process "):
                self._process(line)
                last = None
            elif line.startswith("<"):
                (last.inside if last is not None and indent else self.extra).append(line)
            elif flow := _FLOW.match(line):
                self._flow(self._scope(open_parts), flow)
            else:
                last = self._node(self._scope(open_parts), line)
                open_parts.append((indent, last))
        head = HEAD if re.search(r"(camunda|zeebe):", text) else PLAIN_HEAD
        body = "".join(part.xml() for part in (*self.roots.values(), *self.processes))
        return f"{head}{''.join(self.extra)}{body}</definitions>"

    def _scope(self, open_parts: list[tuple[int, Part]]) -> Part:
        if open_parts:
            return open_parts[-1][1]
        if not self.processes:
            self._process("process p")
        return self.processes[-1]

    def _process(self, line: str) -> None:
        words, attributes = _attributes(line)
        self.processes.append(Part("process", {"id": words[1], "isExecutable": "true", **attributes}))

    def _node(self, scope: Part, line: str) -> Part:
        identity, _, rest = line.partition(":")
        words, attributes = _attributes(rest)
        kind = words.pop(0)
        part = Part(TAGS[kind], {"id": identity})
        if kind == "script":
            part.inside.append(f"<script>{escape(rest.strip()[len('script') :].strip())}</script>")
        elif kind in EVENTS:
            self._event(part, kind, words, identity)
        elif kind == "handler":
            part.attributes["triggeredByEvent"] = "true"
        elif kind == "call":
            part.attributes["calledElement"] = words[0]
        elif words:
            part.attributes["messageRef"] = self._root("message", words[0])
        if kind != "script":
            part.attributes.update(attributes)
        self.named[identity] = part
        scope.parts.append(part)
        return part

    def _event(self, part: Part, kind: str, words: list[str], identity: str) -> None:
        if kind == "boundary":
            part.attributes["attachedToRef"] = words.pop(0)
        if words and words[-1] == "keeps":
            words.pop()
            part.attributes["cancelActivity" if kind == "boundary" else "isInterrupting"] = "false"
        if words:
            self._trigger(part, words[0], " ".join(words[1:]), f"{identity}_d")

    def _trigger(self, part: Part, kind: str, value: str, identity: str) -> None:
        word = "timer" if kind in TIMES else "conditional" if kind == "condition" else kind
        definition = Part(f"{word}EventDefinition", {"id": identity})
        if kind in NAMED and value:
            definition.attributes[f"{kind}Ref"] = self._root(kind, value)
        elif kind in TIMES:
            definition.inside.append(f"<{TIMES[kind]}>{escape(value)}</{TIMES[kind]}>")
        elif kind == "condition":
            definition.inside.append(f"<condition>{escape(value)}</condition>")
        elif kind == "link":
            definition.attributes["name"] = value
        part.inside.append(definition.xml())

    def _root(self, kind: str, value: str) -> str:
        identity = f"{kind}_{len(self.roots)}"
        part = self.roots.setdefault((kind, value), Part(kind, {"id": identity, NAMED[kind]: value}))
        return part.attributes["id"]

    def _flow(self, scope: Part, found: re.Match[str]) -> None:
        chain = re.split(r"\s+->\s+", found["chain"])
        for source, target in zip(chain, chain[1:], strict=False):
            flow = Part(
                "sequenceFlow", {"id": f"{source}-{target}", "sourceRef": source, "targetRef": target}
            )
            if found["condition"]:
                text = escape(found["condition"])
                flow.inside.append(
                    f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>'
                )
            if found["default"]:
                self.named[source].attributes["default"] = flow.attributes["id"]
            scope.parts.append(flow)


def _attributes(text: str) -> tuple[list[str], dict[str, str]]:
    found = dict(re.findall(r"@([\w:]+)=(\"[^\"]*\"|\S+)", text))
    words = re.sub(r"@[\w:]+=(\"[^\"]*\"|\S+)", "", text).split()
    return words, {name: value.strip('"') for name, value in found.items()}


def draw(text: str) -> bytes:
    """
    Return the XML of a model: drawn in words, or already XML.

    >>> b"<userTask" in draw("s: start")
    False
    """
    return (text if text.lstrip().startswith("<?xml") else Drawing().read(text)).encode()
