"""
The error tree of the whole house.

    JingfaError
    ├ NotFound            the thing does not exist, or this actor may not know that it does
    ├ Forbidden           the actor may not do this
    ├ Conflict            the world has moved on since the caller looked
    ├ Invalid             the input is wrong; the caller can mend it
    │  └ DeploymentInvalid   carries every finding
    ├ Unavailable         try again later
    └ ExecutionFailed     becomes an incident, never an answer to a person

A subclass's docstring is its default message: one sentence that a person sees, in Chinese, saying
what to do next. ``api/problems.py`` alone turns branches into HTTP numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpmn.model import Finding


class JingfaError(Exception):
    """系统遇到问题，请稍后再试。"""

    code: ClassVar[str] = "jingfa-error"

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    def __init__(self, message: str | None = None) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.message)


class NotFound(JingfaError):
    """没有找到您要的内容。请返回列表重新打开。"""


class Forbidden(JingfaError):
    """您没有办理此事的权限。如确有需要，请联系本单位负责人。"""


class Conflict(JingfaError):
    """情况已经变化。请刷新页面后再试。"""


class Invalid(JingfaError):
    """填写的内容有误。请按提示修改后再提交。"""


class Unavailable(JingfaError):
    """系统正忙。请稍候再试，已填写的内容不会丢失。"""


class ExecutionFailed(JingfaError):
    """流程执行出错，已转运维人员处理。"""

    def __init__(self, message: str | None = None, *, element_id: str | None = None) -> None:
        super().__init__(message)
        self.element_id = element_id


class DeploymentInvalid(Invalid):
    """模型中有引擎不能如实执行的内容，未部署。请按各条提示修改。"""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


class ActivityNotWaiting(Conflict):
    """这一步已经办结或已被取消。请返回待办列表查看最新状态。"""


class InstanceEnded(Conflict):
    """这件事项已经办结，不能再操作。"""


class StateUnreadable(Unavailable):
    """这件事项的运行数据无法读取，可能已经损坏，内容没有改动。请联系系统管理员从备份恢复。"""


class ExpressionFailed(ExecutionFailed):
    """表达式求值失败。请核对表达式引用的数据。"""


class NoFlowTaken(ExecutionFailed):
    """网关的所有条件都不成立，且没有默认分支。请核对条件或补充默认分支。"""


class StepBudgetExceeded(ExecutionFailed):
    """流程连续自动执行的步数超过上限，可能存在死循环。请检查循环的退出条件。"""


class StalledInstance(ExecutionFailed):
    """流程既未结束也没有等待任何事项。请检查汇聚网关的各条来路。"""
