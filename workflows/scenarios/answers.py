"""How a simulated person answers a task: typical answers, what the step says, checked by the real form."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from bpmn import feel
from bpmn.errors import Invalid
from bpmn.model import Json, UserTaskWait, Value
from forms.errors import SubmissionInvalid
from forms.model import Form
from forms.validation import validate
from workflows.scenarios.pack import Pack
from workflows.scenarios.samples import answers, laid_over


class StepRefused(Invalid):
    """这一步现在不能办理。请核对用例中的次序和办理人。"""


def submission(
    pack: Pack, wait: UserTaskWait, values: Mapping[str, Json], environment: feel.Environment
) -> dict[str, Value]:
    """
    Return what completing *wait* submits.

    Raises:
        StepRefused: the form finds fault with it.
    """
    key = str(wait.extensions.get("form") or "")
    form = pack.forms.get(key)
    if form is None:
        return dict(values)
    typical = copy.deepcopy(dict(pack.samples.get(key) or {}))
    raw = answers(laid_over(typical, values), wait.variables, environment)
    return checked(form, raw, wait.variables, environment)


def checked(
    form: Form, raw: Mapping[str, Json], context: Mapping[str, Value], environment: feel.Environment
) -> dict[str, Value]:
    """
    Return the values of a submission as the form reads them.

    Raises:
        StepRefused: with every faulty field.
    """
    try:
        return validate(form, raw, context=context, environment=environment)
    except SubmissionInvalid as refusal:
        words = "；".join(f"{problem.path} {problem.message}" for problem in refusal.problems)
        raise StepRefused(f"{form.title}：{words}") from refusal


def ensure_role(wait: UserTaskWait, who: str | None) -> None:
    """
    Refuse a person whose role, or whose kind of unit, the task does not name.

    Raises:
        StepRefused: it names who may do it.
    """
    if who is None:
        return
    role, _, slot = who.partition("=")[0].partition("@")
    roles = str(wait.extensions.get("roles") or "").split()
    held_in = str(wait.extensions.get("at") or "")
    if role not in roles or (slot and held_in and slot != held_in):
        raise StepRefused(f"任务“{wait.name}”由 {'、'.join(roles)} 办理，{who} 不能办理。")


def ensure_other_person(wait: UserTaskWait, who: str | None, done_by: Mapping[str, str]) -> None:
    """
    Refuse whoever did one of the steps that ``jf:notBy`` names; people are told apart by ``R06@justice=name``.

    Raises:
        StepRefused: the same person did the other step.
    """
    person = (who or "").partition("=")[2]
    others = str(wait.extensions.get("notBy") or "").split()
    if person and any(done_by.get(element_id) == person for element_id in others):
        raise StepRefused(f"任务“{wait.name}”不能由办理上一步的同一个人办理。请换人办理。")
