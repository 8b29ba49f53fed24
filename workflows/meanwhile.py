"""Two supervisors on one case: whoever comes second learns who did what, and nothing is half done."""

from __future__ import annotations

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Conflict
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork

#: Words of the audit for what people do to a case.
ACTS = {
    "start": "发起了本案",
    "complete": "办结了一项任务",
    "cancel": "终止了本案",
    "suspend": "暂停了本案",
    "resume": "恢复了本案",
    "set-variables": "更正了案件数据",
    "resolve": "处理了一条异常",
    "correlate": "登记了一条消息",
    "deadline-extend": "延长了期限",
    "deadline-pause": "暂停了期限",
    "deadline-resume": "恢复了期限",
    "return": "退回了一项任务",
    "withdraw": "撤回了一步",
    "transfer": "转办了一项任务",
    "order": "发出了督办",
    "signal": "收到了一个信号",
}


class ActedMeanwhile(Conflict):
    """您打开页面后，本案已有变化。请核对现在的情况，再决定是否继续。"""


def ensure_unchanged(uow: UnitOfWork, row: InstanceRow, revision: int | None) -> None:
    """
    Refuse an act on a case that is no longer what its supervisor saw.

    Args:
        row: The case, locked.
        revision: What the open page showed; None when nobody looked (programs).

    Raises:
        ActedMeanwhile: the sentence names who did what, and when.
    """
    if revision is not None and revision != row.revision:
        acted = last_act(uow, row.id, since=revision) or "系统已推进本案。"
        raise ActedMeanwhile(f"{acted}您打开的页面已过期，请核对现在的情况，再决定是否继续。")


def last_act(uow: UnitOfWork, instance_id: str, *, since: int = -1) -> str:
    """Say who did what to a case last, after a revision; empty when nobody did anything."""
    found = uow.audit.page({"instance_id": instance_id}, cursor=None, newest=True, limit=20)
    done = (e for e in found if e["action"] in ACTS and e["detail"].get("revision", since) > since)
    event = next(done, None)
    if event is None:
        return ""
    who = uow.people.names([event["person_id"]]).get(event["person_id"], "系统")
    return f"{who}已于{event['at'].astimezone(ZONE):%m月%d日 %H:%M}{ACTS[event['action']]}。"
