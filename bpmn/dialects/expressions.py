"""
Every place where BPMN itself holds an expression: the language is checked and ``${…}`` becomes FEEL.

After this step such a text is FEEL (with a leading ``=``, or as it was written) or ISO 8601.
"""

from __future__ import annotations

import re
from typing import Final

from bpmn.diagram import child, extension
from bpmn.dialects import juel
from bpmn.dialects.notes import Notes
from bpmn.dialects.values import try_feel
from bpmn.vocabulary import BPMN, JF
from bpmn.xml import Element, local, text_of

#: BPMN elements that hold an expression, and what it is for
WHERE: Final = {
    "conditionExpression": "条件",
    "condition": "条件",
    "timeDate": "定时日期",
    "timeDuration": "定时时长",
    "timeCycle": "定时周期",
    "loopCardinality": "多实例数量",
    "completionCondition": "完成条件",
    "loopCondition": "循环条件",
    "activationCondition": "激活条件",
    "from": "赋值来源",
    "transformation": "数据转换",
    "messagePath": "关联路径",
    "dataPath": "关联路径",
}
#: The standard's names of the multi-instance counters; the engine uses the shorter ones that most tools use.
_COUNTERS: Final = re.compile(r"\bnumberOf(?=(?:Active|Completed|Terminated)?Instances\b)")
#: Languages that mean FEEL or may be read as FEEL; XPath is what many tools write without meaning it.
_LANGUAGES: Final = frozenset({"", "feel", "juel", "uel", "el", "none", "text/plain"})
_SCRIPT_FORMATS: Final = frozenset({"", "feel", "juel", "text/plain"})


def is_feel(language: str) -> bool:
    """
    Whether a language attribute names FEEL or a language whose plain expressions are read as FEEL.

    >>> is_feel("https://www.omg.org/spec/DMN/20191111/FEEL/"), is_feel("javascript")
    (True, False)
    """
    word = language.strip().lower()
    return word in _LANGUAGES or "feel" in word or word.startswith("http://www.w3.org/") and "xpath" in word


def translate(root: Element, notes: Notes) -> None:
    """Rewrite the expressions of *root* in place."""
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) in WHERE:
            _expression(element, notes)
        elif local(element) == "scriptTask":
            _script(element, notes)


def _expression(element: Element, notes: Notes) -> None:
    text, what = text_of(element), WHERE[local(element)]
    language = element.get("language") or ""
    if local(element) in ("messagePath", "dataPath"):
        return
    if not is_feel(language) and not text.startswith("="):
        _foreign(_owner(element), what, language, notes)
    elif local(element) == "completionCondition" and _COUNTERS.search(text):
        _write(element, _COUNTERS.sub("nrOf", text))
        _expression(element, notes)
    elif juel.is_juel(text) and not text.startswith("="):
        _translated(element, what, text, notes)
    elif (
        local(element) in ("timeDate", "timeDuration", "timeCycle", "loopCardinality")
        and text != element.text
    ):
        _write(element, text)


def _foreign(owner: Element, what: str, language: str, notes: Notes) -> None:
    notes.refused(
        owner,
        "expression-language",
        f"{what}用 {language[:80]} 语言书写，引擎只执行 FEEL。",
        "请把表达式改写为 FEEL，并去掉 language 属性。",
    )


def _translated(element: Element, what: str, text: str, notes: Notes) -> None:
    owner = _owner(element)
    feel = try_feel(notes, owner, what, text, literal=False)
    if feel is not None:
        _write(element, f"={feel}")
        element.attrib.pop("language", "")
        notes.understood(owner, f"{what}「{text[:100]}」按 FEEL 理解为「{feel[:120]}」。")
    else:
        # Refused already: leave something that compiles, so that one fault is reported once.
        _write(element, "=null")


def _write(element: Element, text: str) -> None:
    for inner in list(element):
        element.remove(inner)
    element.text = text


def _owner(element: Element) -> Element:
    """The flow, activity or event around an expression: what a person sees in the drawing."""
    parent = element.getparent()
    while parent is not None and parent.get("id") is None:
        parent = parent.getparent()
    if parent is not None and local(parent).endswith(("EventDefinition", "Characteristics")):
        holder = parent.getparent()
        return parent if holder is None else holder
    return element if parent is None else parent


def _script(task: Element, notes: Notes) -> None:
    language = (task.get("scriptFormat") or "").strip().lower()
    script = child(task, "script")
    text = text_of(script)
    if language not in _SCRIPT_FORMATS and "feel" not in language:
        _refuse_script(task, language, notes)
        return
    result = extension(task, "result")
    if juel.is_juel(text) and (feel := try_feel(notes, task, "脚本", text, literal=False)):
        text = feel
    if script is not None and result and text:
        text = f"{result} = {text.removeprefix('=').strip()}"
        task.attrib.pop(f"{{{JF}}}result", "")
    if script is not None:
        _write(script, text)
    task.attrib.pop("scriptFormat", "")


def _refuse_script(task: Element, language: str, notes: Notes) -> None:
    notes.refused(
        task,
        "script-language",
        f"脚本用 {language[:60]} 语言书写，引擎不执行程序代码。",
        "请改写为「名称 = FEEL 表达式」（一行一条），或改用服务任务。",
    )


def translate_language(root: Element, notes: Notes) -> None:
    """Check the default language of the file: any but FEEL (or the XPath everybody writes) is refused where used."""
    language = root.get("expressionLanguage") or ""
    if is_feel(language):
        return
    for element in root.iter(f"{{{BPMN}}}*"):
        if (
            local(element) in WHERE
            and element.get("language") is None
            and not text_of(element).startswith("=")
        ):
            element.set("language", language)
