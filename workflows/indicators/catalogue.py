"""
The indicators of domain E that the shipped procedures feed: name, formula in words, and the two sets that are counted.

A rate is ``numerator ÷ denominator``; every number is the length of a set of items, so that it leads to its cases.
``VERSION`` changes whenever a definition does, and stands on every sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from forms.locale import N_
from workflows.indicators import counting
from workflows.indicators.counting import CADENCES, DELIVERED, DISPUTE, HELD, Counted

VERSION: Final = "2026-11-28/1"
Kind = Literal["rate", "count", "days"]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One line of the sheet."""

    id: str
    name: str
    formula: str
    numerator: Counted
    denominator: Counted | None = None  #: None = a mere count, or a measure of the numerator's items
    kind: Kind = "rate"
    note: str = ""
    is_special: bool = False  #: about special persons: small numbers are protected


CORRECTED: Final = ("撤销", "变更", "确认违法", "责令履行", "确认无效")
REVIEW, SUIT = "review-clock", "litigation-response"

INDICATORS: Final = (
    Indicator(id="K01", name=N_("分流率"), formula=N_("已移送的可调解警情 ÷ 可调解警情"), numerator=counting.of(counting.is_referred), denominator=counting.of(counting.is_mediable)),
    Indicator(id="K02", name=N_("按时签收率"), formula=N_("在 D-104 内答复的移送 ÷ 移送"), numerator=counting.of(counting.was_answered_in_time), denominator=counting.of(counting.is_referred)),
    Indicator(id="K03", name=N_("受理率"), formula=N_("已受理 ÷ 移送"), numerator=counting.of(lambda c: counting.is_referred(c) and counting.is_accepted(c)), denominator=counting.of(counting.is_referred)),
    Indicator(id="K04", name=N_("调解成功率"), formula=N_("达成协议 ÷（达成协议 + 调解不成）"), numerator=counting.of(counting.is_agreed), denominator=counting.of(lambda c: counting.is_agreed(c) or counting.has_failed(c)), note=N_("当事人撤回和重新分流的不计入。")),
    Indicator(id="K05", name=N_("现场化解率"), formula=N_("双方当场和好 ÷ 纠纷警情"), numerator=counting.of(lambda c: counting.is_dispatch(c) and c.at("facts.onSpot") is True), denominator=counting.of(counting.is_dispatch)),
    Indicator(id="K06", name=N_("办理天数"), formula=N_("Σ（结案 − 受理）÷ 件数；另列中位数 P50 和 P90"), numerator=counting.days, kind="days"),
    Indicator(id="K07", name=N_("协议履行率"), formula=N_("全部履行的到期条款 ÷ 到期条款"), numerator=lambda w: counting.terms(w, performed=True), denominator=lambda w: counting.terms(w, performed=False), note=N_("按条款计，一件案件可有多项。")),
    Indicator(id="K08", name=N_("司法确认率"), formula=N_("法院确认 ÷ 书面协议"), numerator=counting.of(lambda c: counting.is_written(c) and c.at("jc.result") == "确认"), denominator=counting.of(counting.is_written)),
    Indicator(id="K08-L", name=N_("逾期失去确认机会"), formula=N_("双方愿意而 D-122 届满未申请的件数"), numerator=counting.of(counting.has_lapsed), kind="count"),
    Indicator(id="K09-30", name=N_("三十日内再报警率"), formula=N_("结案后 30 日内同一当事人又有警情 ÷ 结案"), numerator=counting.again(30), denominator=counting.of(lambda c: True), note=N_("观察期未满的月份，数字还会增加。")),
    Indicator(id="K09-90", name=N_("九十日内再报警率"), formula=N_("结案后 90 日内同一当事人又有警情 ÷ 结案"), numerator=counting.again(90), denominator=counting.of(lambda c: True), note=N_("观察期未满的月份，数字还会增加。")),
    Indicator(id="K10-X", name=N_("民转刑"), formula=N_("受理后 180 日内移交刑事办案的件数"), numerator=counting.turned("criminal"), kind="count"),
    Indicator(id="K10-Z", name=N_("民转治"), formula=N_("受理后 180 日内公安立案的件数"), numerator=counting.turned("order"), kind="count"),
    Indicator(id="K11", name=N_("红橙风险清零率"), formula=N_("已降级或结案 ÷ 新发生的红橙案件"), numerator=lambda w: counting.red(w, cleared=True), denominator=lambda w: counting.red(w, cleared=False), note=N_("按发起日期计。")),
    Indicator(id="K12", name=N_("指引完整率"), formula=N_("在 D-126 内送达且载明最后一日的 W14 ÷ 调解不成"), numerator=counting.of(counting.was_guided), denominator=counting.of(counting.has_failed)),
    Indicator(id="K15", name=N_("法定期限遵守率"), formula=N_("按时完成的法定期限 ÷ 到期的法定期限"), numerator=counting.clocks(klass="LOCK", met=True), denominator=counting.clocks(klass="LOCK"), note=N_("特殊人群管理的期限在 K22 中单列。")),
    Indicator(id="K15-B", name=N_("超期的法定期限"), formula=N_("到期而未按时完成的法定期限"), numerator=counting.clocks(klass="LOCK", met=False), kind="count"),
    Indicator(id="K16", name=N_("工作时限遵守率"), formula=N_("按时完成的工作时限 ÷ 到期的工作时限"), numerator=counting.clocks(klass="PARAM", met=True), denominator=counting.clocks(klass="PARAM")),
    Indicator(id="K17-R", name=N_("复议按时答复率"), formula=N_("在 D-205 内答复 ÷ 到期的答复"), numerator=counting.clocks(codes=("D-205", "D-205s"), met=True), denominator=counting.clocks(codes=("D-205", "D-205s"))),
    Indicator(id="K17-M", name=N_("复议调解和解率"), formula=N_("调解和解终止 ÷ 审结"), numerator=counting.ended(REVIEW, lambda c: c.at("settlement.result") == "达成调解"), denominator=counting.ended(REVIEW, lambda c: c.at("acceptance.result") == "受理")),
    Indicator(id="K17-C", name=N_("复议纠错率"), formula=N_("撤销、变更、确认违法、责令履行 ÷ 审结"), numerator=counting.ended(REVIEW, lambda c: c.at("decision.kind") in CORRECTED), denominator=counting.ended(REVIEW, lambda c: c.at("acceptance.result") == "受理")),
    Indicator(id="K18-L", name=N_("败诉率"), formula=N_("败诉 ÷ 办结的应诉案件"), numerator=counting.ended(SUIT, lambda c: c.at("judgment.result") == "败诉"), denominator=counting.ended(SUIT, lambda c: c.at("judgment.result") is not None)),
    Indicator(id="K18-H", name=N_("负责人出庭率"), formula=N_("负责人出庭 ÷ 应当出庭的开庭"), numerator=counting.done(SUIT, "RecordHearing", lambda c: c.at("appearance.head") == "负责人出庭"), denominator=counting.done(SUIT, "RecordHearing", lambda c: True)),
    Indicator(id="K19", name=N_("例会按期率"), formula=N_("按期召开 ÷ 应当召开（P4–P8）"), numerator=counting.held_in_time, denominator=counting.due_meetings),
    Indicator(id="K19-Q", name=N_("到会合规率"), formula=N_("达到法定人数 ÷ 已召开的会议"), numerator=lambda w: counting.quorum(w, reached=True), denominator=lambda w: counting.quorum(w, reached=False)),
    Indicator(id="K20", name=N_("任务闭环率"), formula=N_("已完成或销号 ÷ 到期任务"), numerator=lambda w: counting.actions(w, finished=True), denominator=lambda w: counting.actions(w, finished=False), note=N_("按任务计，一次会议可有多项。")),
    Indicator(id="K21", name=N_("交接完整率"), formula=N_("首次即齐全的交接 ÷ 交接"), numerator=lambda w: counting.handovers(w, complete=True), denominator=lambda w: counting.handovers(w, complete=False), is_special=True),
    Indicator(id="K21-M", name=N_("尚缺文书"), formula=N_("在管人员尚缺的法律文书件数"), numerator=counting.missing_papers, kind="count", is_special=True),
    Indicator(id="K22", name=N_("按时报到率"), formula=N_("在 D-303、D-331 内报到 ÷ 应当报到"), numerator=counting.clocks(codes=("D-303", "D-331"), met=True, special=True), denominator=counting.clocks(codes=("D-303", "D-331"), special=True), is_special=True),
    Indicator(id="K22-L", name=N_("失联人数"), formula=N_("逾期未报到或失联的人数"), numerator=counting.lost, kind="count", is_special=True),
)  # fmt: skip
BY_ID: Final = {indicator.id: indicator for indicator in INDICATORS}
#: Steps whose first completion the indicators ask for.
MARKS: Final = (
    *DELIVERED, *HELD, "PrepareGuidance", "HandOverCriminal", "EndNoWorkday", "RecordHearing", "CheckPapers",
    "ChasePapers", "EscalateMissing", "NotReported", "Lost",
)  # fmt: skip
__all__ = [
    "BY_ID",
    "CADENCES",
    "DISPUTE",
    "INDICATORS",
    "MARKS",
    "REVIEW",
    "SUIT",
    "VERSION",
    "Indicator",
    "Kind",
]
