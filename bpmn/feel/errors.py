"""What can go wrong with an expression: a text that is no FEEL, and a value that cannot be had."""

from __future__ import annotations

from bpmn.errors import Invalid


class FeelSyntaxError(Invalid):
    """
    这段文字不是正确的 FEEL 表达式。请按提示修改。

    Attributes:
        line, column: place of the offending word, both counted from 1.
        word: the offending word as written, empty at the end of the text.
        suggestion: what to do, a Chinese sentence; may be empty.
        fixed: the whole text with full-width punctuation replaced, None where that is not the fault.
    """

    def __init__(
        self,
        problem: str,
        *,
        line: int = 1,
        column: int = 1,
        word: str = "",
        suggestion: str = "",
        fixed: str | None = None,
    ) -> None:
        super().__init__(f"表达式第 {line} 行第 {column} 列：{problem}{suggestion}")
        self.problem = problem
        self.line = line
        self.column = column
        self.word = word
        self.suggestion = suggestion
        self.fixed = fixed


class ExpressionTooLarge(FeelSyntaxError):  # noqa: N818 - named as the rest of the error tree
    """表达式太长或嵌套太深。请拆成几个较短的表达式。"""


class ImpossibleConstant(FeelSyntaxError):  # noqa: N818 - named as the rest of the error tree
    """
    表达式里写了不存在的常量，例如没有的日期。请按提示修改。

    The text is FEEL and its value is null; a text that is compiled to be kept is refused all the same.
    """


class ExpressionTypeError(FeelSyntaxError):
    """表达式与声明的数据类型不符。请按提示修改。"""


class Nothing(Exception):  # noqa: N818 - not an error: FEEL turns it into null
    """Why a value cannot be had: the evaluation records the sentence and goes on with null."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Exhausted(Exception):  # noqa: N818 - ends one evaluation, becomes null and a reason
    """An evaluation used up a limit; nothing inside the expression may catch it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
