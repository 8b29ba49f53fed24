"""Elements that the engine cannot run, and elements that BPMN does not have: refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, child, children, is_bpmn, is_true, label
from bpmn.model import Finding
from bpmn.vocabulary import (
    ACTIVITIES,
    ARTIFACTS,
    EVENT_DEFINITIONS,
    EVENTS,
    FLOW_ELEMENTS,
    FLOW_NODES,
    GATEWAYS,
    RESOURCE_ROLES,
)
from bpmn.xml import Element, local

_DRAW_TASKS: Final = "请改画成普通任务、网关和事件。"
REFUSED: Final = {
    "transaction": (
        "事务子流程需要补偿和取消机制，引擎不支持",
        "请改为普通子流程，取消时用错误边界事件引到补救任务。",
    ),
    "adHocSubProcess": (
        "即席子流程中任务的先后由人临时决定，引擎不支持",
        "请画明先后，或用包容网关让人选择要做的任务。",
    ),
    "complexGateway": ("复杂网关的激活条件没有统一含义，引擎不支持", "请改用排他、包容、并行网关的组合。"),
    "callChoreography": ("编排图不可执行", _DRAW_TASKS),
    "choreographyTask": ("编排图不可执行", _DRAW_TASKS),
    "subChoreography": ("编排图不可执行", _DRAW_TASKS),
    "choreography": ("编排图不可执行", "请改画成带流程的协作图。"),
    "globalChoreographyTask": ("编排图不可执行", "请改画成带流程的协作图。"),
    "implicitThrowEvent": ("隐式抛出事件只在复杂多实例中使用，引擎不支持", "请改用中间抛出事件。"),
    "complexBehaviorDefinition": ("复杂多实例行为引擎不支持", "请用完成条件或边界事件表达。"),
    "correlationSubscription": ("关联订阅引擎不支持", "请在消息上用 jf:correlationKey 写明关联键。"),
    "event": ("没有指明是哪种事件", "请改用开始、中间或结束事件。"),
    "partnerEntity": ("合作方定义不参与执行，引擎不读取", "请删去，或用泳池名称说明合作方。"),
    "cancelEventDefinition": ("取消事件只用于事务子流程，引擎不支持", "请改用错误事件，并画出补救任务。"),
    "compensateEventDefinition": ("补偿事件引擎不支持", "请用错误或消息事件引到画明的补救任务。"),
}  #: local name -> (reason, way out)
_OF_MARKER: Final = ("complexBehaviorDefinition", "implicitThrowEvent", "event")
#: Root elements and parts that document, declare or belong to the drawing: nothing to run.
_DECLARATIONS: Final = frozenset(
    [
        "category",
        "categoryValue",
        "categoryValueRef",
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
        "collaboration",
        "conversation",
        "conversationNode",
        "conversationAssociation",
        "conversationLink",
        "callConversation",
        "subConversation",
        "globalConversation",
        "correlationKey",
        "correlationProperty",
        "correlationPropertyRef",
        "correlationPropertyRetrievalExpression",
        "correlationPropertyBinding",
        "dataStore",
        "dataState",
        "endPoint",
        "error",
        "errorRef",
        "escalation",
        "eventDefinitionRef",
        "interface",
        "itemDefinition",
        "message",
        "messageFlow",
        "messageFlowAssociation",
        "messageFlowRef",
        "messagePath",
        "dataPath",
        "operation",
        "inMessageRef",
        "outMessageRef",
        "participant",
        "participantAssociation",
        "participantMultiplicity",
        "participantRef",
        "interfaceRef",
        "endPointRef",
        "innerParticipantRef",
        "outerParticipantRef",
        "innerConversationNodeRef",
        "outerConversationNodeRef",
        "innerMessageFlowRef",
        "outerMessageFlowRef",
        "partnerRole",
        "partnerEntityRef",
        "process",
        "resource",
        "resourceParameter",
        "resourceRef",
        "resourceParameterBinding",
        "resourceAssignmentExpression",
        "signal",
        "supportedInterfaceRef",
        "ioBinding",
        "supports",
        "text",
        "documentation",
        "extensionElements",
        "extension",
        "import",
        "relationship",
        "source",
        "target",
        "auditing",
        "monitoring",
        "incoming",
        "outgoing",
        "lane",
        "laneSet",
        "childLaneSet",
        "flowNodeRef",
        "partitionElement",
        "property",
        "ioSpecification",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "dataInputRefs",
        "dataOutputRefs",
        "inputSetRefs",
        "outputSetRefs",
        "optionalInputRefs",
        "optionalOutputRefs",
        "whileExecutingInputRefs",
        "whileExecutingOutputRefs",
        "dataInputAssociation",
        "dataOutputAssociation",
        "sourceRef",
        "targetRef",
        "assignment",
        "from",
        "to",
        "transformation",
        "expression",
        "formalExpression",
        "conditionExpression",
        "condition",
        "script",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "loopCardinality",
        "loopCondition",
        "completionCondition",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "outMessage",
        "activationCondition",
        "choreographyRef",
        "operationRef",
        "rendering",
        "definitions",
    ]
)
_KNOWN: Final = (
    FLOW_ELEMENTS
    | FLOW_NODES
    | ARTIFACTS
    | RESOURCE_ROLES
    | EVENT_DEFINITIONS
    | EVENTS
    | ACTIVITIES
    | GATEWAYS
) | _DECLARATIONS


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report unsupported and unknown elements, and extensions that must be understood."""
    for element in diagram.elements:
        name = local(element)
        if name in REFUSED:
            reason, remedy = REFUSED[name]
            shown = _shown(element)
            yield diagram.error(shown, "unsupported-element", f"{label(shown)}：{reason}。", remedy)
        elif name not in _KNOWN:
            yield diagram.error(
                element,
                "unknown-element",
                f"{label(element)}：BPMN 2.0 中没有 {name} 这种元素。",
                "请删去它，或改用标准元素。",
            )
        elif name == "extension" and is_true(element.get("mustUnderstand")):
            yield _must_understand(diagram, element)
    yield from _contents(diagram)


def _shown(element: Element) -> Element:
    """Return what people see of *element*: the event around a trigger, the activity around its marker."""
    for outer in element.iterancestors():
        if local(element) in EVENT_DEFINITIONS and is_bpmn(outer, *EVENTS):
            return outer
        if is_bpmn(outer, *ACTIVITIES) and local(element) in _OF_MARKER:
            return outer
    return element


def _must_understand(diagram: Diagram, element: Element) -> Finding:
    return diagram.error(
        element,
        "must-understand",
        f"模型声明必须理解扩展「{element.get('definition')}」，引擎不认识它。",
        "请在原工具中去掉该扩展后再导出。",
    )


def _contents(diagram: Diagram) -> Iterator[Finding]:
    if diagram.processes:
        return
    if child(diagram.root, "collaboration") is not None or children(
        diagram.root, "choreography", "conversation"
    ):
        message = "文件里只有协作、会话或编排的示意图，没有可以执行的流程。"
    else:
        message = "文件里没有流程。"
    yield diagram.error(None, "no-process", message, "请画出至少一个流程（process）后再上传。")
