"""What notices say: short sentences without personal data; the case is behind the link."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bpmn.model import Value
from tasks import masking

#: template key -> subject. The pack names the key; for one that is not here its own title is the subject.
SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "notice": "系统通知",
        "task": "有新的任务待办",
        "referral": "有新的移送案件待接收",
        "returned": "移送案件被退回，请补正",
        "deadline": "办理期限提醒",
        "overdue": "办理期限已超过",
        "risk-red": "红色风险，请立即联合处置",
        "violence": "发生暴力或威胁，请立即处置",
        "withdrawn": "当事人撤回调解",
        "performed": "协议已履行",
        "default": "协议未履行，请催告",
        "archived": "案件已归档",
    }
)


def write(template: str, *, title: str, content: Mapping[str, Value]) -> tuple[str, str]:
    """
    Return subject and body; numbers and the names of parties are masked even here.

    >>> write("archived", title="张三丰与李四纠纷 13800000012", content={"parties": [{"name": "张三丰"}]})
    ('案件已归档', '张**与李四纠纷 138****0012')
    >>> write("exchange-late", title="每周交换未提交", content={})
    ('每周交换未提交', '')
    """
    names = [party.get("name") for party in content.get("parties") or () if isinstance(party, Mapping)]
    body = masking.free_text(title)
    for name in names:
        if isinstance(name, str) and len(name) > 1:
            body = body.replace(name, masking.name(name))
    if template in SUBJECTS:
        return SUBJECTS[template], body
    return body or SUBJECTS["notice"], ""
