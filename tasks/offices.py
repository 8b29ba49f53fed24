"""
What a post may do beside tasks: start, deploy, register, send, keep the house. Pure; the matrix decides (``tasks/matrix.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

from bpmn.errors import Forbidden
from tasks import matrix
from tasks.model import Actor
from tasks.rules import ASSISTANT, CASE_ROLES, is_system

#: Whoever keeps the house sees no case: policy staff, auditors and system administrators (三员分立).
KEEPERS = frozenset({"R18", "R19", "R20"})
#: Whoever decides reviews neither convenes the joint meeting nor sits in the leading-group office nor answers for the respondent.
ADJUDICATOR, COORDINATORS = "R16", frozenset({"R13", "R15", "R17"})


def ensure_separate(roles: Iterable[str]) -> None:
    """Refuse to give one person two keys of the house, a key and casework (三员分立), or deciding and coordinating."""
    held = frozenset(roles)
    keys = held & KEEPERS
    if len(keys) > 1 or (keys and held - KEEPERS):
        raise Forbidden(
            "政策编辑员、审计员、系统管理员须由不同人员担任，且不得兼任办案岗位。请另行指定人员。"
        )
    if ADJUDICATOR in held and held & COORDINATORS:
        raise Forbidden(
            "行政复议人员不得兼任联席会议召集、领导小组办公室或者被申请人岗位：复议与协调由不同人员办理。请另行指定人员。"
        )


#: Starters of a process that only others call.
NOBODY = "-"


def ensure_may_start(starters: Iterable[str], actor: Actor) -> None:
    """Refuse to start by hand: named starter roles, else those who work on cases; R03 only assists."""
    named = frozenset(starters)
    allowed = named or (CASE_ROLES - {ASSISTANT})
    if not is_system(actor) and actor.role_codes.isdisjoint(allowed):
        raise Forbidden("您的岗位不能发起这个流程。请联系有权发起的岗位。")


def ensure_may_deploy(actor: Actor) -> None:
    """Only system administrators (R20) bring in packs as files; policy staff go through the studio and a second person."""
    if not is_system(actor) and not matrix.has_qualifier("model", "deploy", actor.role_codes):
        raise Forbidden("只有系统管理员可以直接部署流程包。政策编辑员请在政策工作室修改并送审。")


def ensure_may_read_models(actor: Actor) -> None:
    """Diagrams hold no case data: all staff may read them, R03 included."""
    if not is_system(actor) and not actor.roles:
        raise Forbidden


def ensure_may_administer_people(actor: Actor) -> None:
    """Only R20 adds people and gives roles."""
    if not is_system(actor) and not matrix.allows("users", "create", actor.role_codes):
        raise Forbidden("只有系统管理员可以维护人员和岗位。")


def ensure_may_audit(actor: Actor) -> None:
    """Only R19 reads the audit of all cases."""
    if not is_system(actor) and not actor.has("R19"):
        raise Forbidden("只有审计员可以查看审计记录。")


def ensure_may_register(actor: Actor) -> None:
    """Refuse to register dispatches: R01, and who may create a dispatch by the matrix."""
    if not is_system(actor) and not actor.has("R01", "R05", *matrix.roles_allowed("dispatch", "create")):
        raise Forbidden("您的岗位不能登记警情。请联系指挥中心或派出所。")


def ensure_may_be_copied(receiver: Actor) -> None:
    """Refuse to copy a case to somebody whose roles see no cases."""
    if receiver.role_codes.isdisjoint(CASE_ROLES):
        raise Forbidden("接收人的岗位不能查看案件，不能抄送。请重新选择。")


def ensure_may_signal_all(actor: Actor) -> None:
    """Only supervisors send a signal that is about no case of theirs: it may open and end the work of every unit."""
    if not is_system(actor) and not actor.has(*matrix.SUPERVISORS):
        raise Forbidden("面向所有案件的信号由派出所、司法所和区级主管发出。请从案件里发，或者请主管发出。")


def ensure_may_send(actor: Actor) -> None:
    """Refuse to send messages and signals into cases to whoever works on none."""
    if not is_system(actor) and actor.role_codes.isdisjoint(CASE_ROLES - {ASSISTANT}):
        raise Forbidden("您的岗位不能向案件发送消息。")
