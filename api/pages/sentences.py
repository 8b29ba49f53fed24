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
    "suspended": N_("案件已暂停。"),
    "resumed": N_("案件已恢复办理。"),
    "sent": N_("消息已补发，案件继续办理。"),
    "ordered": N_("督办已发出，并通知对方。"),
    "answered": N_("已答复，督办人会收到通知。"),
    "closed": N_("督办已办结。"),
    "paused": N_("期限已中止计算，理由已记入台账。"),
    "running": N_("期限已恢复计算。"),
    "retried": N_("已重试。如果仍有异常，会重新列出。"),
    "search": N_("查找条件已保存。"),
    "forgotten": N_("已删除保存的查找条件。"),
    "uploaded": N_("附件已上传。"),
}
