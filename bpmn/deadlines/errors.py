"""What can be wrong with a deadline, a ledger, a calendar or the law pack; messages are Chinese sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpmn.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bpmn.model import Finding


class DeadlineNotFound(NotFound):
    """期限目录中没有这个编号。请核对编号，例如 D-110。"""


class LedgerInvalid(Invalid):
    """期限台账的记录前后矛盾。请核对暂停、恢复、延长的先后和时间。"""


class DeadlineNotCountable(Invalid):
    """这项期限不是按时间计算的，无法推算到期日。"""


class CalendarInvalid(Invalid):
    """放假安排表有误，未导入。请按提示修改后重新导入。"""


class LawPackInvalid(Invalid):
    """法规包有误，未加载。请按各条提示修改。"""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("法规包有误，未加载：" + "；".join(f.message for f in findings))
        self.findings = tuple(findings)
