"""Names from the law pack in the reader's language: roles, papers, code lists."""

from __future__ import annotations

from collections.abc import Mapping

from api.i18n import CHINESE, locale
from api.i18n import gettext as _
from bpmn.deadlines import lawpack
from bpmn.deadlines.lawpack_lists import CodeList
from bpmn.deadlines.rules import Rule, Unit
from forms.locale import N_

#: Words that follow a number; message ids.
UNITS: Mapping[Unit, str] = {
    Unit.MINUTES: N_("分钟"),
    Unit.HOURS: N_("小时"),
    Unit.WORKING_HOURS: N_("个工作小时"),
    Unit.CALENDAR_DAYS: N_("日"),
    Unit.WORKING_DAYS: N_("个工作日"),
    Unit.MONTHS: N_("个月"),
    Unit.YEARS: N_("年"),
}


def role_names() -> Mapping[str, str]:
    """Return role codes with their names."""
    return {code: _named(role.name, role.name_en) for code, role in lawpack.load().roles.items()}


def paper_title(code: str) -> str:
    """Return the title of a paper; its code when the law pack does not list it."""
    paper = lawpack.load().papers.get(code)
    return _named(paper.name, paper.name_en) if paper else code


def rule_name(rule: Rule) -> str:
    """Return the name of a time limit."""
    return _named(rule.name, rule.name_en)


def list_name(one: CodeList) -> str:
    """Return the name of a code list."""
    return _named(one.name, one.name_en)


def unit_word(unit: Unit) -> str:
    """Return the unit of a period as it follows its number."""
    return _(UNITS[unit])


def length_words(rule: Rule) -> str:
    """Return how long a period is."""
    between = "" if locale.get() == CHINESE else " "
    return f"{rule.length}{between}{unit_word(rule.unit)}"


def coded(word: str | None, key: str) -> str:
    """Return what an entry of a code list is called, by its code or its Chinese name; anything else as it is."""
    codes = lawpack.load().code_lists[key].codes
    found = next((code for code in codes if word in (code.code, code.name)), None)
    return _named(found.name, found.name_en) if found else word or ""


def deadline_name(code: str, name: str) -> str:
    """Return the name of a deadline by its rule; *name* where the rule is gone."""
    rule = lawpack.load().catalogue.rules.get(code)
    return name if rule is None or locale.get() == CHINESE else rule_name(rule)


def _named(chinese: str, english: str) -> str:
    return chinese if locale.get() == CHINESE or not english else english


def dispute_type(code: object) -> object:
    """Return the name of a dispute type; anything else as it is."""
    for codes in lawpack.load().code_lists.values():
        found = codes.find(str(code)) if "纠纷类型" in codes.name else None
        if found is not None:
            return _named(found.name, found.name_en)
    return code


def purposes() -> Mapping[str, str]:
    """Return the purposes of looking at clear personal data, code -> words, in order."""
    return {
        code.code: _named(code.name, code.name_en) for code in lawpack.load().code_lists["purposes"].codes
    }
