"""
What the demo shows beside disputes: reviews, a joint meeting, hand-overs of each kind, a major dispute, suits. Data only.

Days count back from the first start of the demo; ``=`` begins FEEL, evaluated at the instant of the step. All names are made up, and
identity numbers use the unassigned prefix 990000.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.model import Json

RECEIVED = ("CheckPapers", "SignGiver", "SignReceiver", "RegisterJustice", "RegisterPolice")
ENTERED = (*RECEIVED, "ReportIn", "DeclareEntry", "AssessPerson", "ConfirmGrade", "MakePlan")
UNDER_AGREEMENT = (*RECEIVED, "ReportIn", "SignAgreement", "AssessPerson", "ConfirmGrade", "MakePlan")
FOLLOWED = (*RECEIVED, "AssessLevel", "FollowUp", "AssessPerson", "ConfirmGrade")
WELCOMED = (*RECEIVED, "PickUp", "FirstVisit", "AssessPerson", "ConfirmGrade", "MakePlan")


@dataclass(frozen=True, kw_only=True)
class Story:
    """One case: how it began, which steps were done, and what happened then."""

    pack: str
    key: str  #: business key
    days_ago: float
    start: str  #: message or signal that begins it
    values: Mapping[str, Json] = field(default_factory=dict)  #: laid over the pack's typical message
    steps: tuple[str, ...] = ()  #: element ids, an hour apart
    answers: Mapping[str, Mapping[str, Json]] = field(
        default_factory=dict
    )  #: element id -> over the typical ones
    then: str = ""  #: a message that reaches the case at the end


def person(name: str, digits: str, sex: str, town: str, **more: Json) -> dict[str, Json]:
    """Return the values of a hand-over: who, where, and its papers."""
    of = {
        "fullName": name,
        "idNo": digits,
        "sex": sex,
        "birth": f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}",
    }
    return {"person": {**of, "liveAddr": town, **more}}


CORRECTIONS, RELEASED = (
    ("handover-corrections", "M-HANDOVER-CORRECTIONS"),
    ("handover-released", "M-HANDOVER-RELEASED"),
)
DRUG, MENTAL = ("handover-drug-treatment", "M-HANDOVER-DRUG"), ("handover-mental-health", "M-HANDOVER-MENTAL")
LATELY: Mapping[str, Json] = {
    "effectiveOn": "=today()",
    "termStart": "=today()",
    "termEnd": '=today() + duration("P360D")',
}
FREE: Mapping[str, Json] = {"effectiveOn": "=today()", "termEnd": "=today()", "keyPerson": True}
CLEAN: Mapping[str, Json] = {"effectiveOn": "=today()", "lastUse": '=today() - duration("P20D")'}


def handed_over(
    kind: tuple[str, str],
    key: str,
    days_ago: float,
    who: Mapping[str, Json],
    steps: tuple[str, ...],
    then: str = "",
) -> Story:
    """Return a hand-over of one kind that has come as far as *steps*."""
    pack, start = kind
    return Story(pack=pack, key=key, days_ago=days_ago, start=start, values=who, steps=steps, then=then)


STORIES = (
    Story(pack="review-clock", key="海行复〔演示〕1号", days_ago=4, start="M-FY-申请",
          values={"review": {"no": "海行复〔演示〕1号", "applicant": "钱某", "actDate": "=today() - duration(\"P20D\")", "knownAt": "=today() - duration(\"P19D\")"}, "parties": [{"role": "申请人", "name": "钱某", "address": "城东街道"}]}),
    Story(pack="review-clock", key="海行复〔演示〕2号", days_ago=12, start="M-FY-申请",
          values={"review": {"no": "海行复〔演示〕2号", "applicant": "沈某", "actDate": "=today() - duration(\"P30D\")", "knownAt": "=today() - duration(\"P28D\")"}, "parties": [{"role": "申请人", "name": "沈某", "address": "九龙镇"}]},
          steps=("CheckAdmission", "ChooseProcedure", "SendCopy", "WriteOpinion")),
    Story(pack="joint-meeting", key="JM-演示-1", days_ago=2, start="M-JM-议题", steps=("OpenMeeting", "SubmitTopic", "SubmitTopic", "Screen", "Screen", "SendNotice"),
          answers={"OpenMeeting": {"meeting": {"at": "=date and time(add working days(today(), 12), time(\"09:00:00@Asia/Shanghai\"))"}}}),
    Story(pack="litigation-response", key="行初演示1号", days_ago=6, start="M-LIT-副本",
          values={"suit": {"no": "（演示）苏1202行初1号"}}, steps=("AssignSuit", "DraftDefence")),
    handed_over(CORRECTIONS, "JZ-演示-1", 0.5, person("辛某", "990000198811129082", "女", "罡杨镇", **LATELY), ()),
    handed_over(CORRECTIONS, "JZ-演示-2", 20, person("尤某", "990000198503124530", "男", "城东街道", **LATELY), ENTERED),
    handed_over(CORRECTIONS, "JZ-演示-3", 15, person("许某", "990000197909204316", "男", "九龙镇", **LATELY), ENTERED, "M-LOST"),
    handed_over(RELEASED, "XS-演示-1", 10, person("何某", "990000198205037232", "男", "华港镇", **FREE), WELCOMED),
    handed_over(RELEASED, "XS-演示-2", 1, person("吕某", "990000197406180535", "男", "城东街道", **FREE), RECEIVED[:3]),
    handed_over(DRUG, "JD-演示-1", 25, person("施某", "990000199002289056", "男", "九龙镇", **CLEAN), UNDER_AGREEMENT),
    handed_over(MENTAL, "JS-演示-1", 9, person("孔某", "990000197207049065", "女", "城东街道", effectiveOn="=today()"), FOLLOWED),
    Story(pack="major-dispute", key="ZD-演示-1", days_ago=0.4, start="S-MAJOR",
          values={"dispatch": {"no": "ZD-演示-1"}, "units": {"station": "jiulong-station", "justice": "jiulong-justice", "town": "jiulong", "district": "hailing", "justice-district": "hailing-bureau", "police-district": "hailing-police"}},
          steps=("ReportUp", "JointCall", "NameLead")),
)  # fmt: skip

#: Cadences of which the periods that began lately are begun; who of the first town has done what.
LATELY_DAYS = 12
CADENCES: Mapping[str, tuple[str, ...]] = {
    "weekly-exchange": ("EditPolice", "EditJustice"),
    "monthly-analysis": ("PrepareTopics",),
    "month-end-review": (),
    "monthly-sharing": (),
    "quarterly-meeting": (),
    "holiday-patrol": ("PlanPatrol",),
}
#: What the liaisons of the first town send is what was counted: the typical numbers would need a reason.
CADENCE_ANSWERS: Mapping[str, Mapping[str, Json]] = {
    "EditPolice": {
        "police": {name: f"=counted.{name}" for name in ("dispatches", "repeatCallers", "red", "awaiting")}
    },
    "EditJustice": {
        "justice": {name: f"=counted.{name}" for name in ("openMediations", "overdue", "special", "lost")}
    },
}
FIRST_TOWN = "chengdong"
#: A special period of the police bureau that begins at once, so that there is a patrol on any day of the year.
SPECIAL: Mapping[str, Json] = {
    "kind": "重大活动", "name": "平安巡查周", "begin": "=today() + duration(\"P1D\")", "end": "=today() + duration(\"P6D\")",
    "checked": "已核对", "reason": "演示：分局通知",
}  # fmt: skip
SPECIAL_TOWNS = ("城东街道", "九龙镇")
