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
    "uploaded": N_("附件已上传。"),
    "reviewed": N_("复核已记录。"),
    "registered": N_("申请已登记。需要处理案件信息的，已转案件负责人审批。"),
    "closed": N_("申请已办结。"),
    "decided": N_("已处理，并记入审计。"),
    "held": N_("已记录。"),
    "absent": N_("请假已登记。到时任务自动交接。"),
    "back": N_("请假已结束，未办完的任务已回到本人手里。"),
    "sealed": N_("案件已封存，只有获得指名授权的人能看到。"),
    "unsealed": N_("案件已解除封存。"),
    "granted": N_("已授权，并通知对方。"),
    "revoked": N_("授权已收回。"),
    "refused": N_("已处理。"),
    "asked": N_("申请已提交。如有这件案件，由负责人审批；批准后会通知您。"),
}
