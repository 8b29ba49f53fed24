"""
Models made for Camunda 7, Flowable and Activiti: one family, one set of attribute names in three namespaces.

Attributes and extension elements are looked up in two written-out tables; what is in neither is listed as not taken
over. Code (listeners, scripts, delegates for variables) is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bpmn.diagram import is_bpmn
from bpmn.dialects import camunda_calls, camunda_parameters, camunda_tasks
from bpmn.dialects.notes import Notes, set_extension
from bpmn.dialects.values import try_feel
from bpmn.vocabulary import BPMN
from bpmn.xml import Element, local, namespace

FAMILY: Final = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://eximeebpms.org/schema/1.0/bpmn": "eximeebpms",
}  #: namespace -> usual prefix

#: Settings about transactions, retries, history and screens: no effect on flow or data here.
_SETTINGS: Final = frozenset(
    [
        "async",
        "asyncBefore",
        "asyncAfter",
        "asyncLeave",
        "exclusive",
        "jobPriority",
        "taskPriority",
        "historyTimeToLive",
        "versionTag",
        "isStartableInTasklist",
        "candidateStarterGroups",
        "candidateStarterUsers",
        "failedJobRetryTimeCycle",
        "properties",
        "property",
        "modelerTemplate",
        "template",
        "modelerTemplateVersion",
        "modelerTemplateIcon",
        "diagramRelationId",
        "formHandlerClass",
        "category",
        "calledElementBinding",
        "calledElementVersionTag",
        "decisionRefBinding",
        "decisionRefVersionTag",
        "retries",
        "isEagerExecutionFetching",
        "enabledHistoryLevel",
        "formFieldValidation",
        "localization",
        "icon",
        "sameDeployment",
        "fallbackToDefaultTenant",
        "processInstanceName",
        "customProperties",
        "tasklist_name",
        "executionPlatform",
        "executionPlatformVersion",
        "deploymentId",
        "diagram",
        "color",
        "completeAsync",
    ]
)
#: Settings that change what happens, with the reason why we cannot follow.
_REFUSED: Final = {
    "executionListener": "带有执行监听器（代码），部署后不会被执行",
    "taskListener": "带有任务监听器（代码），部署后不会被执行",
    "eventListener": "带有事件监听器（代码），部署后不会被执行",
    "transactionDependentExecutionListener": "带有执行监听器（代码），部署后不会被执行",
    "skipExpression": "带有跳过条件 skipExpression，引擎不会按它跳过",
    "variableMappingClass": "变量映射由 Java 类完成，引擎不能执行",
    "variableMappingDelegateExpression": "变量映射由 Java 对象完成，引擎不能执行",
    "caseRef": "调用的是 CMMN 案例，引擎只能调用 BPMN 流程",
    "resource": "脚本或条件存放在外部文件中，引擎看不到它的内容",
    "script": "扩展中带有脚本（代码），引擎不能执行",
    "errorEventDefinition": "外部任务的错误由表达式判定，引擎不能执行",
    "mapException": "把 Java 异常映射为错误，引擎不能执行",
    "rules": "业务规则由 Drools 规则库执行，引擎没有规则库",
    "ruleVariablesInput": "业务规则由 Drools 规则库执行，引擎没有规则库",
    "businessCalendarName": "定时使用了原引擎的业务日历，引擎不能按它计算",
    "businessCalendar": "定时使用了原引擎的业务日历，引擎不能按它计算",
    "errorVariableName": "出错时要把错误存入变量，引擎不会设置该变量",
    "variableName": "条件事件限定了变量变更的触发范围，引擎会在每次数据变化后重新判断",
    "variableEvents": "条件事件限定了变量变更的触发范围，引擎会在每次数据变化后重新判断",
    "eventType": "使用了 Flowable 事件登记，引擎没有事件登记",
    "variableAggregation": "多实例结果由原引擎的变量汇总功能完成，引擎不能执行",
    "calledElementType": "被调用流程的类型由表达式决定，引擎不能执行",
    "triggerable": "服务任务执行后还要等待外部触发，引擎不等待",
}
_WAY_OUT: Final = "请删去该设置，把它要做的事画成任务、网关或事件。"

Handler = Callable[[Element, str, Notes], None]
Reader = Callable[[Element, Element, Notes], None]
_ATTRIBUTES: Final[dict[str, Handler]] = {**camunda_tasks.ATTRIBUTES, **camunda_calls.ATTRIBUTES}
_ELEMENTS: Final[dict[str, Reader]] = {
    **camunda_tasks.ELEMENTS,
    **camunda_calls.ELEMENTS,
    **camunda_parameters.ELEMENTS,
}


def translate(root: Element, notes: Notes) -> None:
    """Rewrite every attribute and extension element of the family under *root*, noting each."""
    for element in list(root.iter(f"{{{BPMN}}}*")):
        if is_bpmn(element, "extensionElements"):
            _entries(element, notes)
        else:
            _attributes(element, notes)


def _attributes(element: Element, notes: Notes) -> None:
    for key in list(element.attrib):
        name = str(key)
        uri, _, word = name[1:].partition("}") if name.startswith("{") else ("", "", name)
        if uri in FAMILY:
            value = str(element.attrib.pop(key)).strip()
            _attribute(element, FAMILY[uri], word, value, notes)


def _attribute(element: Element, prefix: str, word: str, value: str, notes: Notes) -> None:
    if handler := _ATTRIBUTES.get(word):
        handler(element, value, notes)
    elif word in _REFUSED:
        notes.refused(element, "vendor-feature-refused", f"{_REFUSED[word]}（{prefix}:{word}）。", _WAY_OUT)
    elif word == "collection":
        _collection(element, value, notes)
    elif word == "elementVariable":
        set_extension(element, "element", value)
    elif word in _SETTINGS:
        notes.noted(element, f"{prefix}:{word}", f"{prefix}:{word} 是原引擎的运行设置，本引擎有自己的做法。")
    else:
        _not_taken(element, f"{prefix}:{word}", notes)


def _collection(element: Element, value: str, notes: Notes) -> None:
    # Plain text is the name of a variable here, not a string.
    if feel := try_feel(notes, element, "多实例集合", value, literal=False):
        set_extension(element, "collection", f"={feel}")
        notes.understood(element, f"多实例集合「{value}」。")


def _entries(holder: Element, notes: Notes) -> None:
    owner = holder.getparent()
    assert owner is not None, "extensionElements always sits inside an element"
    for entry in list(holder):
        prefix = FAMILY.get(namespace(entry)) if isinstance(entry.tag, str) else None
        if prefix:
            _entry(owner, entry, prefix, notes)
            holder.remove(entry)
    if len(holder) == 0:
        owner.remove(holder)


def _entry(owner: Element, entry: Element, prefix: str, notes: Notes) -> None:
    word = local(entry)
    if reader := _ELEMENTS.get(word):
        reader(owner, entry, notes)
    elif word in _REFUSED:
        code = "vendor-listener" if word.endswith("istener") else "vendor-feature-refused"
        notes.refused(owner, code, f"{_REFUSED[word]}（{prefix}:{word}）。", _WAY_OUT)
    elif word in _SETTINGS:
        notes.noted(owner, f"{prefix}:{word}", f"{prefix}:{word} 是原引擎的运行设置，本引擎有自己的做法。")
    else:
        _not_taken(owner, f"{prefix}:{word}", notes)


def _not_taken(element: Element, name: str, notes: Notes) -> None:
    notes.unused(
        element,
        "vendor-feature",
        f"扩展 {name} 未被采用。",
        "请核对该设置是否影响办理；如影响，请用本系统的方式重新表达。",
    )


def is_used(root: Element) -> bool:
    """Whether the file declares a namespace of the family and none of Camunda 8."""
    spaces = {
        str(uri) for element in root.iter() if isinstance(element.tag, str) for uri in element.nsmap.values()
    }
    return bool(spaces & FAMILY.keys()) and "http://camunda.org/schema/zeebe/1.0" not in spaces
