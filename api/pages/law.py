"""Names from the law pack in the reader's language: roles, papers, code lists."""

from __future__ import annotations

from collections.abc import Mapping

from api.i18n import CHINESE, locale
from bpmn.deadlines import lawpack


def role_names() -> Mapping[str, str]:
    """Return role codes with their names."""
    return {code: _named(role.name, role.name_en) for code, role in lawpack.load().roles.items()}


def paper_title(code: str) -> str:
    """Return the title of a paper; its code when the law pack does not list it."""
    paper = lawpack.load().papers.get(code)
    return _named(paper.name, paper.name_en) if paper else code


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
