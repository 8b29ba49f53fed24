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
    "clock": N_("演示时钟已快进。"),
    "entered": N_("已登记，案件已按登记的内容继续办理。"),
    "started": N_("已发起。"),
    "extended": N_("期限已延长，理由已记入案卷。"),
    "draft-begun": N_("草稿已建立，可以开始修改。"),
    "draft-submitted": N_("已送审，审批人会收到通知。"),
    "draft-withdrawn": N_("已撤回。"),
    "draft-taken": N_("已由您接手编辑，原编辑人会收到通知，他未保存的内容也会保留。"),
    "draft-file-deleted": N_("文件已删除，历史版本仍然保留。"),
    "draft-saved": N_("已保存。"),
    "draft-approved": N_("已批准。"),
    "draft-rejected": N_("已退回，起草人会收到您的理由。"),
    "scenario-saved": N_("已存为场景，今后要照这样走得通才能送审。"),
    "uploaded": N_("附件已上传。"),
}
