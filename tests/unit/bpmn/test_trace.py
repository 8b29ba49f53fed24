"""Traces: one model, one story, one path."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from models import file, line

from bpmn import feel, parser
from bpmn.feel.environment import SHANGHAI
from bpmn.model import Json
from bpmn.trace import Trace, as_json, trace
from bpmn.trace.inputs import TraceInputInvalid, duration, read

NOON = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
MESSAGE = '<message id="m" name="M"/><signal id="sg" name="S"/><error id="er" name="E" errorCode="E1"/>'
TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"


def play(inside: str, story: Json = None, *, until: str | None = None, **more: str) -> Trace:
    definition = parser.parse({"m.bpmn": file(inside, roots=MESSAGE, **more)})
    limit = duration(until) if until else None
    return trace(definition, read(story), environment=feel.Environment(now=NOON), until=limit)


def boundary(definition: str, more: str = "") -> str:
    return (
        f'<boundaryEvent id="b" attachedToRef="u" {more}>{definition}</boundaryEvent><endEvent id="late"/>'
        '<sequenceFlow id="fb" sourceRef="b" targetRef="late"/>'
    )


def test_everything_unsaid_succeeds_at_once() -> None:
    """
    Without inputs, people and services complete with no values.
    """
    result = play(line('<userTask id="u"/>', '<serviceTask id="t"/>'))

    assert (result.outcome, result.path, result.ended_at) == ("completed", ("s", "u", "t", "e"), ("e",))
    assert result.flows == ("f0", "f1", "f2")


def test_answers_are_consumed_visit_by_visit_and_the_last_repeats() -> None:
    """
    A loop reads the list entry by entry.
    """
    body = (
        '<startEvent id="s"/><userTask id="u"/><exclusiveGateway id="g" default="back"/><endEvent id="e"/>'
        '<sequenceFlow id="a" sourceRef="s" targetRef="u"/><sequenceFlow id="b" sourceRef="u" targetRef="g"/>'
        '<sequenceFlow id="back" sourceRef="g" targetRef="u"/><sequenceFlow id="c" sourceRef="g" targetRef="e">'
        "<conditionExpression>ok</conditionExpression></sequenceFlow>"
    )
    story = {
        "tasks": {
            "u": [{"variables": {"ok": False}}, {"variables": {"ok": False}}, {"variables": {"ok": True}}]
        }
    }

    assert play(body, story).path == ("s", "u", "u", "u", "e")


def test_task_is_found_by_its_name() -> None:
    """
    People write the name they see.
    """
    result = play(line('<userTask id="u" name="审核"/>'), {"tasks": {"审核": {"variables": {"x": 1}}}})

    assert as_json(result)["variables"] == {"x": 1}


def test_an_answer_for_a_task_that_is_not_there_is_said() -> None:
    """
    A misspelt name is not taken for silence.
    """
    story = {"tasks": {"审合": {"variables": {"x": 1}}, "审核": {}, "send": {}}, "services": {"send": {}}}

    result = play(line('<userTask id="u" name="审核"/>'), story)

    found = [one.message for one in result.findings if one.code == "answer-not-used"]
    assert ["审合" in found[0], "send" in found[1], len(found)] == [True, True, 2]


def test_timer_overtakes_a_slow_task() -> None:
    """
    An interrupting timer fires before a task that takes longer.
    """
    body = line('<userTask id="u"/>') + boundary(TIMER.format("PT1H"))

    result = play(body, {"tasks": {"u": [{"after": "PT2H"}]}})

    assert result.path == ("s", "b", "late")


def test_fast_task_overtakes_the_timer() -> None:
    """
    A task that ends first cancels its timer.
    """
    body = line('<userTask id="u"/>') + boundary(TIMER.format("PT1H"))

    assert play(body, {"tasks": {"u": [{"after": "PT59M"}]}}).path == ("s", "u", "e")


def test_task_that_never_ends_waits() -> None:
    """
    ``never`` leaves the task open; the trace says what is waited for.
    """
    result = play(line('<userTask id="u"/>'), {"tasks": {"u": {"never": True}}})

    assert result.outcome == "waiting"
    assert as_json(result)["waiting"] == [{"element_id": "u", "kind": "userTask", "due_at": None}]


def test_clock_stops_at_until() -> None:
    """
    A timer beyond the limit does not fire and shows when it would.
    """
    body = line(f'<intermediateCatchEvent id="c">{TIMER.format("P60D")}</intermediateCatchEvent>')

    result = play(body, until="30d")

    assert as_json(result)["waiting"] == [
        {"element_id": "c", "kind": "timer", "due_at": (NOON + timedelta(days=60)).isoformat()}
    ]


def test_endless_cycle_ends_with_until() -> None:
    """
    A repeating timer beside a task that never ends stops when the clock does.
    """
    timer = "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"
    body = line('<userTask id="u"/>') + boundary(timer, 'cancelActivity="false"')

    result = play(body, {"tasks": {"u": {"never": True}}}, until="PT3H30M")

    assert result.path.count("b") == 3


def test_error_of_a_service_takes_its_boundary() -> None:
    """
    A handler that throws the drawn error follows the drawn arrow.
    """
    body = line('<serviceTask id="u"/>') + boundary('<errorEventDefinition errorRef="er"/>')

    assert play(body, {"services": {"u": {"error": "E1"}}}).ended_at == ("late",)


def test_service_is_found_by_its_type_and_fails_as_an_incident() -> None:
    """
    A technical failure stops the token and is told.
    """
    result = play(
        line('<serviceTask id="t" jf:operation="send"/>'), {"services": {"send": {"fails": "断网"}}}
    )

    assert result.outcome == "incident"
    assert as_json(result)["incidents"] == [{"element_id": "t", "message": "断网"}]


def test_message_arrives_at_its_time() -> None:
    """
    A message that is awaited moves the token and brings its variables.
    """
    body = line(
        '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    )

    result = play(body, {"events": [{"at": "PT1H", "message": "M", "variables": {"x": "y"}}]})

    assert (result.outcome, result.variables) == ("completed", {"x": "y"})


def test_message_that_nobody_awaits_is_told() -> None:
    """
    It is not kept for later, and a finding says so.
    """
    result = play(
        line('<userTask id="u"/>'), {"tasks": {"u": {"after": "PT1H"}}, "events": [{"message": "M"}]}
    )

    assert "message-not-awaited" in {one.code for one in result.findings}


def test_signal_reaches_its_catch() -> None:
    """
    A signal moves whoever listens.
    """
    body = line(
        '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="sg"/></intermediateCatchEvent>'
    )

    assert play(body, {"events": [{"at": "1h", "signal": "S"}]}).outcome == "completed"


def test_thrown_message_is_listed() -> None:
    """
    What leaves the instance is in the trace.
    """
    body = line(
        '<intermediateThrowEvent id="c"><messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
    )

    assert as_json(play(body))["thrown"] == [{"kind": "message", "name": "M"}]


def test_start_by_message() -> None:
    """
    The start event of the named message is the one that happens.
    """
    body = line('<userTask id="u"/>') + (
        '<startEvent id="sm"><messageEventDefinition messageRef="m"/></startEvent>'
        '<sequenceFlow id="fm" sourceRef="sm" targetRef="u"/>'
    )

    assert play(body, {"start": {"message": "M", "variables": {"a": 1}}}).path[0] == "sm"


def test_ids_that_the_library_keeps_for_itself_run() -> None:
    """
    ``Start``, ``End`` and ``Root`` are ids like any other.
    """
    body = (
        '<startEvent id="Start"/><userTask id="Root"/><endEvent id="End"/>'
        '<sequenceFlow id="a" sourceRef="Start" targetRef="Root"/><sequenceFlow id="b" sourceRef="Root" targetRef="End"/>'
    )

    assert play(body).path == ("Start", "Root", "End")


def test_call_of_camunda_7_passes_only_what_is_mapped() -> None:
    """
    The called process sees the mapped variable, the caller gets the mapped one back, and nothing else passes.
    """
    called = (
        '<process id="Q"><startEvent id="qs"/><scriptTask id="qt"><script>out = seen + 1; lost = 1</script></scriptTask>'
        '<endEvent id="qe"/><sequenceFlow id="q1" sourceRef="qs" targetRef="qt"/><sequenceFlow id="q2" sourceRef="qt" targetRef="qe"/></process>'
    )
    call = line(
        '<callActivity id="c" calledElement="Q"><extensionElements><camunda:in source="x" target="seen"/>'
        '<camunda:out source="out" target="y"/></extensionElements></callActivity>'
    )
    definition = parser.parse({"m.bpmn": file(call, roots=called, spaces=("camunda",))}, process_id="P")

    result = trace(
        definition, read({"start": {"variables": {"x": 1}}}), environment=feel.Environment(now=NOON)
    )

    assert as_json(result)["variables"] == {"x": 1, "y": 2}


def test_call_of_camunda_7_without_mappings_passes_nothing() -> None:
    """
    Neither in nor out.
    """
    called = (
        '<process id="Q"><startEvent id="qs"/><scriptTask id="qt"><script>y = 1</script></scriptTask><endEvent id="qe"/>'
        '<sequenceFlow id="q1" sourceRef="qs" targetRef="qt"/><sequenceFlow id="q2" sourceRef="qt" targetRef="qe"/></process>'
    )
    call = line('<callActivity id="c" calledElement="Q"/>')
    definition = parser.parse({"m.bpmn": file(call, roots=called, spaces=("camunda",))}, process_id="P")

    result = trace(
        definition, read({"start": {"variables": {"x": 1}}}), environment=feel.Environment(now=NOON)
    )

    assert as_json(result)["variables"] == {"x": 1}


@pytest.mark.parametrize(
    "story",
    [
        {"task": {}},
        {"tasks": {"u": {"vars": {}}}},
        {"tasks": []},
        {"events": [{"at": "PT1H"}]},
        {"events": [{"message": "M", "signal": "S"}]},
        {"tasks": {"u": {"after": "soon"}}},
        {"start": {"process": "nobody"}},
        {"start": {"message": "nobody"}},
    ],
)
def test_wrong_inputs_are_refused_before_anything_runs(story: Json) -> None:
    """
    A misspelt key is never ignored.
    """
    with pytest.raises(TraceInputInvalid) as caught:
        play(line('<userTask id="u"/>'), story)

    assert caught.value.message


def test_a_thousand_tasks_at_once_are_all_done() -> None:
    """
    A trace does not stop for the number of tasks that are open side by side.
    """
    marker = "<multiInstanceLoopCharacteristics><loopCardinality>1000</loopCardinality></multiInstanceLoopCharacteristics>"
    result = play(line(f'<userTask id="u">{marker}</userTask>'))

    assert (result.outcome, result.path.count("u")) == ("completed", 1000)
