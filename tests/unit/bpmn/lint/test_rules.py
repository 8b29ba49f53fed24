"""Every rule, one faulty model each: what is refused, by which code."""

from __future__ import annotations

import pytest
from models import errors, file, findings, line, warnings

from bpmn.diagram import Catalogue
from bpmn.model import Severity

USER = '<userTask id="u"/>'
MESSAGE = '<message id="m" name="M"/>'


def flow(source: str, target: str, inside: str = "", more: str = "") -> str:
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}" {more}>{inside}</sequenceFlow>'


def condition(text: str = "a", more: str = "") -> str:
    return f'<conditionExpression xsi:type="tFormalExpression" {more}>{text}</conditionExpression>'


def catch(definition: str) -> str:
    return line(f'<intermediateCatchEvent id="c">{definition}</intermediateCatchEvent>')


def boundary(definition: str, more: str = "") -> str:
    return line(USER) + (
        f'<boundaryEvent id="b" attachedToRef="u" {more}>{definition}</boundaryEvent><endEvent id="x"/>'
        + flow("b", "x")
    )


def gateway(kind: str, flows: str, more: str = "") -> str:
    return f'<startEvent id="s"/><{kind} id="g" {more}/><task id="a"/><task id="b"/>' + flow("s", "g") + flows


TWO = flow("g", "a") + flow("g", "b")


def test_plain_model_has_no_errors() -> None:
    """
    A start, a task and an end in a line are accepted without error or warning.
    """
    found = findings(file(line(USER)))

    assert [one for one in found if one.severity is not Severity.INFO] == []


REFUSED = {
    "missing-start": "<task id='a'/><task id='b'/>" + flow("a", "b") + flow("b", "a"),
    "empty-scope": line('<subProcess id="sub"/>'),
    "unreachable": line(USER) + '<task id="lost"/>',
    "duplicate-id": line(USER) + '<dataObject id="u"/>',
    "dangling-reference": line(USER) + flow("u", "nowhere"),
    "wrong-reference": line(USER) + '<dataObject id="d"/>' + flow("u", "d"),
    "open-flow": line(USER) + '<sequenceFlow id="f" sourceRef="u" targetRef=""/>',
    "not-immediate": line(USER).replace('id="f0"', 'id="f0" isImmediate="false"'),
    "flow-into-start": line(USER) + flow("u", "s"),
    "flow-out-of-end": line(USER) + flow("e", "u"),
    "flow-into-boundary": boundary("<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>") + flow("s", "b"),
    "flow-crosses-border": line('<subProcess id="sub"><startEvent id="is"/><endEvent id="ie"/><sequenceFlow id="if" sourceRef="is" targetRef="ie"/></subProcess>') + flow("is", "e"),
    "contradicting-flow": line(USER).replace('<userTask id="u"/>', '<userTask id="u"><outgoing>f0</outgoing></userTask>'),
    "unsupported-element": line('<transaction id="t"><startEvent id="is"/></transaction>'),
    "unknown-element": line(USER) + '<wibble id="w"/>',
    "missing-trigger": catch(""),
    "several-triggers": catch('<linkEventDefinition name="L"/><terminateEventDefinition/>'),
    "misplaced-trigger": catch("<errorEventDefinition/>"),
    "missing-payload": catch("<messageEventDefinition/>"),
    "empty-timer": catch("<timerEventDefinition/>"),
    "several-timers": catch("<timerEventDefinition><timeDuration>PT1H</timeDuration><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"),
    "unattached": line(USER) + '<boundaryEvent id="b"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>' + flow("b", "e"),
    "error-must-interrupt": boundary("<errorEventDefinition/>", 'cancelActivity="false"'),
    "missing-condition": gateway("exclusiveGateway", TWO),
    "default-with-condition": gateway("exclusiveGateway", flow("g", "a", condition()) + flow("g", "b", condition()), 'default="g-a"'),
    "foreign-default": gateway("exclusiveGateway", flow("g", "a", condition()) + flow("g", "b", condition()), 'default="s-g"'),
    "condition-not-asked": gateway("parallelGateway", flow("g", "a", condition()) + flow("g", "b")),
    "event-gateway-needs-two": gateway("eventBasedGateway", flow("g", "a")) + flow("a", "b"),
    "event-gateway-target": gateway("eventBasedGateway", TWO),
    "unpaired-link": line(USER) + '<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>' + flow("u", "t"),
    "endless-repetition": line('<task id="t"><standardLoopCharacteristics/></task>'),
    "multi-instance-over-nothing": line('<task id="t"><multiInstanceLoopCharacteristics/></task>'),
    "impossible-count": line('<task id="t"><multiInstanceLoopCharacteristics><loopCardinality>-1</loopCardinality></multiInstanceLoopCharacteristics></task>'),
    "multi-instance-behaviour": line('<task id="t"><multiInstanceLoopCharacteristics behavior="None"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></task>'),
    "unknown-call": line('<callActivity id="c" calledElement="Q"/>'),
    "missing-call": line('<callActivity id="c"/>'),
    "endless-recursion": line('<callActivity id="c" calledElement="P"/>'),
    "token-quantity": line('<task id="t" startQuantity="2"/>'),
    "implementation": line('<serviceTask id="t" implementation="http://example.org/soap"/>'),
    "instantiating": line('<receiveTask id="t" instantiate="true"/>'),
    "empty-script": line('<scriptTask id="t"/>'),
    "bad-script": line('<scriptTask id="t"><script>launch()</script></scriptTask>'),
    "script-language": line('<scriptTask id="t" scriptFormat="javascript"><script>x = 1</script></scriptTask>'),
    "bad-expression": gateway("exclusiveGateway", flow("g", "a", condition("a ==== 1")) + flow("g", "b"), 'default="g-b"'),
    "empty-expression": gateway("exclusiveGateway", flow("g", "a", condition("")) + flow("g", "b"), 'default="g-b"'),
    "expression-language": gateway("exclusiveGateway", flow("g", "a", condition("a", 'language="groovy"')) + flow("g", "b"), 'default="g-b"'),
    "unknown-extension": line('<userTask id="u" jf:froms="x"/>'),
    "misplaced-extension": line('<task id="t" jf:decision="x"/>'),
    "bad-mapping": line('<userTask id="u"><extensionElements><jf:input target="1 + 1" source="=2"/></extensionElements></userTask>'),
    "schema": line('<userTask id="u" assignee="me"/>'),
    "must-understand": "",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(REFUSED.keys() - {"must-understand"}))
def test_fault_is_refused(code: str) -> None:
    """
    A model with this fault is refused with this code.
    """
    assert code in errors(file(REFUSED[code]))


def test_extension_that_must_be_understood_is_refused() -> None:
    """
    ``mustUnderstand`` of a vendor's extension refuses the file.
    """
    root = '<extension definition="v:x" mustUnderstand="true"/>'

    assert "must-understand" in errors(file(line(USER), roots=root))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "PT"),
        ("timeDuration", "-PT1H"),
        ("timeDuration", "P1Q"),
        ("timeDate", "2026-02-30"),
        ("timeCycle", "R/PT0S"),
        ("timeCycle", "R0/PT1H"),
        ("timeCycle", "R3"),
        ("timeDuration", "P9999Y"),
    ],
)
def test_timer_that_cannot_be_read_is_refused(kind: str, text: str) -> None:
    """
    Plain timer text must be sound ISO 8601 before anything runs.
    """
    assert "bad-timer" in errors(
        file(catch(f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"))
    )


def test_cron_timer_is_refused_by_name() -> None:
    """
    Cron is not ISO 8601 and is called what it is.
    """
    timer = "<timerEventDefinition><timeCycle>0 0/5 * * * ?</timeCycle></timerEventDefinition>"

    assert "cron-timer" in errors(file(catch(timer)))


@pytest.mark.parametrize("text", ["PT1H", "=duration(&quot;PT1H&quot;)", "limit", "P3DT4H"])
def test_timer_as_iso_or_feel_is_accepted(text: str) -> None:
    """
    ISO text and FEEL with or without a leading ``=`` are timers.
    """
    assert (
        errors(
            file(catch(f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"))
        )
        == set()
    )


@pytest.mark.parametrize("element", ["complexGateway", "adHocSubProcess"])
def test_element_the_engine_cannot_run_is_named(element: str) -> None:
    """
    The finding names the element, the reason and a way out.
    """
    inside = "<startEvent id='is'/>" if element == "adHocSubProcess" else ""
    found = findings(file(line(f'<{element} id="x" name="难处">{inside}</{element}>')))

    refusal = next(one for one in found if one.code == "unsupported-element")
    assert "难处" in refusal.message
    assert refusal.remedy
    assert refusal.element_id == "x"


@pytest.mark.parametrize("definition", ["compensateEventDefinition", "cancelEventDefinition"])
def test_compensation_and_cancel_are_refused(definition: str) -> None:
    """
    Nothing of transactions is parsed and ignored.
    """
    model = line(USER).replace('<endEvent id="e"/>', f'<endEvent id="e"><{definition}/></endEvent>')

    assert "unsupported-element" in errors(file(model))


def test_recursion_with_a_way_out_is_accepted() -> None:
    """
    A process may call itself where a path without the call exists.
    """
    body = gateway(
        "exclusiveGateway", flow("g", "a", condition("n &gt; 0")) + flow("g", "b"), 'default="g-b"'
    )
    body = body.replace('<task id="a"/>', '<callActivity id="a" calledElement="P"/>')

    assert errors(file(body)) == set()


def test_names_are_checked_against_the_catalogue() -> None:
    """
    In a pack, a form, role, deadline, paper or source that does not exist refuses the model.
    """
    task = '<userTask id="u" jf:form="f" jf:roles="R99" jf:deadline="D-1" jf:papers="W0" jf:source="X-1"/>'
    nothing: frozenset[str] = frozenset()
    around = Catalogue(forms=nothing, roles=nothing, deadlines=nothing, papers=nothing, sources=nothing)

    found = errors(file(line(task)), catalogue=around)

    assert found == {"unknown-form", "unknown-role", "unknown-deadline", "unknown-paper", "unknown-source"}


def test_names_outside_a_pack_are_left_alone() -> None:
    """
    Without a catalogue nobody can say that a form is missing.
    """
    assert errors(file(line('<userTask id="u" jf:form="f" jf:roles="R99"/>'))) == set()


def test_message_flow_inside_a_pool_is_refused() -> None:
    """
    Message flows join pools.
    """
    pools = '<collaboration id="c"><participant id="p" processRef="P"/><messageFlow id="mf" sourceRef="s1" targetRef="u"/></collaboration>'

    assert "message-flow-inside-pool" in errors(file(line('<sendTask id="s1"/>', USER), roots=pools))


def test_endless_loop_is_a_warning_with_its_elements() -> None:
    """
    A loop that nothing leaves is shown by its elements.
    """
    body = line(USER) + '<task id="x"/><task id="y"/>' + flow("u", "x") + flow("x", "y") + flow("y", "x")

    found = next(one for one in findings(file(body)) if one.code == "endless-loop")

    assert found.witness is not None
    assert set(found.witness) == {"x", "y"}


def test_gateway_direction_against_the_flows_is_a_warning() -> None:
    """
    The flows decide, and the contradiction is told.
    """
    body = gateway("parallelGateway", TWO, 'gatewayDirection="Converging"')

    assert "gateway-direction" in warnings(file(body))


def test_fault_in_the_drawing_is_only_a_warning() -> None:
    """
    A broken drawing does not keep a sound process from running.
    """
    drawing = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="d"><di:BPMNPlane id="p" '
        'bpmnElement="P"><di:BPMNShape id="x" bpmnElement="u"/></di:BPMNPlane></di:BPMNDiagram>'
    )
    data = file(line(USER)).replace(b"</definitions>", drawing.encode() + b"</definitions>")

    assert errors(data) == set()
    assert "schema" in warnings(data)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "60"),
        ("timeDate", "2026-03"),
        ("timeDate", '=time("08:00:00")'),
        ("timeDuration", '="soon"'),
    ],
)
def test_timer_that_is_for_ever_no_time_is_refused(kind: str, text: str) -> None:
    """
    An expression that reads no data is judged by its value before anything runs.
    """
    body = catch(f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>")

    assert "constant-unfit" in errors(file(body))


def test_condition_that_is_for_ever_neither_true_nor_false_is_refused() -> None:
    """
    A condition that reads no data and is no boolean can never be decided.
    """
    flows = flow("g", "a", condition('"yes"')) + flow("g", "b")

    assert "constant-unfit" in errors(file(gateway("exclusiveGateway", flows, 'default="g-b"')))


def test_call_of_a_function_that_nobody_has_is_refused() -> None:
    """
    What FEEL, the engine and the model's scripts do not know is null for ever: a condition with it never holds.
    """
    flows = flow("g", "a", condition('getDataObject("x") = 1')) + flow("g", "b")

    assert "unknown-function" in errors(file(gateway("exclusiveGateway", flows, 'default="g-b"')))


def test_function_that_a_script_keeps_is_known() -> None:
    """
    A script may set a variable to a function, which later expressions call.
    """
    script = '<scriptTask id="t"><script>twice = function(n) 2 * n\nx = twice(2)</script></scriptTask>'

    assert errors(file(line(script))) == set()


def test_documentation_within_an_expression_is_no_part_of_it() -> None:
    """
    A formal expression may hold documentation beside its text.
    """
    inside = "<documentation>not FEEL at all</documentation>a"
    flows = flow("g", "a", condition(inside)) + flow("g", "b")

    assert errors(file(gateway("exclusiveGateway", flows, 'default="g-b"'))) == set()


def test_refused_trigger_is_reported_at_its_event() -> None:
    """
    The finding names the event that people see, not the definition inside it.
    """
    [found] = [
        one
        for one in findings(file(catch("<compensateEventDefinition/>")))
        if one.code == "unsupported-element"
    ]

    assert found.element_id == "c"


def test_correlation_keys_of_a_collaboration_are_told_of() -> None:
    """
    They are not evaluated: a warning says what tells messages apart instead.
    """
    roots = (
        '<collaboration id="k"><participant id="a" processRef="P"/>'
        '<correlationKey id="ck" name="order"><correlationPropertyRef>cp</correlationPropertyRef></correlationKey></collaboration>'
        '<correlationProperty id="cp" name="number"><correlationPropertyRetrievalExpression messageRef="m">'
        "<messagePath>number</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
        + MESSAGE
    )

    assert "correlation-not-evaluated" in warnings(file(line(USER), roots=roots))


def test_imports_may_stand_anywhere_at_the_top() -> None:
    """
    The order of the file's parts is put right on import.
    """
    roots = (
        MESSAGE + '<import importType="http://www.w3.org/2001/XMLSchema" location="a.xsd" namespace="urn:x"/>'
    )

    assert errors(file(line(USER), roots=roots)) == set()
