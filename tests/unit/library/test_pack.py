"""The shipped packs hang together: forms, roles, papers, deadlines and sources that its diagrams name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import workflows
from bpmn import parser
from bpmn.definition import Element
from bpmn.model import Severity
from forms.lint import lint
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios.pack import PackFolder

PACKS = {folder.name: scenario_pack.open_pack(folder) for folder in scenario_pack.shipped()}
FORMS = [(name, file.stem) for name, pack in PACKS.items() for file in sorted(pack.path.glob("forms/*.json"))]
HELD_IN = {
    **dict.fromkeys(("R02", "R04", "R05"), "station"),
    **dict.fromkeys(("R07", "R08"), "room"),
    **dict.fromkeys(("R13", "R16", "R18"), "justice-district"),
    "R06": "justice",
    "R10": "legal",
    "R14": "police-district",
}  #: role -> kind of unit in which it is held; the others sit in more than one kind


WRITERS = [
    *(
        file
        for pack in PACKS.values()
        for file in (*pack.path.glob("*.bpmn"), *pack.path.glob("forms/*.json"))
    ),
    *Path(workflows.__file__).parent.rglob("*.py"),
]
WRITTEN = {word for file in WRITERS for word in re.findall(r"\w+", file.read_text("utf-8"))}


def attributes(table: str) -> set[str]:
    """The attributes of its input data that a table reads: ``needed`` of ``appraisal.needed``."""
    inputs = "|".join(re.findall(r'<inputData id="[^"]*" name="([^"]*)"', table))
    return set(re.findall(rf"\b(?:{inputs})\.(\w+)", table)) if inputs else set()


@pytest.fixture(params=sorted(PACKS))
def pack(request: pytest.FixtureRequest) -> PackFolder:
    """One shipped pack after the other."""
    return PACKS[request.param]


def elements(pack: PackFolder) -> list[Element]:
    """Everything that the diagrams of a pack hold."""
    return list(pack.definition.elements.values())


def named(pack: PackFolder, attribute: str) -> set[str]:
    """Every word that an attribute of the diagrams holds."""
    return {word for one in elements(pack) for word in str(one.extensions.get(attribute) or "").split()}


def test_nothing_would_be_refused(pack: PackFolder) -> None:
    """The check of models and decisions finds no error and no warning."""
    assert [f.message for f in parser.check(pack.models()) if f.severity is not Severity.INFO] == []


def test_every_user_task_has_form_roles_and_source(pack: PackFolder) -> None:
    """Who does what, by which right, stands at every user task."""
    tasks = [element for element in elements(pack) if element.type == "userTask"]
    needed = {"form", "roles", "source"}

    assert {task.id for task in tasks if needed - set(task.extensions)} == set()


def test_the_unit_of_a_task_is_where_its_roles_are_held(pack: PackFolder) -> None:
    """A task names a unit if its roles are held in one kind of unit, and never one where a role is not held."""
    tasks = [element for element in elements(pack) if element.type == "userTask"]
    held = {task.id: {HELD_IN.get(role) for role in str(task.extensions["roles"]).split()} for task in tasks}
    given = {task.id: {str(task.extensions["at"])} if task.extensions.get("at") else set() for task in tasks}

    needed = {task for task, slots in held.items() if len(slots) == 1 and None not in slots}
    wrong = {task for task, at in given.items() if at and not held[task] - {None} <= at}
    assert {task for task in needed if not given[task]} | wrong == set()


def test_forms_and_tasks_match(pack: PackFolder) -> None:
    """Every form that is named exists, and every form that exists is named here or by a pack that shares it."""
    by_hand = {message["form"] for message in pack.settings.get("message", ())}
    own = {file.stem for file in pack.path.glob("forms/*.json")}
    sharing = [one for one in PACKS.values() if pack.path in [used.path for used in one.used]]
    elsewhere = {form for one in sharing for form in named(one, "form")}

    assert (named(pack, "form") | by_hand) - set(pack.forms) == set()
    assert own - named(pack, "form") - by_hand - elsewhere == set()


def test_messages_that_people_enter_are_waited_for(pack: PackFolder) -> None:
    """A message with a form is caught by an element of the pack, by roles the law pack knows."""
    offered = pack.settings.get("message", ())
    waiting = {element for message in offered for element in message.get("at", ())}

    assert {message["name"] for message in offered} <= set(pack.settings["messages"]["catches"])
    assert waiting <= set(pack.definition.elements)
    assert {role for message in offered for role in message["roles"]} <= set(pack.lawpack.roles)


@pytest.mark.parametrize(("name", "key"), FORMS)
def test_forms_have_no_fault(name: str, key: str) -> None:
    """The form checker finds nothing, and no section has more than twelve fields."""
    import json

    schema = json.loads((PACKS[name].path / "forms" / f"{key}.json").read_text(encoding="utf-8"))
    sections = [c for c in schema["components"] if c["type"] in {"group", "dynamiclist"}]

    assert [f.message for f in lint(schema, file=key)] == []
    assert [s["label"] for s in sections if len(s["components"]) > 12] == []


def test_roles_deadlines_and_sources_are_in_the_law_pack(pack: PackFolder) -> None:
    """Nothing is cited that the law pack does not know."""
    law = pack.lawpack

    assert named(pack, "roles") - set(law.roles) == set()
    assert (named(pack, "deadline") | named(pack, "pauses") | named(pack, "extends")) - set(
        law.catalogue.rules
    ) == set()
    assert named(pack, "source") - set(law.sources) == set()


def test_papers_that_are_announced_are_made(pack: PackFolder) -> None:
    """Every paper that the pack announces is made by some step, and no other."""
    assert set(pack.settings["documents"]["papers"]) == named(pack, "papers") | named(pack, "signs")


def test_decisions_that_are_named_exist(pack: PackFolder) -> None:
    """A business rule task names a decision of the pack."""
    assert all(
        any(f'id="{name}"'.encode() in table for table in pack.definition.decisions.values())
        for name in named(pack, "decision")
    )


def test_what_a_table_reads_is_written_by_a_form_a_diagram_or_a_handler(pack: PackFolder) -> None:
    """An answer that nobody can give would never hold, and the rule that asks for it would never hit."""
    read = {
        name for file in pack.path.glob("decisions/*.dmn") for name in attributes(file.read_text("utf-8"))
    }
    assert read <= WRITTEN


def test_samples_fit_forms_and_messages(pack: PackFolder) -> None:
    """Typical answers belong to a form or to a message that the pack catches."""
    messages = set(pack.settings["messages"]["catches"]) | set(pack.settings["messages"].get("signals", ()))

    assert set(pack.samples) - set(pack.forms) - messages == set()
