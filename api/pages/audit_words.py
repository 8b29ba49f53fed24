"""What an audit action is called on the officer's pages; message ids for Babel. What is not here shows its code alone."""

from __future__ import annotations

from typing import Final

from forms.locale import N_

ACTIONS: Final = {
    "log-in": N_("登录"),
    "log-in-refused": N_("登录被拒"),
    "log-in-confirmed": N_("再次确认身份"),
    "log-out": N_("退出登录"),
    "log-out-remote": N_("退出其他设备"),
    "log-out-others": N_("退出全部其他设备"),
    "log-out-by-administrator": N_("被管理员退出登录"),
    "change-password": N_("修改密码"),
    "second-factor-on": N_("启用动态口令"),
    "second-factor-off": N_("停用动态口令"),
    "second-factor-removed": N_("由管理员停用动态口令"),
    "denied": N_("越权被拒"),
    "view-clear": N_("查看完整信息"),
    "view-paper": N_("查看文书"),
    "view-attachment": N_("查看附件"),
    "make-paper": N_("生成文书"),
    "sign": N_("签名"),
    "attach": N_("上传附件"),
    "export": N_("导出清单"),
    "export-download": N_("下载导出文件"),
    "export-audit": N_("导出审计"),
    "export-person": N_("导出个人信息副本"),
    "verify-audit": N_("核验审计"),
    "seal": N_("封存案件"),
    "unseal": N_("解除封存"),
    "ask-grant": N_("申请指名授权"),
    "grant": N_("指名授权"),
    "refuse-grant": N_("不批准授权"),
    "revoke-grant": N_("收回授权"),
    "erase": N_("删除或匿名化"),
    "correct": N_("更正个人信息"),
    "restrict": N_("限制处理"),
    "add-person": N_("新增人员"),
    "disable-person": N_("停用账号"),
    "enable-person": N_("启用账号"),
    "grant-role": N_("授予岗位"),
    "revoke-role": N_("撤销岗位"),
    "issue-password": N_("发放一次性密码"),
    "lift-lock": N_("解除锁定"),
    "start": N_("发起"),
    "claim": N_("签收"),
    "complete": N_("办结"),
    "deploy": N_("部署流程包"),
    "rung": N_("期限提醒"),
}
