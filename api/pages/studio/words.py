"""
What the editors of a draft offer to choose from, in the reader's language: roles, forms with their fields, papers, periods
with the law behind them, tables, processes, sources. Names only; no case is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from api.i18n import CHINESE, locale
from api.i18n import gettext as _
from bpmn.deadlines.lawpack import LawPack
from bpmn.deadlines.rules import DeadlineClass, Kind, Rule, Source
from bpmn.errors import DeploymentInvalid, JingfaError
from bpmn.xml import Element, local, read
from forms.code_lists import options_of_lists
from forms.field import Field
from forms.field import Kind as Holds
from forms.model import CodeLists, Form

#: slot of the variable ``units`` -> who it is; the words are those of the case page.
SLOTS = (
    "station",
    "justice",
    "legal",
    "room",
    "village",
    "town",
    "district",
    "police-district",
    "justice-district",
)
EACH = ("town", "village", "station", "justice", "district")


def words(
    draft_key: str, files: Mapping[str, bytes], law: LawPack, job_types: Iterable[str]
) -> dict[str, Any]:
    """Return what the editors know of a draft, as JSON data; *files* maps path -> content."""
    forms = list(_forms(draft_key, files, options_of_lists(law.code_lists)))
    return {
        "roles": [
            _choice(one.code, f"{one.code} {_named(one.name, one.name_en)}") for one in law.roles.values()
        ],
        "slots": [_choice(slot, _slot(slot)) for slot in SLOTS],
        "each": [_choice(slot, _slot(slot)) for slot in EACH],
        "forms": forms,
        "foreign": _foreign(forms),
        "newForm": f"/studio/{quote(draft_key)}#new-path",
        "papers": _papers(files, law),
        "deadlines": [_deadline(rule) for rule in law.catalogue],
        "sources": [_choice(one.id, f"{one.citation} {one.id}") for one in law.sources.values()],
        "codeLists": [_choice(name, f"{codes.name}（{name}）") for name, codes in law.code_lists.items()],
        "operations": [_choice(name, _operation(name)) for name in job_types],
        **_models(draft_key, files),
    }


def edit_address(draft_key: str, path: str) -> str:
    """Return where a file of a draft is edited."""
    return f"/studio/{quote(draft_key)}/edit/{quote(path)}"


def _choice(value: str, label: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": label, **more}


def _named(chinese: str, english: str) -> str:
    return chinese if locale.get() == CHINESE or not english else english


def _slot(slot: str) -> str:
    return {
        "station": _("派出所"),
        "justice": _("司法所"),
        "legal": _("法律服务所"),
        "room": _("调解室"),
        "village": _("村居"),
        "town": _("镇街"),
        "district": _("区"),
        "police-district": _("公安分局"),
        "justice-district": _("区司法局"),
    }[slot]


def _operation(name: str) -> str:
    known = {
        "archive-case": _("归档"),
        "calculate-compensation": _("计算赔偿"),
        "collect-figures": _("汇总数字"),
        "deliver-referral": _("送达移送单"),
        "find-registered": _("查特殊人群登记"),
        "list-towns": _("列出镇街"),
        "find-repeats": _("查找重复警情"),
        "match-grid": _("匹配网格"),
        "next-number": _("取编号"),
        "notify-external": _("告知外部单位"),
        "prepare-guidance": _("准备诉讼指引"),
        "render-paper": _("制作文书"),
        "send-notice": _("发送通知"),
        "write-back": _("回写来源平台"),
    }
    return f"{known[name]}（{name}）" if name in known else name


def _forms(draft_key: str, files: Mapping[str, bytes], lists: CodeLists) -> Iterator[dict[str, Any]]:
    for path, data in sorted(files.items()):
        if path.startswith("forms/") and path.endswith(".json"):
            form = _parsed(data, lists)
            key = PurePosixPath(path).stem
            yield {
                "id": key,
                "title": (form.title if form else "") or key,
                "edit": edit_address(draft_key, path),
                "fields": list(_fields(form.fields, ())) if form else [],
            }


def _parsed(data: bytes, lists: CodeLists) -> Form | None:
    try:
        return Form.parse(json.loads(data.decode("utf-8-sig")), code_lists=lists)
    except (ValueError, RecursionError, JingfaError):
        return None


def _fields(fields: tuple[Field, ...], base: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield what a form fills, rows as one list: a condition cannot name a field of one row."""
    for field in fields:
        path = base + field.path
        kind = _holds(field)
        if kind is Holds.GROUP:
            yield from _fields(field.fields, path)
        elif kind is not Holds.STATIC and field.path:
            options = [_choice(one.value, one.label) for one in field.options[:60]]
            yield {"name": ".".join(path), "label": field.label, "type": _type(field), "options": options}


def _holds(field: Field) -> Holds:
    from forms.registry import component_of

    return component_of(field).kind


def _type(field: Field) -> str:
    return {
        "number": "number",
        "checkbox": "boolean",
        "datetime": "date",
        "checklist": "list",
        "filepicker": "list",
        "dynamiclist": "list",
    }.get(field.type, "string")


def _foreign(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields that other diagrams of the pack may have filled before this one was called."""
    origin = _("由其他流程图带来")
    found = {field["name"]: field | {"from": origin} for form in forms for field in form["fields"]}
    return list(found.values())


def _papers(files: Mapping[str, bytes], law: LawPack) -> list[dict[str, Any]]:
    own = {PurePosixPath(path).stem for path in files if path.startswith("documents/")}
    known = {one.code: f"{one.code} {_named(one.name, one.name_en)}" for one in law.papers.values()}
    return [_choice(code, known.get(code, code)) for code in sorted(own | set(known))]


def _deadline(rule: Rule) -> dict[str, Any]:
    name = _named(rule.name, rule.name_en)
    length = f" · {rule.length_words}" if rule.kind is Kind.PERIOD and rule.length else ""
    return {
        "code": rule.code,
        "words": f"{rule.code} {name}{length}",
        "facts": list(_facts(rule)),
        "note": _note(rule),
        "page": f"/studio/law/deadlines/{quote(rule.code)}",
    }


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.kind is Kind.PERIOD and rule.length:
        yield _("时长"), rule.length_words
    yield _("类别"), rule.klass.chinese
    if rule.start:
        yield _("起算"), rule.start
    if rule.ladder:
        yield _("提醒和升级"), f"{rule.ladder.name}：" + "；".join(one.label for one in rule.ladder.rungs)
    if rule.at_expiry:
        yield _("到期"), rule.at_expiry
    yield _("依据"), _citations(rule.sources)


def _citations(sources: tuple[Source, ...]) -> str:
    return "；".join(one.citation for one in sources)


def _note(rule: Rule) -> str:
    if rule.klass is DeadlineClass.LOCK:
        return _("法定期限，不能在这里修改；只随法规包修改：%(law)s") % {"law": _citations(rule.sources)}
    if rule.klass is DeadlineClass.EXT:
        return _("其他机关的期限，仅供提示。")
    return _("工作时限，时长在“法规包”的时限页修改。")


def _models(draft_key: str, files: Mapping[str, bytes]) -> dict[str, list[Any]]:
    processes, decisions, messages = [], [], set()
    for path, data in sorted(files.items()):
        if not path.endswith((".bpmn", ".dmn")):
            continue
        for element in _elements(path, data):
            name = f"{element.get('name') or element.get('id')}（{element.get('id')}）"
            edit = edit_address(draft_key, path)
            if local(element) == "process":
                processes.append(_choice(str(element.get("id")), name, edit=edit))
            elif local(element) == "decision":
                decisions.append(_choice(str(element.get("id")), name, edit=edit))
            elif local(element) == "message" and element.get("name"):
                messages.add(str(element.get("name")))
    return {"processes": processes, "decisions": decisions, "messages": sorted(messages)}


def _elements(path: str, data: bytes) -> list[Element]:
    try:
        root = read(data, file=path)
    except DeploymentInvalid:
        return []  # the checks say what is wrong with it
    return [
        one for one in root if isinstance(one.tag, str) and local(one) in ("process", "decision", "message")
    ]
