"""What the next page says after something was done; message ids for Babel."""

from __future__ import annotations

from typing import Final

from forms.locale import N_

SENTENCES: Final = {
    "claimed": N_("已签收，由您办理。"),
    "released": N_("已退还，其他人可以签收。"),
    "saved": N_("草稿已保存。"),
    "transferred": N_("已转办，并通知对方。"),
    "delegated": N_("已委派，办好后回到您这里。"),
    "returned": N_("已退回上一步。"),
    "withdrawn": N_("已撤回，可以重新办理。"),
    "reminded": N_("已催办。"),
    "copied": N_("已抄送。"),
    "danger": N_("危险已上报，派出所和相关案件均已收到提醒。请先保证现场人员安全。"),
    "commented": N_("留言已发出。"),
    "paper": N_("文书已生成。"),
    "signed": N_("已签名。"),
    "cancelled": N_("案件已终止。"),
    "conflict": N_("已记录回避，任务退回待签收。"),
    "read": N_("已全部标为已读。"),
    "password": N_("密码已修改，其他设备上的登录已退出。"),
    "session-ended": N_("已退出那台设备上的登录。"),
    "sessions-ended": N_("其他设备上的登录已全部退出。"),
    "second-factor-off": N_("动态口令已停用。"),
    "role-granted": N_("岗位已授予。"),
    "role-revoked": N_("岗位已撤销，其手上不能再办的任务已退回待签收。"),
    "unlocked": N_("已解除锁定，对方可以立即登录。"),
    "person-signed-out": N_("已退出对方在所有设备上的登录。"),
    "person-second-factor-off": N_("对方的动态口令已停用，下次登录只需密码。"),
    "unbound": N_("已解除与统一身份认证账号的绑定。"),
    "account-closed": N_("账号已停用，其手上的任务已退回待签收。"),
    "account-opened": N_("账号已重新启用。"),
    "clock": N_("演示时钟已快进。"),
    "entered": N_("已登记，案件已按登记的内容继续办理。"),
    "started": N_("已发起。"),
    "extended": N_("期限已延长，理由已记入案卷。"),
    "uploaded": N_("附件已上传。"),
}
