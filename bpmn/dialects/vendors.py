"""
Everything else that other tools write: listed by vendor, never silently dropped.

Signavio, Bizagi, bpmn.io, Adonis, Visio and others keep colours, layout and documentation in namespaces of their own;
none of that is executed by the tool that wrote it either. What an execution engine unknown to us means by its
extensions we cannot know, so it is a warning; code that it would run is refused.
"""

from __future__ import annotations

from typing import Final

from bpmn.diagram import is_bpmn
from bpmn.dialects.notes import Notes
from bpmn.vocabulary import BPMN, DRAWING, JF, XSI
from bpmn.xml import Element, local, namespace, text_of

_PAPER: Final = (
    "signavio", "bizagi", "bpmn.io", "adonis", "boc-group", "visio", "microsoft", "yaoqiang", "modelio", "sparx",
    "trisotech", "cawemo", "camunda.org/schema/modeler", "omg.org/spec/bpmn/non-normative", "aris", "lucid", "draw.io",
    "cardanit", "bpmn-modeler", "mid.de", "innovator", "xsi", "w3.org", "oryx", "apromore", "ibm.com/xmlns/prod/bw", "process.gg",
)  # fmt: skip
_ENGINES: Final = (
    "drools", "jboss", "jbpm", "bonita", "oracle", "spiffworkflow", "imixs", "intalio", "sap.com", "pega", "appian",
    "flowable", "activiti", "camunda", "ibm.com", "tibco", "stardust",
)  # fmt: skip
_SCRIPTS: Final = ("preScript", "postScript", "onEntry-script", "onExit-script")


def translate(root: Element, notes: Notes) -> None:
    """List every foreign namespace that is still used on or inside BPMN elements."""
    for element in root.iter(f"{{{BPMN}}}*"):
        for name in element.attrib:
            if str(name).startswith("{"):
                _vendor(element, str(name)[1:].partition("}")[0], notes)
        for inner in element:
            if isinstance(inner.tag, str):
                _code(element, inner, notes)
                _vendor(element, namespace(inner), notes)


def _code(holder: Element, inner: Element, notes: Notes) -> None:
    """SpiffWorkflow and jBPM run code when a task begins or ends; what it changes would be missing here."""
    if local(inner) in _SCRIPTS and namespace(inner) != BPMN and text_of(inner):
        owner = holder.getparent() if is_bpmn(holder, "extensionElements") else holder
        notes.refused(
            holder if owner is None else owner,
            "vendor-listener",
            f"带有进入或离开时执行的代码（{local(inner)}），部署后不会被执行。",
            "请删去该代码，把它要做的事画成脚本任务或服务任务。",
        )


def _vendor(element: Element, uri: str, notes: Notes) -> None:
    if not uri or uri in (BPMN, JF, XSI) or uri in DRAWING:
        return
    lowered = uri.lower()
    if any(word in lowered for word in _PAPER) or not any(word in lowered for word in _ENGINES):
        notes.noted(element, uri, f"模型带有其他工具的附加信息（{uri}），不参与执行。")
    elif uri not in notes.engines:
        notes.engines.add(uri)
        notes.unused(
            element,
            "vendor-feature",
            f"模型带有其他引擎的扩展（{uri}），未被采用。",
            "请核对这些扩展是否影响办理；如影响，请用本系统的方式重新表达。",
        )
