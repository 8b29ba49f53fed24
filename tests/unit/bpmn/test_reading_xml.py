"""Hostile files: each gives one clear sentence, quickly, and builds nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from models import errors, file, findings, line

import bpmn
from bpmn import parser
from bpmn.errors import DeploymentInvalid
from bpmn.xml import Limits, local, read

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    "<lolz>&c;</lolz>"
)
XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
HOSTILE = {
    "doctype": LAUGHS.encode(),
    "file-too-large": b"<a>" + b" " * (9 * 1024 * 1024) + b"</a>",
    "too-deep": b"<a>" * 10_000 + b"</a>" * 10_000,
    "too-many-elements": b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "not-well-formed": b"<a><b></a>",
    "nul-byte": b"<a>\x00</a>",
    "bad-encoding": b"<a>\xff\xfe\xfd</a>",
    "unknown-encoding": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "empty-file": b"  \n",
    "too-many-attributes": ("<a " + " ".join(f'x{n}="1"' for n in range(300)) + "/>").encode(),
}


@pytest.mark.parametrize("code", sorted(HOSTILE))
def test_hostile_file_is_refused_with_its_own_sentence(code: str) -> None:
    """
    Every kind of hostile file has its own finding with a remedy.
    """
    with pytest.raises(DeploymentInvalid) as caught:
        read(HOSTILE[code], file="x.bpmn")

    (finding,) = caught.value.findings
    assert (finding.code, finding.file) == (code, "x.bpmn")
    assert finding.remedy


def test_external_entity_is_never_fetched() -> None:
    """
    A file that wants to read another is refused at its DOCTYPE.
    """
    with pytest.raises(DeploymentInvalid) as caught:
        read(XXE.encode())

    assert caught.value.findings[0].code == "doctype"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "gbk", "big5"])
def test_declared_encodings_are_read(encoding: str) -> None:
    """
    Files of Chinese tools come in many encodings; a name survives each.
    """
    data = f'<?xml version="1.0" encoding="{encoding}"?><a n="調解"/>'.encode(encoding)

    assert read(data).get("n") == "調解"


def test_utf8_that_calls_itself_utf16_is_read() -> None:
    """
    An editor re-saved the file as UTF-8 and left the declaration alone.
    """
    assert local(read(b'<?xml version="1.0" encoding="UTF-16"?><a/>')) == "a"


def test_limits_can_be_set() -> None:
    """
    Whoever reads decides how much.
    """
    with pytest.raises(DeploymentInvalid):
        read(b"<a><b><c/></b></a>", limits=Limits(depth=2))


@pytest.mark.parametrize(
    "data",
    [
        b"<html/>",
        b"<definitions/>",
        b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>',
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    ],
)
def test_wrong_root_is_not_bpmn(data: bytes) -> None:
    """
    Another document, no namespace, the beta namespace and DMN are each told apart from BPMN.
    """
    assert errors(data) == {"not-bpmn"}


def test_script_in_a_name_stays_text() -> None:
    """
    Markup in a name is a name; it is not executed, and it is kept as it is.
    """
    name = "&lt;script&gt;alert(1)&lt;/script&gt;"

    definition = parser.parse({"m.bpmn": file(line(f'<userTask id="u" name="{name}"/>'))})

    assert definition.elements["u"].name == "<script>alert(1)</script>"


def test_dangling_data_object_in_a_subprocess_is_refused() -> None:
    """
    The one-kilobyte file that makes the library's own parser loop for ever is refused at its reference.
    """
    inner = '<dataObjectReference id="r" dataObjectRef="gone"/><startEvent id="is"/><endEvent id="ie"/>'
    inner += '<sequenceFlow id="if" sourceRef="is" targetRef="ie"/>'

    assert "dangling-reference" in errors(file(line(f'<subProcess id="sub">{inner}</subProcess>')))


def test_every_fault_is_told_at_once() -> None:
    """
    Two faults in one file are two findings.
    """
    body = line('<callActivity id="c"/>', '<scriptTask id="t"/>')

    assert {"missing-call", "empty-script"} <= {one.code for one in findings(file(body))}


def test_what_was_examined_once_is_read_back_the_same() -> None:
    """
    Reading the canonical files of a definition, as every start of a process does, gives the definition that was deployed.
    """
    folder = Path(bpmn.__file__).parent / "library" / "joint-meeting"
    files = {
        path.name: path.read_bytes() for path in (*folder.glob("*.bpmn"), *folder.glob("decisions/*.dmn"))
    }
    deployed = parser.parse(files)

    again = parser.reread({**deployed.files, **deployed.decisions}, process_id=deployed.key)

    assert replace(again, warnings=()) == replace(deployed, warnings=())
