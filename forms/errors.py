"""
What forms and papers refuse.

    Invalid
    ├ FormInvalid         a form's JSON has faults; carries every finding
    ├ SubmissionInvalid   what a person typed has faults; carries one problem per faulty field
    ├ PaperInvalid        a paper's template has faults; carries every finding
    └ PaperNotRendered    a paper cannot be printed with this data
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bpmn.errors import Invalid
from bpmn.model import Finding


@dataclass(frozen=True)
class Problem:
    """One fault in a submission."""

    path: str  #: where, with row numbers from 0: ``parties.0.idNo``; "" for the whole submission
    message: str  #: Chinese sentence, ready to show
    msgid: str = ""  #: the sentence before its ``{names}`` were filled in, for translation
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)

    def in_words(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language of *translate* (a gettext function)."""
        if not self.msgid:
            return self.message
        return translate(self.msgid).format(
            **{name: translate(text) for name, text in self.parameters.items()}
        )


class FormInvalid(Invalid):
    """表单定义有误，未保存。请按各条提示修改。"""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


class SubmissionInvalid(Invalid):
    """填写的内容有误。请按提示修改后再提交。"""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class PaperInvalid(Invalid):
    """文书模板有误，未保存。请按各条提示修改。"""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


class PaperNotRendered(Invalid):
    """文书无法生成。请核对文书内容的篇幅和模板。"""
