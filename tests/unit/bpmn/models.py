"""Builders of models as files for the tests of reading, import, lint and trace."""

from __future__ import annotations

from bpmn import parser
from bpmn.diagram import Catalogue
from bpmn.model import Finding, Severity

SPACES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "flowable": "http://flowable.org/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "jf": "urn:jingfa:bpmn:1",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def file(
    inside: str, *, roots: str = "", key: str = "P", spaces: tuple[str, ...] = ("jf", "xsi"), head: str = ""
) -> bytes:
    """Return a file with one process around *inside*; *roots* stand beside it."""
    declared = " ".join(f'xmlns:{one}="{SPACES[one]}"' for one in spaces)
    return (
        f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" {declared} targetNamespace="t" {head}>'
        f'{roots}<process id="{key}" isExecutable="true">{inside}</process></definitions>'
    ).encode()


def line(*inside: str) -> str:
    """Return start, the given elements (each must have an ``id`` first) and end, joined one after the other."""
    ids = ["s", *(one.split('id="', 1)[1].split('"', 1)[0] for one in inside), "e"]
    flows = [
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(zip(ids, ids[1:], strict=False))
    ]
    return '<startEvent id="s"/>' + "".join(inside) + '<endEvent id="e"/>' + "".join(flows)


def findings(data: bytes, *, catalogue: Catalogue | None = None) -> tuple[Finding, ...]:
    """Return what the check says about one file."""
    return parser.check({"m.bpmn": data}, catalogue=catalogue)


def errors(data: bytes, *, catalogue: Catalogue | None = None) -> set[str]:
    """Return the codes of the errors of one file."""
    return {one.code for one in findings(data, catalogue=catalogue) if one.severity is Severity.ERROR}


def warnings(data: bytes, *, catalogue: Catalogue | None = None) -> set[str]:
    """Return the codes of the warnings of one file."""
    return {one.code for one in findings(data, catalogue=catalogue) if one.severity is Severity.WARNING}
