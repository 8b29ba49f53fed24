"""
Models made for Camunda 8: the ``zeebe:`` extension elements, whose expressions are FEEL already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bpmn.diagram import child, event_definitions
from bpmn.dialects.notes import Notes, add_extension, has_target, set_extension
from bpmn.dialects.values import constant, words
from bpmn.vocabulary import BPMN, JF
from bpmn.xml import Element, local, namespace

ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
_JOB_ELEMENTS: Final = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask", "userTask")


def translate(root: Element, notes: Notes) -> None:
    """Rewrite every ``zeebe:`` element under *root* in our own words, noting each."""
    for holder in list(root.iter(f"{{{BPMN}}}extensionElements")):
        owner = holder.getparent()
        if owner is None:
            continue
        for entry in [one for one in holder if isinstance(one.tag, str) and namespace(one) == ZEEBE]:
            _HANDLERS.get(local(entry), _unknown)(owner, entry, notes)
            holder.remove(entry)
        if len(holder) == 0:
            owner.remove(holder)


def _unknown(owner: Element, entry: Element, notes: Notes) -> None:
    notes.unused(
        owner,
        "vendor-feature",
        f"Camunda 8 的扩展 zeebe:{local(entry)} 未被采用。",
        "请核对该设置是否影响办理；如影响，请用本系统的方式重新表达。",
    )


def _task(owner: Element, entry: Element, notes: Notes) -> None:
    kind = constant((entry.get("type") or "").strip())
    if kind.startswith("="):
        notes.refused(
            owner,
            "dynamic-job-type",
            f"作业类型是表达式「{kind[:80]}」，部署时无法知道由谁处理。",
            "请改为固定的作业类型，需要时用排他网关分开。",
        )
    elif local(owner) in _JOB_ELEMENTS:
        _as_job(owner, kind, notes)
    else:
        _as_throw(owner, kind, notes)


def _as_job(owner: Element, kind: str, notes: Notes) -> None:
    if local(owner) == "scriptTask":
        owner.tag = f"{{{BPMN}}}serviceTask"
    set_extension(owner, "operation", kind)
    notes.understood(owner, f"作业类型「{kind}」。")


def _as_throw(owner: Element, kind: str, notes: Notes) -> None:
    """A message event that is worked on by a job: here the message simply leaves the instance."""
    definition = next(
        (one for one in event_definitions(owner) if local(one) == "messageEventDefinition"), None
    )
    if definition is None:
        notes.refused(
            owner, "job-on-event", "该事件要求由作业处理，本引擎的这种事件不等待作业。", "请改用服务任务。"
        )
        return
    notes.understood(owner, f"抛出消息（原作业类型「{kind}」）；引擎发出消息后即继续，不等待发送结果。")
    if definition.get("messageRef") is None:
        add_message(owner, definition, kind)


def add_message(owner: Element, definition: Element, name: str) -> None:
    """Give a message event without a message one of its own, called *name*."""
    root = owner.getroottree().getroot()
    identifier = f"{owner.get('id')}_message"
    message = root.makeelement(f"{{{BPMN}}}message", {"id": identifier, "name": name})
    root.insert(0, message)
    definition.set("messageRef", identifier)


def _mapping(owner: Element, entry: Element, notes: Notes) -> None:
    for one in entry:
        if isinstance(one.tag, str) and local(one) in ("input", "output"):
            _mapped(owner, local(one), one.get("source") or "", one.get("target") or "", notes)


def _mapped(owner: Element, kind: str, source: str, target: str, notes: Notes) -> None:
    if not has_target(owner, kind, target):
        # Without "=" Camunda 8 reads a static string.
        value = source if source.startswith("=") else f'="{source}"' if source else "=null"
        add_extension(owner, kind, target=target, source=value)
        word = "输入" if kind == "input" else "输出"
        notes.understood(owner, f"{word}映射 {target} ← {source[:80]}。")


def _headers(owner: Element, entry: Element, notes: Notes) -> None:
    for one in entry:
        if (
            isinstance(one.tag, str)
            and one.get("key")
            and not has_target(owner, "input", one.get("key") or "")
        ):
            text = (one.get("value") or "").replace("\\", "\\\\").replace('"', '\\"')
            add_extension(owner, "input", target=one.get("key") or "", source=f'="{text}"')
            notes.understood(owner, f"任务头「{one.get('key')}」作为作业参数。")


def _assignment(owner: Element, entry: Element, notes: Notes) -> None:
    if assignee := entry.get("assignee"):
        set_extension(owner, "assignee", assignee if assignee.startswith("=") else f'="{assignee}"')
        notes.understood(owner, f"办理人「{assignee}」。")
    for name, text in (
        ("candidateGroups", entry.get("candidateGroups")),
        ("candidateUsers", entry.get("candidateUsers")),
    ):
        if text:
            candidates(owner, name, text, notes)


def candidates(owner: Element, name: str, text: str, notes: Notes) -> None:
    """Take over literal candidate groups as roles; warn about users and expressions, which roles cannot hold."""
    fixed = not (text.startswith("=") or "${" in text or "#{" in text or "[" in text)
    if name == "candidateGroups" and fixed:
        set_extension(owner, "roles", words(text))
        notes.understood(owner, f"候选组「{text}」作为角色。")
        return
    word = "候选组" if name == "candidateGroups" else "候选人"
    notes.unused(
        owner,
        "candidates-not-imported",
        f"{word}「{text[:80]}」未被采用。",
        "请用 jf:roles 写明角色，或用 jf:assignee 指定办理人。",
    )


def _schedule(owner: Element, entry: Element, notes: Notes) -> None:
    for name, word in (("dueDate", "到期时间"), ("followUpDate", "跟进时间")):
        if text := entry.get(name):
            notes.unused(
                owner,
                "due-date-not-imported",
                f"{word}「{text[:80]}」未被采用。",
                "请用 jf:deadline 写明期限，或加边界定时事件。",
            )


def _priority(owner: Element, entry: Element, notes: Notes) -> None:
    set_extension(owner, "priority", entry.get("priority") or "")
    notes.understood(owner, f"优先级「{entry.get('priority')}」。")


def _form(owner: Element, entry: Element, notes: Notes) -> None:
    key = entry.get("formId") or entry.get("formKey") or entry.get("externalReference") or ""
    if key.startswith("="):
        notes.unused(
            owner, "form-not-imported", f"表单标识「{key[:80]}」是表达式，未被采用。", "请写固定的表单名。"
        )
    elif key:
        set_extension(owner, "form", key.removeprefix("camunda-forms:bpmn:"))
        notes.understood(owner, f"表单「{key}」。")


def _called(owner: Element, entry: Element, notes: Notes) -> None:
    target = constant((entry.get("processId") or "").strip())
    if target.startswith("="):
        notes.refused(
            owner,
            "dynamic-call",
            f"被调用流程是表达式「{target[:80]}」。",
            "请写固定的流程标识，需要时用排他网关分开。",
        )
        owner.set("calledElement", "")
        return
    owner.set("calledElement", target)
    notes.understood(owner, f"调用流程「{target}」。")
    for attribute, everything in (
        ("propagateAllParentVariables", "allIn"),
        ("propagateAllChildVariables", "allOut"),
    ):
        if entry.get(attribute) == "false":
            owner.set(
                f"{{{JF}}}{everything}", "false"
            )  # read by camunda_calls.close_calls once the mappings are known
        else:
            add_extension(owner, everything)


def _decision(owner: Element, entry: Element, notes: Notes) -> None:
    decision = constant((entry.get("decisionId") or "").strip())
    if decision.startswith("="):
        notes.refused(
            owner, "dynamic-decision", f"决策标识是表达式「{decision[:80]}」。", "请写固定的决策标识。"
        )
        return
    set_extension(owner, "decision", decision)
    set_extension(owner, "result", entry.get("resultVariable") or "")
    notes.understood(owner, f"决策「{decision}」，结果存入「{entry.get('resultVariable')}」。")


def _script(owner: Element, entry: Element, notes: Notes) -> None:
    expression, result = (
        (entry.get("expression") or "").strip().removeprefix("="),
        entry.get("resultVariable") or "",
    )
    script = child(owner, "script")
    if script is None:
        script = root_element(owner, "script")
        owner.append(script)
    script.text = f"{result} = {expression.strip()}"
    owner.attrib.pop("scriptFormat", "")
    notes.understood(owner, f"FEEL 脚本，结果存入「{result}」。")


def root_element(owner: Element, name: str) -> Element:
    """Return a new BPMN element, not yet in the tree."""
    return owner.makeelement(f"{{{BPMN}}}{name}", {})


def _loop(owner: Element, entry: Element, notes: Notes) -> None:
    for attribute, name in (("inputCollection", "collection"), ("outputElement", "outputElement")):
        if text := entry.get(attribute):
            set_extension(owner, name, text if text.startswith("=") else f"={text}")
    for attribute, name in (("inputElement", "element"), ("outputCollection", "outputCollection")):
        if text := entry.get(attribute):
            set_extension(owner, name, text)
    notes.understood(owner, f"多实例集合「{entry.get('inputCollection')}」。")


def _subscription(owner: Element, entry: Element, notes: Notes) -> None:
    if key := entry.get("correlationKey"):
        set_extension(owner, "correlationKey", key if key.startswith("=") else f'="{key}"')
        notes.understood(owner, f"消息关联键「{key}」。")


def _listener(owner: Element, entry: Element, notes: Notes) -> None:
    notes.refused(
        owner,
        "vendor-listener",
        f"带有监听器 zeebe:{local(entry)}，部署后不会被执行。",
        "请删去监听器，把它做的事画成服务任务。",
    )


def _setting(owner: Element, entry: Element, notes: Notes) -> None:
    notes.noted(
        owner, f"zeebe:{local(entry)}", f"Camunda 8 的设置 zeebe:{local(entry)} 不影响执行，予以保留说明。"
    )


def _user_form(owner: Element, entry: Element, notes: Notes) -> None:
    notes.unused(
        owner,
        "form-not-imported",
        f"内嵌表单「{entry.get('id') or ''}」没有作为表单部署。",
        "请把表单另存为 forms 文件夹中的 json 文件。",
    )


_HANDLERS: Final[dict[str, Callable[[Element, Element, Notes], None]]] = {
    "taskDefinition": _task,
    "ioMapping": _mapping,
    "taskHeaders": _headers,
    "assignmentDefinition": _assignment,
    "taskSchedule": _schedule,
    "priorityDefinition": _priority,
    "formDefinition": _form,
    "userTaskForm": _user_form,
    "calledElement": _called,
    "calledDecision": _decision,
    "script": _script,
    "loopCharacteristics": _loop,
    "subscription": _subscription,
    "executionListeners": _listener,
    "taskListeners": _listener,
    "userTask": _setting,
    "properties": _setting,
    "versionTag": _setting,
}
