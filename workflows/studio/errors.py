"""
Errors of the studio.

    NotFound
    ├ DraftNotFound · DraftFileNotFound · PackNotFound · ProofNotFound
    Conflict
    ├ FileChanged (412) · DraftHeld · DraftNotEditable · DraftMoved · BaseOutdated · NotPublished · FileInUse
    Invalid
    ├ RevisionNeeded (428) · PathInvalid · DraftNotPassed(findings)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpmn.errors import Conflict, Invalid, NotFound
from bpmn.model import Finding, Json


class DraftNotFound(NotFound):
    """没有找到这份草稿。请返回政策工作室重新打开。"""


class DraftFileNotFound(NotFound):
    """草稿里没有这个文件，可能已被删除。请返回草稿页查看。"""


class PackNotFound(NotFound):
    """没有找到这个流程包或这个版本。请返回政策工作室查看。"""


class ProofNotFound(NotFound):
    """这份草稿没有送审过，没有校验结果。"""


class FileChanged(Conflict):
    """这个文件已被他人修改，没有覆盖。您的内容已另存为一个历史版本，请对照后再保存。"""

    def __init__(self, message: str | None = None, *, members: Mapping[str, Json] | None = None) -> None:
        super().__init__(message)
        self.members = dict(members or {})  #: ``revision``, ``savedBy``, ``savedAt`` of what is there now


class DraftHeld(Conflict):
    """这份草稿正由他人编辑。请稍后再试，或说明理由后接手。"""

    def __init__(self, message: str | None = None, *, members: Mapping[str, Json] | None = None) -> None:
        super().__init__(message)
        self.members = dict(members or {})  #: ``editor``: id, name, since


class DraftNotEditable(Conflict):
    """这份草稿已经送审或结束，不能再修改。请先撤回送审，或新建草稿。"""


class DraftMoved(Conflict):
    """草稿的状态或内容已经变化。请刷新后重新核对再办理。"""


class BaseOutdated(Conflict):
    """草稿所依据的版本之后又发布了新版本。请先合入新版本再送审，以免撤销他人的修改。"""


class NotPublished(Conflict):
    """已批准，但没有能够发布，草稿已退回起草人。原因写在草稿页的“经过”里。"""


class FileInUse(Conflict):
    """这个文件还在被草稿中的内容使用，不能删除。请先改掉引用。"""


class RevisionNeeded(Invalid):
    """请求须用 If-Match 注明所依据的文件版本（新文件写 0），以免覆盖他人的修改。"""


class PathInvalid(Invalid):
    """文件名不能使用。请使用流程包内的相对路径，如 forms/register.json。"""


class DraftNotPassed(Invalid):
    """草稿没有通过校验。请按各条提示修改后再送审。"""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)
