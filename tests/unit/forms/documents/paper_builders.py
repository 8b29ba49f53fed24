"""A synthetic case for the papers of the dispute-referral pack; identities are unassigned numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from forms.checks import id_check_digit

PACK = Path(__file__).parents[4] / "bpmn" / "library" / "dispute-referral" / "documents"
BEIJING = timezone(timedelta(hours=8))


def an_id(first_17):
    """Return an identity number with its check digit."""
    return first_17 + id_check_digit(first_17)


def at(day, hour=9, minute=0):
    """Return a moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


def a_case():
    """Return the variables of a case that went all the way."""
    return {
        "organ": {"committee": "海陵区城东街道", "station": "泰州市公安局海陵分局城东派出所", "stationCode": "海公（城东）"},
        "dispatch": {"no": "3212022026110300017", "time": at(3, 20, 15), "channel": "110", "kind": "纠纷", "addr": "海陵区城东街道梅园小区5幢", "repeat90": Decimal(2), "avRef": "AV-20261103-0042"},
        "parties": [
            {"role": "申请人", "type": "自然人", "name": "张𠮷", "idType": "身份证", "idNo": an_id("99000019580312001"), "phone": "13800138000", "nation": "汉族", "occupation": "退休", "address": "海陵区城东街道梅园小区5幢302室", "deliverAddr": "同住址"},
            {"role": "被申请人", "type": "自然人", "name": "李四光", "idType": "身份证", "idNo": an_id("99000019900101002"), "phone": "13900139000", "nation": "汉族", "occupation": "职员", "address": "海陵区城东街道梅园小区5幢402室"},
        ],
        "dispute": {"type": "0202", "summary": "楼上卫生间漏水，造成楼下天花板和墙面受损，双方多次协商不成，发生争吵和推搡，报警处理。", "claims": [{"kind": "金钱", "amount": Decimal(6800), "text": "赔偿天花板、墙面修复费用"}, {"kind": "行为", "text": "修复楼上卫生间防水层"}], "amount": Decimal(6800), "people": Decimal(2), "injury": "无", "secrecy": "不公开"},
        "scene": {"measures": "分开双方，制止推搡，拍照固定现场。"},
        "consents": [
            {"party": "张𠮷", "will": "同意", "form": "书面", "toldBy": "王警官", "time": at(3, 21)},
            {"party": "李四光", "will": "同意", "form": "口头录音", "toldBy": "王警官", "time": at(3, 21, 5)},
        ],
        "consent": {"result": "同意", "attempts": Decimal(1)},
        "referral": {"no": "城东移〔2026〕17号", "to": "城东街道警法联合调解室", "reasonCode": "民事可调", "facts": "漏水原因和修复费用分担。", "firstResult": "双方平静，愿意调解。", "materials": ["接处警记录", "调解同意书", "照片"], "approved": "同意", "opinion": "同意移送", "approver": "赵所长", "riskFocus": "邻里积怨，注意情绪。", "via": "本系统", "sentAt": at(4, 9), "ackAt": at(4, 10), "reply": "接收"},
        "risk": {"grade": "黄", "confirmed": "黄"},
        "level": {"level": "村居"},
        "mediators": [{"name": "周正", "unit": "城东调解室"}, {"name": "吴和", "unit": "梅园社区"}],
        "acceptance": {"no": "城东调〔2026〕31号", "accepted": "受理", "at": at(5, 10), "applicationAt": at(4, 15), "type": "公安移交", "place": "城东街道警法联合调解室"},
        "investigations": [
            {"party": "李四光", "at": at(6, 14), "method": "现场", "content": "查看楼上卫生间，地漏处防水层破损。\n楼下天花板水渍约3平方米。", "evidence": [{"name": "现场照片6张", "source": "调解员拍摄"}]},
            {"party": "张𠮷", "at": at(6, 16), "method": "询问", "content": "自8月起渗水，9月加重。", "evidence": [{"name": "维修报价单", "source": "当事人提供"}]},
        ],
        "session": {"no": Decimal(1), "start": at(10, 14), "end": at(10, 16, 30), "place": "城东街道警法联合调解室", "attendees": "社区网格员陈某", "statements": "张𠮷：要求赔偿并修好防水。\n李四光：愿意修，但费用太高。", "proposals": "李四光修复防水层，赔偿修复费用6000元，分两次支付。", "concessions": "SECRET-CONCESSION", "result": "达成"},
        "sessions": [{}],
        "mediation": {"result": "达成", "endedAt": at(10, 16, 30)},
        "agreement": {"no": "城东调协〔2026〕31号", "form": "书面", "facts": "2026年8月起，李四光家卫生间漏水，致张𠮷家天花板、墙面受损。", "liability": "李四光承担修复和赔偿责任。", "terms": [
            {"obligor": "李四光", "act": "修复卫生间防水层", "due": date(2026, 11, 30), "method": "自行聘请有资质的施工方"},
            {"obligor": "李四光", "act": "赔偿张𠮷房屋修复费用", "amount": Decimal("6000"), "due": date(2026, 12, 10), "method": "银行转账"},
        ], "effectiveAt": at(10, 17), "copies": Decimal(3), "signMode": "手写签名盖章", "signModeReason": "一方年满六十周岁"},
        "performance": [{"no": Decimal(1), "act": "修复卫生间防水层", "due": date(2026, 11, 30), "doneOn": date(2026, 11, 25), "status": "完毕"}],
        "police": {"caseNo": "海公（城东）行受〔2026〕88号"},
        "handover": {"at": at(3, 22), "place": "城东派出所", "host": "王警官", "attendees": "社区民警", "terms": "李四光向张𠮷赔礼道歉，赔偿6000元。", "due": date(2026, 12, 10)},
        "noPenalty": {"performed": True, "performedOn": date(2026, 11, 25), "approved": "认可", "approvedAt": at(26, 10), "approveNote": "协议已经履行，符合条件。", "approver": "赵所长", "outcome": "不予处罚"},
        "jc": {"court": "调解组织所在地基层法院", "courtName": "泰州市海陵区人民法院", "lastDay": date(2026, 12, 10), "materials": ["调解协议", "身份证明"], "result": "未申请"},
        "guide": {"reason": "双方差距过大", "routes": [{"route": "民事诉讼", "agency": "泰州市海陵区人民法院", "lastDay": date(2029, 11, 10), "basis": "民法典第188条", "note": "三年"}], "limitation": {"right": "一般民事权利", "from": date(2026, 8, 1), "lastDay": date(2029, 8, 1), "restartedOn": date(2026, 11, 10)}, "court": {"where": "侵权行为地或者被告住所地", "rule": "侵权", "basis": "民事诉讼法第29条"}, "procedure": {"kind": "小额诉讼", "fee": Decimal(50), "note": "一审终审"}, "evidence": ["照片", "报价单"], "aid": {"eligible": "可能", "meansTest": "需要", "basis": "法律援助法第31条"}, "legalAid": False, "servedAt": at(10, 17), "receipt": "当面签收"},
        "compensation": {"harmDate": date(2026, 11, 3), "age": Decimal(68), "grades": [Decimal(10)], "liability": Decimal(70), "set": {"id": "JS-2024", "region": "江苏", "year": Decimal(2024)}, "items": [{"name": "残疾赔偿金", "formula": "66173 × 12 × 10%", "amount": Decimal("79407.6"), "basis": "RSSH 12"}, {"name": "医疗费", "formula": "票据合计", "amount": Decimal("12345.67"), "basis": "RSSH 6"}], "subtotal": Decimal("91753.27"), "liable": Decimal("64227.29"), "moralDue": Decimal("3500"), "total": Decimal("67727.29")},
        "revisits": [{"no": Decimal(1), "at": at(25, 15), "due": date(2026, 11, 25), "method": "上门", "performance": "已履行", "satisfaction": Decimal(5), "relapse": False, "note": "关系缓和"}],
        "closing": {"outcome": "调解成功", "at": at(26, 16), "archiveNo": "城东档〔2026〕31号", "externalReceipts": [{"system": "苏解纷", "no": "SJF-2026-001"}]},
    }
