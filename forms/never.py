"""
What may never be done to a person in care: a measure that asks for it is refused, whoever writes it (``properties.never``).

The dossier's "never" row of P3. Rules and words are a code list of the law pack (``never-care`` for ``properties.never =
"care"``), so that staff change them under approval. A refusal names the rule, so that the doors can write the attempt
into the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bpmn.model import Value
from forms.errors import Problem
from forms.field import Fault, Forbidden, Option
from forms.locale import N_

MARK: Final = "never"  #: name of the field property, and of the rule's code among a problem's parameters


def list_of(kind: str) -> str:
    """
    Return the key of the code list that holds the rules of a kind.

    >>> list_of("care")
    'never-care'
    """
    return f"{MARK}-{kind}"


def rules(properties: Mapping[str, str], code_lists: Mapping[str, Sequence[Option]]) -> tuple[Forbidden, ...]:
    """
    Return what a field with these properties refuses; words that were retired no longer count.

    >>> word = Option("N-01", "不得定位·手环", head="N")
    >>> rules({"never": "care"}, {"never-care": [word]})
    (Forbidden(code='N', text='不得定位', words=('手环',)),)
    """
    kind = properties.get(MARK)
    found: dict[str, tuple[str, list[str]]] = {}
    for option in code_lists.get(list_of(kind), ()) if kind else ():
        text, _, word = option.label.rpartition("·")
        if option.head and not option.is_retired:
            found.setdefault(option.head, (text, []))[1].append(word)
    return tuple(Forbidden(code=code, text=text, words=tuple(words)) for code, (text, words) in found.items())


def fault(value: Value, forbidden: Iterable[Forbidden]) -> Fault | None:
    """
    Return why a measure is refused, None when it asks for nothing that is never lawful.

    >>> rule = Forbidden(code="N", text="不得定位", words=("定位",))
    >>> fault("每周走访一次", [rule]) is None, fault(["走访", "手机定位"], [rule]).parameters["never"]
    (True, 'N')
    """
    texts = value if isinstance(value, list) else [value]
    for text in (one for one in texts if isinstance(one, str)):
        for rule in forbidden:
            word = next((word for word in rule.words if word in text), None)
            if word is not None:
                return Fault(
                    N_("{label}里的“{word}”不能做：{rule}"), word=word, rule=rule.text, never=rule.code
                )
    return None


def broken(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return code of each rule that a refused submission asked to break -> the fields that did."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if code := problem.parameters.get(MARK):
            found.setdefault(code, []).append(problem.path)
    return found
