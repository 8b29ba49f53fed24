"""Camunda 7 family: who does a task, with which form, and what a service or rule task calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bpmn.diagram import event_definitions, is_bpmn
from bpmn.dialects import camunda_parameters, juel
from bpmn.dialects.notes import Notes, add_extension, has_target, set_extension
from bpmn.dialects.values import constant, try_feel
from bpmn.dialects.zeebe import add_message, candidates
from bpmn.vocabulary import ACTIVITIES, BPMN, TASKS, THROW_EVENTS
from bpmn.xml import Element, local, text_of

_JOBS: Final = ("serviceTask", "sendTask", "businessRuleTask")
_WITH_FORMS: Final = ("userTask", "manualTask", "task", "startEvent")


def _assignee(owner: Element, value: str, notes: Notes) -> None:
    if local(owner) not in TASKS:
        _meaningless(owner, f"办理人「{value}」", notes)
    elif value and (feel := try_feel(notes, owner, "办理人", value, literal=True)):
        set_extension(owner, "assignee", f"={feel}")
        notes.understood(owner, f"办理人「{value}」。")


def _meaningless(owner: Element, what: str, notes: Notes) -> None:
    notes.unused(owner, "vendor-feature", f"{what}在这里没有意义，未被采用。", "请核对它所在的元素。")


def _groups(owner: Element, value: str, notes: Notes) -> None:
    candidates(owner, "candidateGroups", value, notes)


def _users(owner: Element, value: str, notes: Notes) -> None:
    candidates(owner, "candidateUsers", value, notes)


def _due(owner: Element, value: str, notes: Notes) -> None:
    notes.unused(
        owner,
        "due-date-not-imported",
        f"到期时间「{value[:80]}」未被采用。",
        "请用 jf:deadline 写明期限，或加边界定时事件。",
    )


def _priority(owner: Element, value: str, notes: Notes) -> None:
    set_extension(owner, "priority", value)
    notes.understood(owner, f"优先级「{value}」。")


def _form(owner: Element, value: str, notes: Notes) -> None:
    if local(owner) not in _WITH_FORMS:
        _meaningless(owner, f"表单「{value[:80]}」", notes)
    elif juel.is_juel(value):
        notes.unused(
            owner, "form-not-imported", f"表单标识「{value[:80]}」是表达式，未被采用。", "请写固定的表单名。"
        )
    elif value:
        key = value.rpartition(":")[2].rpartition("/")[2].removesuffix(".html").removesuffix(".form")
        set_extension(owner, "form", key)
        notes.understood(owner, f"表单「{value}」。")


def _initiator(owner: Element, value: str, notes: Notes) -> None:
    notes.unused(
        owner,
        "initiator-not-imported",
        f"发起人变量「{value}」不会自动设置。",
        "请在启动时把发起人作为变量传入。",
    )


def _job(word: str) -> Callable[[Element, str, Notes], None]:
    def handle(owner: Element, value: str, notes: Notes) -> None:
        _operation(owner, word, value, notes)

    return handle


def _operation(owner: Element, word: str, value: str, notes: Notes) -> None:
    name = _inside(value)
    if is_bpmn(owner, "messageEventDefinition"):
        _message_job(owner, name, notes)
    elif local(owner) in _JOBS:
        set_extension(owner, "operation", name)
        notes.understood(owner, f"{word}「{value[:80]}」作为作业类型「{name[:80]}」，由同名处理程序完成。")
    elif local(owner) in ACTIVITIES:
        _meaningless(owner, f"{word}「{value[:80]}」", notes)


def _message_job(definition: Element, name: str, notes: Notes) -> None:
    event = definition.getparent()
    if event is None:
        return
    notes.understood(event, f"抛出消息（原作业「{name}」）；引擎发出消息后即继续，不等待发送结果。")
    if definition.get("messageRef") is None:
        add_message(event, definition, name)


def _inside(value: str) -> str:
    """``${mailer}`` names the bean ``mailer``: take what stands between the brackets."""
    text = value.strip()
    whole = text[:2] in ("${", "#{") and text.endswith("}") and text.count("{") == 1
    return " ".join((text[2:-1] if whole else text).split())


def _type(owner: Element, value: str, notes: Notes) -> None:
    if is_bpmn(owner, "messageEventDefinition"):
        return
    if value not in ("external", "external-worker", "dmn"):
        _operation(owner, "任务类型", value, notes)


def _result(owner: Element, value: str, notes: Notes) -> None:
    if local(owner) not in (*_JOBS, "scriptTask"):
        _meaningless(owner, f"结果变量「{value[:80]}」", notes)
        return
    set_extension(owner, "result", value)
    notes.understood(owner, f"结果存入变量「{value}」。")


def _decision(owner: Element, value: str, notes: Notes) -> None:
    value = constant(value)
    if juel.is_juel(value):
        notes.refused(
            owner, "dynamic-decision", f"决策标识是表达式「{value[:80]}」。", "请写固定的决策标识。"
        )
        return
    set_extension(owner, "decision", value)
    notes.understood(owner, f"决策「{value}」。")


def _mapped_result(owner: Element, value: str, notes: Notes) -> None:
    if value in ("singleEntry", "singleResult"):
        notes.understood(owner, f"决策结果按 {value} 取值。")
        return
    notes.unused(
        owner,
        "decision-result-shape",
        f"决策结果要求按 {value} 组成列表；本引擎按决策表的命中策略给出结果。",
        "请核对后续条件中读取结果的方式。",
    )


def _caught(name: str) -> Callable[[Element, str, Notes], None]:
    def handle(definition: Element, value: str, notes: Notes) -> None:
        event = definition.getparent()
        if event is not None and value:
            set_extension(event, name, value)
            what = "代码" if name == "codeVariable" else "说明"
            notes.understood(event, f"捕获时把{what}存入变量「{value[:80]}」。")

    return handle


def _field(owner: Element, entry: Element, notes: Notes) -> None:
    """Flowable and Activiti hand parameters to a delegate as fields; one that sends a message carries them in it."""
    name = entry.get("name") or ""
    event = owner.getparent()
    if is_bpmn(owner, "messageEventDefinition") and event is not None:
        owner = event
    if local(owner) not in ACTIVITIES | THROW_EVENTS:
        _meaningless(owner, f"参数「{name}」", notes)
        return
    text = entry.get("stringValue") or entry.get("expression") or text_of(entry)
    if name == "decisionTableReferenceKey":
        owner.tag = f"{{{BPMN}}}businessRuleTask"
        _decision(owner, text, notes)
    elif not has_target(owner, "input", name) and (
        feel := try_feel(notes, owner, f"参数 {name}", text, literal=True)
    ):
        add_extension(owner, "input", target=name, source=f"={feel}")
        notes.understood(owner, f"参数「{name}」。")


def _form_data(owner: Element, entry: Element, notes: Notes) -> None:
    notes.unused(
        owner,
        "form-not-imported",
        "内嵌的表单字段没有成为表单。",
        "请在表单设计中建立表单，并用 jf:form 写上它的名称。",
    )


def _connector(owner: Element, entry: Element, notes: Notes) -> None:
    name = next((text_of(one) for one in entry if local(one) == "connectorId"), "")
    target = owner if local(owner) in ACTIVITIES else None
    if target is None:
        definition = next(
            (one for one in event_definitions(owner) if local(one) == "messageEventDefinition"), owner
        )
        _message_job(definition, name or "connector", notes)
        return
    _operation(target, "连接器", name or "connector", notes)
    for block in entry:
        if local(block) == "inputOutput":
            camunda_parameters.read(target, block, notes, is_connector=True)


ATTRIBUTES: Final[dict[str, Callable[[Element, str, Notes], None]]] = {
    "assignee": _assignee,
    "candidateGroups": _groups,
    "candidateUsers": _users,
    "dueDate": _due,
    "followUpDate": _due,
    "priority": _priority,
    "formKey": _form,
    "formRef": _form,
    "formReference": _form,
    "formRefBinding": lambda owner, value, notes: None,
    "formRefVersion": lambda owner, value, notes: None,
    "initiator": _initiator,
    "class": _job("Java 类"),
    "delegateExpression": _job("委托对象"),
    "expression": _job("表达式"),
    "topic": _job("外部任务主题"),
    "type": _type,
    "operationRef": _job("操作"),
    "resultVariable": _result,
    "resultVariableName": _result,
    "decisionRef": _decision,
    "mapDecisionResult": _mapped_result,
    "errorCodeVariable": _caught("codeVariable"),
    "errorMessageVariable": _caught("messageVariable"),
    "escalationCodeVariable": _caught("codeVariable"),
}  #: attribute -> how it is taken over

ELEMENTS: Final[dict[str, Callable[[Element, Element, Notes], None]]] = {
    "field": _field,
    "formData": _form_data,
    "formProperty": _form_data,
    "connector": _connector,
}  #: extension element -> how it is taken over
