"""
What may never be done to a person in care: a measure that asks for it is refused, whoever writes it (``properties.never``).

The dossier's "never" row of P3. A refusal names the rule, so that the doors can write the attempt into the audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bpmn.model import Value
from forms.errors import Problem
from forms.field import Fault
from forms.locale import N_

MARK: Final = "never"  #: name of the field property, and of the rule's code among a problem's parameters


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is never lawful as a measure of care, and the words that ask for it."""

    code: str
    text: str  #: Chinese, what is not allowed and what is instead
    source: str  #: id of ``sources.toml``
    words: tuple[str, ...]


RULES: Final = (
    Rule(
        code="NEVER-LIBERTY",
        text=N_("不得超出法律限制人身自由（社区矫正法第34条）"),
        source="SQJZ-34",
        words=("软禁", "禁止外出", "不准出门", "不许出门", "不得离家", "限制出门", "扣押身份证", "扣身份证", "没收手机"),
    ),
    Rule(
        code="NEVER-LOCATION",
        text=N_("不得用定位、跟踪、布控；电子定位只限社区矫正并经批准（社区矫正法第29条）"),
        source="SQJZ-29",
        words=("定位", "电子手环", "电子脚镣", "轨迹", "人脸布控", "跟踪布控", "蹲守跟踪"),
    ),
    Rule(
        code="NEVER-DISCRIMINATION",
        text=N_("不得歧视（监狱法第62条）"),
        source="JYF-62",
        words=("劝其离开", "劝退", "不予录用", "通知单位辞退", "取消低保", "赶出"),
    ),
    Rule(
        code="NEVER-DISCLOSURE",
        text=N_("不得泄露戒毒、病情等信息（戒毒条例第7条、精神卫生法第4条）"),
        source="JDTL-7",
        words=("公示名单", "张贴名单", "发到群里", "发微信群", "告知邻居", "通报单位"),
    ),
    Rule(
        code="NEVER-COMMITMENT",
        text=N_("不符合法定条件的不得非自愿住院治疗（精神卫生法第30条）"),
        source="JSWS-30",
        words=("强制住院", "强制送医", "强制送治", "强制治疗", "捆绑"),
    ),
)  # fmt: skip
SOURCES: Final = {rule.code: rule.source for rule in RULES}


def fault(value: Value) -> Fault | None:
    """
    Return why a measure is refused, None when it asks for nothing that is never lawful.

    >>> fault("每周走访一次") is None, fault(["走访", "手机定位"]).parameters["never"]
    (True, 'NEVER-LOCATION')
    """
    texts = value if isinstance(value, list) else [value]
    for text in (one for one in texts if isinstance(one, str)):
        for rule in RULES:
            word = next((word for word in rule.words if word in text), None)
            if word is not None:
                return Fault(
                    N_("{label}里的“{word}”不能做：{rule}"), word=word, rule=rule.text, never=rule.code
                )
    return None


def broken(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return code of each rule that a refused submission asked to break -> the fields that did."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if code := problem.parameters.get(MARK):
            found.setdefault(code, []).append(problem.path)
    return found
