"""
The words of BPMN 2.0: namespaces, sets of element names, and what they are called in Chinese.

Everything here is data of the standard (OMG formal/2011-01-03, clauses 8 and 10) or of our own namespace;
what the engine can or cannot run is decided in ``bpmn.lint``.
"""

from __future__ import annotations

from typing import Final

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
OMGDI: Final = "http://www.omg.org/spec/DD/20100524/DI"
OMGDC: Final = "http://www.omg.org/spec/DD/20100524/DC"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
JF: Final = "urn:jingfa:bpmn:1"
DRAWING: Final = frozenset({BPMNDI, OMGDI, OMGDC})

TASKS: Final = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
SUBPROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES: Final = TASKS | SUBPROCESSES | {"callActivity"}
CATCH_EVENTS: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROW_EVENTS: Final = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS: Final = CATCH_EVENTS | THROW_EVENTS
GATEWAYS: Final = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"}
)
FLOW_NODES: Final = ACTIVITIES | EVENTS | GATEWAYS
FLOW_ELEMENTS: Final = FLOW_NODES | {
    "sequenceFlow",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "callChoreography",
    "choreographyTask",
    "subChoreography",
    "implicitThrowEvent",
    "event",
}
ARTIFACTS: Final = frozenset({"association", "group", "textAnnotation", "artifact"})
RESOURCE_ROLES: Final = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})
EVENT_DEFINITIONS: Final = frozenset(
    {
        "cancelEventDefinition",
        "compensateEventDefinition",
        "conditionalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "linkEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "terminateEventDefinition",
        "timerEventDefinition",
    }
)
SCOPES: Final = SUBPROCESSES | {"process"}

CHINESE: Final = {
    "definitions": "模型",
    "process": "流程",
    "collaboration": "协作图",
    "participant": "泳池",
    "lane": "泳道",
    "laneSet": "泳道组",
    "task": "任务",
    "userTask": "用户任务",
    "manualTask": "人工任务",
    "serviceTask": "服务任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "scriptTask": "脚本任务",
    "businessRuleTask": "业务规则任务",
    "subProcess": "子流程",
    "transaction": "事务子流程",
    "adHocSubProcess": "即席子流程",
    "callActivity": "调用活动",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
    "exclusiveGateway": "排他网关",
    "inclusiveGateway": "包容网关",
    "parallelGateway": "并行网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
    "sequenceFlow": "顺序流",
    "messageFlow": "消息流",
    "dataObject": "数据对象",
    "dataObjectReference": "数据对象引用",
    "dataStore": "数据存储",
    "dataStoreReference": "数据存储引用",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "cancelEventDefinition": "取消事件",
    "compensateEventDefinition": "补偿事件",
    "conditionalEventDefinition": "条件事件",
    "errorEventDefinition": "错误事件",
    "escalationEventDefinition": "升级事件",
    "linkEventDefinition": "链接事件",
    "messageEventDefinition": "消息事件",
    "signalEventDefinition": "信号事件",
    "terminateEventDefinition": "终止事件",
    "timerEventDefinition": "定时事件",
    "multiInstanceLoopCharacteristics": "多实例",
    "standardLoopCharacteristics": "标准循环",
    "ioSpecification": "输入输出规范",
    "dataInputAssociation": "输入数据关联",
    "dataOutputAssociation": "输出数据关联",
    "choreography": "编排图",
    "globalChoreographyTask": "全局编排任务",
    "conversation": "会话",
    "conversationLink": "会话连线",
    "subConversation": "子会话",
    "callConversation": "调用会话",
    "globalConversation": "全局会话",
    "correlationKey": "关联键",
    "correlationProperty": "关联属性",
    "correlationSubscription": "关联订阅",
    "resource": "资源",
    "partnerRole": "合作方角色",
    "partnerEntity": "合作方",
    "interface": "服务接口",
    "endPoint": "服务端点",
    "globalTask": "全局任务",
    "globalUserTask": "全局用户任务",
    "globalManualTask": "全局人工任务",
    "globalScriptTask": "全局脚本任务",
    "globalBusinessRuleTask": "全局业务规则任务",
    "import": "外部导入",
    "property": "属性",
    "auditing": "审计设置",
    "monitoring": "监控设置",
    "relationship": "模型关系",
}  #: BPMN local name -> what a person at a police station or justice office calls it


def chinese(name: str) -> str:
    """
    Return the Chinese name of a BPMN element, or the local name itself where it has none.

    >>> chinese("userTask")
    '用户任务'
    """
    return CHINESE.get(name, name)
