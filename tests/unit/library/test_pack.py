"""The shipped pack hangs together: forms, roles, papers, deadlines and sources that its diagrams name exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn import parser
from bpmn.model import Severity
from forms.lint import lint
from workflows import scenario_pack

PACK = scenario_pack.open_pack(scenario_pack.LIBRARY / "dispute-referral")
ELEMENTS = list(PACK.definition.elements.values())
HELD_IN = {
    **dict.fromkeys(("R02", "R04", "R05"), "station"),
    **dict.fromkeys(("R07", "R08"), "room"),
    **dict.fromkeys(("R13", "R18"), "justice-district"),
    "R06": "justice",
    "R10": "legal",
    "R14": "police-district",
}  #: role -> kind of unit in which it is held


def named(attribute: str) -> set[str]:
    """Every word that an attribute of the diagrams holds."""
    return {word for element in ELEMENTS for word in str(element.extensions.get(attribute) or "").split()}


def test_nothing_would_be_refused() -> None:
    """The check of models and decisions finds no error and no warning."""
    files = {
        file.name: file.read_bytes()
        for file in Path(PACK.path).rglob("*")
        if file.suffix in {".bpmn", ".dmn"}
    }

    assert [f.message for f in parser.check(files) if f.severity is not Severity.INFO] == []


def test_every_user_task_has_form_roles_and_source() -> None:
    """Who does what, by which right, stands at every user task."""
    tasks = [element for element in ELEMENTS if element.type == "userTask"]
    needed = {"form", "roles", "source"}

    assert {task.id for task in tasks if needed - set(task.extensions)} == set()


def test_the_unit_of_a_task_is_where_its_roles_are_held() -> None:
    """A task names a unit exactly when all its roles are held in the same kind of unit."""
    tasks = [element for element in ELEMENTS if element.type == "userTask"]
    held = {task.id: {HELD_IN[role] for role in str(task.extensions["roles"]).split()} for task in tasks}
    named = {task.id: {str(task.extensions["at"])} if task.extensions.get("at") else set() for task in tasks}

    assert named == {task: slots if len(slots) == 1 else set() for task, slots in held.items()}


def test_forms_and_tasks_match() -> None:
    """Every form that is named exists, and every form that exists is named."""
    by_hand = {message["form"] for message in PACK.settings["message"]}

    assert named("form") | by_hand == set(PACK.forms)


def test_messages_that_people_enter_are_waited_for() -> None:
    """A message with a form is caught by an element of the pack, by roles the law pack knows."""
    offered = PACK.settings["message"]
    waiting = {element for message in offered for element in message.get("at", ())}

    assert {message["name"] for message in offered} <= set(PACK.settings["messages"]["catches"])
    assert waiting <= set(PACK.definition.elements)
    assert {role for message in offered for role in message["roles"]} <= set(PACK.lawpack.roles)


@pytest.mark.parametrize("key", sorted(PACK.forms))
def test_forms_have_no_fault(key: str) -> None:
    """The form checker finds nothing, and no section has more than twelve fields."""
    import json

    schema = json.loads((PACK.path / "forms" / f"{key}.json").read_text(encoding="utf-8"))
    sections = [c for c in schema["components"] if c["type"] in {"group", "dynamiclist"}]

    assert [f.message for f in lint(schema, file=key)] == []
    assert [s["label"] for s in sections if len(s["components"]) > 12] == []


def test_roles_deadlines_and_sources_are_in_the_law_pack() -> None:
    """Nothing is cited that the law pack does not know."""
    law = PACK.lawpack

    assert named("roles") - set(law.roles) == set()
    assert (named("deadline") | named("pauses") | named("extends")) - set(law.catalogue.rules) == set()
    assert named("source") - set(law.sources) == set()


def test_papers_w01_to_w16_are_all_made() -> None:
    """Every paper of the dossier is made by some step."""
    assert {f"W{number:02}" for number in range(1, 17)} - named("papers") - named("signs") == set()


def test_decisions_that_are_named_exist() -> None:
    """A business rule task names a decision of the pack."""
    assert all(
        any(f'id="{name}"'.encode() in table for table in PACK.definition.decisions.values())
        for name in named("decision")
    )


def test_samples_fit_forms_and_messages() -> None:
    """Typical answers exist for every form, and for nothing else."""
    messages = {event.event_name for event in PACK.definition.starts}

    assert set(PACK.samples) - set(PACK.forms) - messages == set()
