"""
Errors of the rules of work.

    Forbidden
    ├ NotACandidate        the task is not for this person
    ├ NotYourTask          somebody else works on it
    ├ FourEyesViolated     the same person may not do both steps
    ├ ConflictOfInterest   回避
    ├ AssistantMayOnlyAssist   R03 never closes, approves or signs
    ├ PurposeRequired      clear data needs a stated purpose
    ├ FieldNotForPurpose   clear data are looked at for what they are meant for
    ├ ProcessingRestricted a person had the processing of their data restricted
    └ GrantToOneself       nobody decides on their own named grant
    Conflict
    ├ UserTaskAlreadyClaimed
    ├ UserTaskClosed
    └ WithdrawTooLate
    ExecutionFailed
    └ HandlerFailed
"""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.errors import Conflict, ExecutionFailed, Forbidden, Invalid


class NotACandidate(Forbidden):
    """这项任务不在您的岗位和单位范围内，不能办理。如分派有误，请联系本单位负责人转办。"""


class NotYourTask(Forbidden):
    """这项任务正由他人办理。请联系办理人转办，或由本单位负责人调整。"""


class FourEyesViolated(Forbidden):
    """同一事项的提交与审批不能由同一人办理。请转给另一位有审批权限的人员。"""


class ConflictOfInterest(Forbidden):
    """您与本案当事人有利害关系，应当回避。请转给其他人员办理。"""


class AssistantMayOnlyAssist(Forbidden):
    """辅警只能协助办理，不能办结、审批或签名。请由民警办理。"""


class PurposeRequired(Forbidden):
    """查看完整个人信息须先说明用途。请选择查看用途后再试。"""


class FieldNotForPurpose(Forbidden):
    """所选信息项不能用于这个用途。请减少信息项，或改选用途。"""

    def __init__(self, fields: Sequence[str] = ()) -> None:
        named = f"“{'、'.join(fields)}”不能用于这个用途。请去掉这些信息项，或改选用途。"
        super().__init__(named if fields else None)


class ProcessingRestricted(Forbidden):
    """当事人已要求限制处理个人信息，目前只能为处置紧急风险、依法配合查询或办理权利请求而查看。"""


class GrantToOneself(Forbidden):
    """不能给自己授权查阅案件。请由本单位另一位负责人办理。"""


class ReasonRequired(Invalid):
    """请填写理由后再提交。"""


class UserTaskAlreadyClaimed(Conflict):
    """这项任务已被他人签收。请返回待办列表选择其他任务。"""


class UserTaskClosed(Conflict):
    """这项任务已经办结或已被取消。请返回待办列表查看最新状态。"""


class WithdrawTooLate(Conflict):
    """下一步已经开始办理，不能撤回。请联系下一步办理人退回。"""


class HandlerFailed(ExecutionFailed):
    """自动处理步骤失败，已转运维人员处理。"""


class PersonalDataInPublicChannel(Invalid):
    """微信、钉钉等公共渠道只能发送系统链接，不能包含姓名、证件号码、电话等个人信息。"""


class DeliveryRefused(ExecutionFailed):
    """对方平台没有接收。请按人工回填任务的提示办理。"""


class UnknownOperation(ExecutionFailed):
    """没有处理这种自动步骤的程序。请核对模型中的操作名称。"""
