"""
Errors of the use cases.

    NotFound
    ├ InstanceNotFound · UserTaskNotFound · DefinitionNotFound · PersonNotFound · FormNotFound
    ├ IncidentNotFound · AttachmentNotFound · PaperNotFound · RevealOver · RequestNotFound · AbsenceNotFound
    Forbidden
    ├ NotLoggedIn        (401 at the door)
    └ WrongPassword
    Conflict
    ├ StaleRevision · InstanceSuspended · DuplicateBusinessKey · IdempotencyKeyReused · NoSuchMessage
    │ · FolderInUse
    Invalid
    ├ SettingInvalid · IntakeInvalid(problems) · UnknownRecipient · AttachmentInvalid · FormNotSubmittable
    Unavailable
    └ InstanceBusy · StoreUnavailable
"""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class InstanceNotFound(NotFound):
    """没有找到这件事项，或您无权查看。请返回列表重新打开。"""


class UserTaskNotFound(NotFound):
    """没有找到这项任务，或您无权查看。请返回待办列表。"""


class DefinitionNotFound(NotFound):
    """没有找到这个流程。请核对流程标识，或先部署流程包。"""


class PersonNotFound(NotFound):
    """没有找到这位人员。请核对账号。"""


class FormNotFound(NotFound):
    """流程包里没有这张表单。请联系政策编辑人员补充后重新部署。"""


class IncidentNotFound(NotFound):
    """没有找到这条异常，可能已经处理完毕。"""


class AttachmentNotFound(NotFound):
    """没有找到这个附件，或您无权查看。"""


class PaperNotFound(NotFound):
    """没有找到这份文书，或您无权查看。"""


class RequestNotFound(NotFound):
    """没有找到这件申请，或您无权处理。请返回列表。"""


class AbsenceNotFound(NotFound):
    """没有找到这次请假，或您无权查看。"""


class RevealOver(NotFound):
    """查看时间已到，信息已恢复遮盖。如仍需查看，请重新说明用途。"""


class NotLoggedIn(Forbidden):
    """登录已失效，请重新登录。已填写的内容已保存为草稿。"""


class WrongPassword(Forbidden):
    """密码不正确，请重新输入。"""


class StaleRevision(Conflict):
    """您打开的页面已过期，事项已被他人更新。请刷新后再提交，已填写的内容不会丢失。"""


class InstanceSuspended(Conflict):
    """这件事项已被暂停办理。请等待恢复后再提交。"""


class DuplicateBusinessKey(Conflict):
    """同一编号的事项已经存在。请核对编号，或打开已有事项继续办理。"""


class IdempotencyKeyReused(Conflict):
    """同一个幂等键被用于不同的请求。请为新的请求使用新的幂等键。"""


class FolderInUse(Conflict):
    """这个数据目录已由另一个 jingfa run 使用。请先停止它，或用 JINGFA_DATA 换一个目录。"""


class SettingInvalid(Invalid):
    """设置有误，未启动。请改正后重新启动。"""

    @classmethod
    def of(cls, name: str, value: str, expected: str) -> SettingInvalid:
        """Name the variable, what stands there and what should."""
        return cls(f"设置 {name} {expected}，现在是“{value[:100]}”。请改正后重新启动。")


class IntakeInvalid(Invalid):
    """来件内容有误，未登记。请按各条提示修改后重新发送。"""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("；".join(problems) or None)
        self.problems = tuple(problems)


class NoSuchMessage(Conflict):
    """本案现在不等待这项登记，或者您的岗位不能登记。请返回案件页查看可以办理的事项。"""


class UnknownRecipient(Invalid):
    """接收人不存在或已停用。请重新选择。"""


class NobodyOnDuty(Invalid):
    """系统里没有可以通知的派出所人员。请立即拨打 110。"""


class AttachmentInvalid(Invalid):
    """附件不符合要求。请上传 20 MB 以内的图片、PDF、音视频或办公文档。"""


class InstanceBusy(Unavailable):
    """这件事项正在被其他人处理，请稍候几秒再试，已填写的内容不会丢失。"""


class StoreUnavailable(Unavailable):
    """数据库暂时无法连接，请稍后再试。已填写的内容已保存在本机。"""
