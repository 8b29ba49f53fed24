"""Models made for other engines: what is taken over as what, what is listed, what is refused."""

from __future__ import annotations

import pytest
from models import errors, file, findings, line, warnings

from bpmn import parser
from bpmn.definition import ProcessDefinition

CAMUNDA = ("camunda", "xsi")


def imported(inside: str, spaces: tuple[str, ...], roots: str = "") -> ProcessDefinition:
    return parser.parse({"m.bpmn": file(inside, spaces=spaces, roots=roots)})


def xml(definition: ProcessDefinition) -> str:
    return definition.files["m.bpmn"].decode()


@pytest.mark.parametrize(
    ("prefix", "attribute", "value", "name", "expected"),
    [
        ("camunda", "assignee", "${initiator}", "assignee", "=initiator"),
        ("flowable", "assignee", "demo", "assignee", '="demo"'),
        ("activiti", "candidateGroups", "sales, human resources", "roles", "sales human_resources"),
        ("camunda", "formKey", "embedded:app:forms/start.html", "form", "start"),
        ("camunda", "priority", "50", "priority", "50"),
    ],
)
def test_assignment_and_forms_of_user_tasks(
    prefix: str, attribute: str, value: str, name: str, expected: str
) -> None:
    """
    Who does a task, and with which form, is taken over in our own words and listed.
    """
    inside = line(f'<userTask id="u" {prefix}:{attribute}="{value}"/>')

    definition = imported(inside, (prefix,))

    assert definition.elements["u"].extensions[name] == expected
    assert "imported" in {one.code for one in definition.warnings}


@pytest.mark.parametrize(
    ("attributes", "operation"),
    [
        ('camunda:type="external" camunda:topic="send-letter"', "send-letter"),
        ('camunda:delegateExpression="${mailer}"', "mailer"),
        ('camunda:class="com.example.Mailer"', "com.example.Mailer"),
        ('camunda:expression="${mailer.send(x)}"', "mailer.send(x)"),
    ],
)
def test_service_tasks_become_jobs(attributes: str, operation: str) -> None:
    """
    Topics, delegates and expressions name the job type.
    """
    definition = imported(line(f'<serviceTask id="t" {attributes}/>'), CAMUNDA)

    assert definition.elements["t"].extensions["operation"] == operation


def test_zeebe_service_task_with_mappings() -> None:
    """
    Job type, headers and mappings of Camunda 8 are taken over.
    """
    inside = line(
        '<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="pay"/><zeebe:ioMapping>'
        '<zeebe:input source="=order.total" target="amount"/><zeebe:output source="=receipt" target="paid"/>'
        "</zeebe:ioMapping></extensionElements></serviceTask>"
    )

    definition = imported(inside, ("zeebe",))

    assert definition.elements["t"].extensions["operation"] == "pay"
    assert 'jf:input target="amount" source="=order.total"' in xml(definition)
    assert 'jf:output target="paid" source="=receipt"' in xml(definition)


def test_importing_twice_changes_nothing() -> None:
    """
    The canonical file is its own import: same digest.
    """
    inside = line(
        '<userTask id="u" camunda:assignee="${who}"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="x">${y}</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>'
    )
    once = imported(inside, CAMUNDA)

    twice = parser.parse(once.files)

    assert twice.files == once.files


def test_call_without_mappings_passes_nothing_in_camunda_7() -> None:
    """
    Camunda 7 passes no variables unless told; the import says so.
    """
    inside = line('<callActivity id="c" calledElement="Q"/>')
    other = '<process id="Q"><startEvent id="qs"/><endEvent id="qe"/><sequenceFlow id="qf" sourceRef="qs" targetRef="qe"/></process>'

    definition = imported(inside, CAMUNDA, roots=other)

    assert '<jf:allIn xmlns:jf="urn:jingfa:bpmn:1" enabled="false"/>' in xml(definition)


@pytest.mark.parametrize(
    ("extension", "code"),
    [
        ('<camunda:executionListener event="start" class="x.Y"/>', "vendor-listener"),
        ('<camunda:taskListener event="create" expression="${x}"/>', "vendor-listener"),
        ('<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter></camunda:inputOutput>', "expression-not-translatable"),
    ],
)  # fmt: skip
def test_code_in_extensions_is_refused(extension: str, code: str) -> None:
    """
    A listener or a script would not run here, so the model is refused by its name.
    """
    inside = line(f'<userTask id="u"><extensionElements>{extension}</extensionElements></userTask>')

    assert code in errors(file(inside, spaces=CAMUNDA))


def test_unknown_vendor_setting_is_a_warning() -> None:
    """
    What nobody knows is listed, never dropped in silence.
    """
    assert "vendor-feature" in warnings(file(line('<userTask id="u" camunda:wibble="1"/>'), spaces=CAMUNDA))


def test_multi_instance_of_both_families() -> None:
    """
    Collection and element are found in Camunda 7's and Camunda 8's words.
    """
    seven = '<userTask id="a"><multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="p"/></userTask>'
    eight = (
        '<userTask id="b"><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics '
        'inputCollection="=people" inputElement="p"/></extensionElements></multiInstanceLoopCharacteristics></userTask>'
    )

    text = xml(imported(line(seven, eight), ("camunda", "zeebe")))

    assert text.count('jf:collection="=people"') == 2
    assert text.count('jf:element="p"') == 2


def test_error_reference_of_activiti_is_the_code() -> None:
    """
    Activiti and Flowable let an event name an error code that no element declares.
    """
    inside = line('<userTask id="u"/>').replace(
        '<endEvent id="e"/>', '<endEvent id="e"><errorEventDefinition errorRef="E1"/></endEvent>'
    )

    assert errors(file(inside, spaces=("activiti",))) == set()


def test_flows_without_id_get_one() -> None:
    """
    The id of a sequence flow is optional in BPMN and needed here.
    """
    inside = '<startEvent id="s"/><endEvent id="e"/><sequenceFlow sourceRef="s" targetRef="e"/>'

    definition = imported(inside, ())

    assert [one.source for one in definition.flows.values()] == ["s"]


def test_literal_in_an_expression_is_a_name() -> None:
    """
    ``="pay"`` is nothing but a string, so it may name a job type.
    """
    inside = line(
        '<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="=&quot;pay&quot;"/></extensionElements></serviceTask>'
    )

    assert imported(inside, ("zeebe",)).elements["t"].extensions["operation"] == "pay"


def test_pool_that_does_not_run_is_only_warned_about() -> None:
    """
    A partner's pool, said not to be executable, cannot refuse the one that is.
    """
    partner = '<process id="X" isExecutable="false"><complexGateway id="odd"/></process>'
    data = file(line('<userTask id="u"/>'), roots=partner)

    assert errors(data) == set()
    assert "unsupported-element" in warnings(data)


def test_files_with_the_same_ids_are_told_apart() -> None:
    """
    Two files of one tool number their elements alike; the later one gives way.
    """
    first = file(line('<callActivity id="c" calledElement="Q"/>'))
    second = file(line('<userTask id="c"/>'), key="Q")

    definition = parser.parse({"a.bpmn": first, "b.bpmn": second})

    assert {one.type for one in definition.elements.values() if one.process_id == "Q"} >= {
        "userTask",
        "startEvent",
    }
    assert len(definition.flows) == 4


def test_vendor_findings_name_file_and_element() -> None:
    """
    A finding can be shown in the drawing.
    """
    found = findings(file(line('<userTask id="u" name="审核" camunda:wibble="1"/>'), spaces=CAMUNDA))

    feature = next(one for one in found if one.code == "vendor-feature")
    assert (feature.file, feature.element_id, feature.element_name) == ("m.bpmn", "u", "审核")


@pytest.mark.parametrize(
    ("called", "kind"),
    [
        ('<globalUserTask id="g" name="G"><potentialOwner id="o"><resourceRef>r</resourceRef></potentialOwner>'
         '</globalUserTask><resource id="r" name="R"/>', "userTask"),
        ('<globalScriptTask id="g"><script>a = 1</script></globalScriptTask>', "scriptTask"),
        ('<globalTask id="g"/>', "task"),
    ],
)  # fmt: skip
def test_call_of_a_global_task_is_that_task(called: str, kind: str) -> None:
    """
    Calling a global task does what the task does, under the call's own id.
    """
    definition = imported(line('<callActivity id="k" calledElement="g"/>'), ("jf",), roots=called)

    assert definition.elements["k"].type == kind


def test_global_task_that_nobody_calls_runs_nothing() -> None:
    """
    A declaration alone is no reason to refuse a file.
    """
    assert errors(file(line('<task id="t"/>'), roots='<globalUserTask id="g" name="G"/>')) == set()


def test_code_that_another_engine_runs_around_a_task_is_refused() -> None:
    """
    Scripts on entry and exit change data that would be missing here.
    """
    inside = line(
        '<task id="t"><extensionElements><x:postScript xmlns:x="http://spiffworkflow.org/bpmn/schema/1.0/core">'
        "a = 1</x:postScript></extensionElements></task>"
    )

    assert "vendor-listener" in errors(file(inside))
