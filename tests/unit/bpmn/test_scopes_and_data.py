"""Subprocesses, call activities, events of a flow, variables and mappings."""

import pytest
from diagrams import Play, condition, end, event, flow, node, path, script, start, timer, user

from bpmn import interpreter
from bpmn.errors import ActivityNotWaiting, InstanceEnded
from bpmn.model import ClockWait, UserTaskWait


def sub(identity: str, inside: str, **attributes: str) -> str:
    return node("subProcess", identity, inside, **attributes)


def test_subprocess_shares_the_variables_of_its_process() -> None:
    """What a subprocess writes is there afterwards."""
    play = Play.of(
        start()
        + sub("a", start("s1") + script("t", "x = x + 1") + path("s1", "t"))
        + end()
        + path("s", "a", "e"),
        {"x": 1},
    )

    assert play.variables == {"x": 2}
    assert play.path == ["s", "s1", "t", "a", "e"]


def test_terminate_ends_its_own_subprocess_only() -> None:
    """The subprocess's other tokens are cancelled; the process goes on behind it."""
    inside = (
        start("s1")
        + node("parallelGateway", "f")
        + user("u")
        + end("t", "<terminateEventDefinition/>")
        + path("s1", "f", "u")
        + path("f", "t")
    )
    play = Play.of(start() + sub("a", inside) + user("z") + path("s", "a", "z"))

    assert play.waiting == ["z"]
    assert play.status == "active"


def test_terminate_of_the_process() -> None:
    """Everything else is cancelled and the instance is terminated."""
    play = Play.of(
        start()
        + node("parallelGateway", "f")
        + user("u")
        + end("t", "<terminateEventDefinition/>")
        + path("s", "f", "u")
        + path("f", "t")
    )

    assert (play.status, play.ended_at, play.waiting) == ("terminated", ["t"], [])


def test_subprocess_without_start_event() -> None:
    """Nodes without incoming flow begin; the subprocess ends when both have ended."""
    play = Play.of(start() + sub("a", user("u") + user("v")) + end() + path("s", "a", "e"))

    assert play.do("v").status == "active"
    assert play.do("u").status == "completed"


def test_several_none_starts_of_a_subprocess_all_fire() -> None:
    """Each none start event of an embedded subprocess gets a token."""
    inside = start("s1") + start("s2") + user("u") + user("v") + path("s1", "u") + path("s2", "v")

    assert Play.of(start() + sub("a", inside) + path("s", "a")).waiting == ["u", "v"]


CALLED = f'<process id="Q">{start("qs")}{script("qt", "y = x + 1; z = 9")}{end("qe")}{path("qs", "qt", "qe")}</process>'


def test_call_hands_everything_in_and_out_by_default() -> None:
    """Without mappings all variables go in and come back."""
    play = Play.of(
        start() + node("callActivity", "c", calledElement="Q") + path("s", "c"), {"x": 1}, others=CALLED
    )

    assert play.variables == {"x": 1, "y": 2, "z": 9}
    assert play.path == ["s", "qs", "qt", "qe", "c"]


def test_call_with_mappings_hands_over_nothing_else() -> None:
    """Only what is mapped goes in and out."""
    mappings = '<extensionElements><jf:input target="x" source="=n * 2"/><jf:output target="r" source="=y"/></extensionElements>'
    play = Play.of(
        start() + node("callActivity", "c", mappings, calledElement="Q") + path("s", "c"),
        {"n": 5},
        others=CALLED,
    )

    assert play.variables == {"n": 5, "r": 11}


def test_call_that_never_returns_is_an_incident() -> None:
    """A process that calls itself stops at the limit with a sentence that names the activity."""
    play = Play.of(start() + node("callActivity", "c", calledElement="P") + path("s", "c"))

    assert [(i.code, i.element_id) for i in play.incidents] == [("CallTooDeep", "c")]


def test_missing_process_is_an_incident() -> None:
    """A call of a process that was not deployed with its caller."""
    assert (
        Play.of(start() + node("callActivity", "c", calledElement="no") + path("s", "c")).incidents[0].code
        == "CalledProcessMissing"
    )


def test_terminate_in_a_called_process_returns_to_the_caller() -> None:
    """Terminate ends the called process, not its caller."""
    other = (
        f'<process id="Q">{start("qs")}{end("qe", "<terminateEventDefinition/>")}{path("qs", "qe")}</process>'
    )
    play = Play.of(
        start() + node("callActivity", "c", calledElement="Q") + end() + path("s", "c", "e"), others=other
    )

    assert (play.status, play.ended_at) == ("completed", ["e"])


def test_script_lines_see_the_lines_before_them() -> None:
    """Assignments run in order; a dotted name sets a member."""
    play = Play.of(
        start() + script("t", "a = 1\nb = a + 1; c.d = b\n// note\nc.e = [a,\n b]") + path("s", "t")
    )

    assert play.variables == {"a": 1, "b": 2, "c": {"d": 2, "e": [1, 2]}}


def test_script_with_result_variable() -> None:
    """An expression whose value is kept."""
    assert (
        Play.of(start() + script("t", "x = 1", jf_result="same") + path("s", "t"), {"x": 1}).variables["same"]
        is True
    )


def test_script_that_is_no_assignment_is_an_incident() -> None:
    """Nothing is executed as Python."""
    play = Play.of(start() + script("t", "import os") + path("s", "t"))

    assert play.incidents[0].code == "ScriptFailed"


def test_job_parameters_and_outputs() -> None:
    """Inputs become parameters; outputs map the result, which does not spill."""
    inside = '<extensionElements><jf:input target="to.name" source="=who"/><jf:output target="receipt" source="=number + 1"/></extensionElements>'
    play = Play.of(
        start() + node("serviceTask", "t", inside, jf_operation="send-notice") + path("s", "t"), {"who": "甲"}
    )

    job = play.wait("t")

    assert (job.operation, job.parameters) == ("send-notice", {"to": {"name": "甲"}})
    assert play.do("t", number=4).variables == {"who": "甲", "receipt": 5}


def test_user_task_inputs_are_local_and_submitted_values_are_not() -> None:
    """An input with the name of a field prefills it; the submission still reaches the process."""
    inside = '<extensionElements><jf:input target="x" source="=y"/></extensionElements>'
    play = Play.of(start() + user("t", inside) + path("s", "t"), {"y": 7})

    assert play.wait("t").variables == {"y": 7, "x": 7}
    assert play.do("t", x=8).variables == {"y": 7, "x": 8}


def test_submissions_merge_deeply() -> None:
    """Contexts merge, lists are replaced."""
    play = Play.of(start() + user("t") + path("s", "t"), {"d": {"a": 1, "l": [1, 2]}}).do(
        "t", d={"b": 2, "l": [3]}
    )

    assert play.variables == {"d": {"a": 1, "b": 2, "l": [3]}}


def test_data_objects_and_associations() -> None:
    """Associations copy between data objects and the inputs and outputs of a task."""
    inside = (
        '<ioSpecification><dataInput id="i" name="given"/><dataOutput id="o" name="made"/><inputSet/><outputSet/></ioSpecification>'
        "<dataInputAssociation><sourceRef>ref1</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>ref2</targetRef></dataOutputAssociation>"
    )
    objects = '<dataObject id="d1"/><dataObject id="d2"/><dataObjectReference id="ref1" name="order" dataObjectRef="d1"/><dataObjectReference id="ref2" name="bill" dataObjectRef="d2"/>'
    play = Play.of(
        objects + start() + script("t", "made = given * 2", inside) + path("s", "t"), {"order": 21}
    )

    assert play.variables == {"order": 21, "bill": 42}


def test_data_object_of_a_subprocess_is_local() -> None:
    """It is gone when its subprocess ends."""
    inside = (
        '<dataObject id="temp"/>' + start("s1") + script("t", "temp = 1; kept = temp + 1") + path("s1", "t")
    )

    assert Play.of(start() + sub("a", inside) + path("s", "a")).variables == {"kept": 2}


def test_message_catch_uses_the_correlation_key() -> None:
    """The key is the message's expression, else the business key."""
    roots = '<message id="M" name="letter" jf:correlationKey="=no"/><message id="N" name="plain"/>'
    body = (
        start()
        + node("intermediateCatchEvent", "m", event("message", "M"))
        + node("intermediateCatchEvent", "n", event("message", "N"))
        + path("s", "m", "n")
    )
    play = Play.of(body, {"no": "A-7"}, roots=roots, business_key="K")

    assert (play.wait("m").event_name, play.wait("m").correlation_key) == ("letter", "A-7")
    assert play.message("m", got=1).wait("n").correlation_key == "K"
    assert play.variables["got"] == 1


def test_thrown_message_and_send_task_leave_the_instance() -> None:
    """A message event throws at once, a send task when its handler has sent."""
    body = (
        start()
        + node("intermediateThrowEvent", "t", event("message", "M"))
        + node("sendTask", "n", messageRef="M2")
        + end("e", event("message", "M"))
        + path("s", "t", "n", "e")
    )
    play = Play.of(body)

    assert [t.name for t in play.thrown] == ["letter"]
    assert [t.name for t in play.do("n").thrown] == ["letter", "other", "letter"]


def test_signal_end_reaches_a_waiting_catch() -> None:
    """A signal is broadcast inside the instance and leaves it."""
    body = (
        start()
        + node("parallelGateway", "f")
        + node("intermediateCatchEvent", "c", event("signal", "S"))
        + end("t", event("signal", "S"))
        + end()
        + path("s", "f", "c", "e")
        + path("f", "t")
    )
    play = Play.of(body)

    assert play.status == "completed"
    assert play.path == ["s", "t", "c", "e"]
    assert [t.kind for t in play.thrown] == ["signal"]


def test_conditional_catch_passes_when_already_true() -> None:
    """A condition that holds on arrival does not wait."""
    assert (
        Play.of(
            start() + node("intermediateCatchEvent", "c", condition("x = 1")) + end() + path("s", "c", "e"),
            {"x": 1},
        ).status
        == "completed"
    )


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("PT90M", "timeDuration", "2026-03-02T13:30:00+08:00"),
        ("P1M", "timeDuration", "2026-04-02T12:00:00+08:00"),
        ("2026-03-05", "timeDate", "2026-03-05T00:00:00+08:00"),
        ("2026-03-05T01:00:00Z", "timeDate", "2026-03-05T01:00:00+00:00"),
        (
            "= duration(&quot;PT&quot; + string(n) + &quot;H&quot;)",
            "timeDuration",
            "2026-03-02T15:00:00+08:00",
        ),
        ("when", "timeDate", "2026-04-01T08:00:00+08:00"),
        ("R3/2026-03-03T00:00:00Z/P1D", "timeCycle", "2026-03-03T00:00:00+00:00"),
    ],
)
def test_timers(text: str, kind: str, due: str) -> None:
    """Durations, dates and cycles, as ISO text, as FEEL, or from a variable."""
    play = Play.of(
        start() + node("intermediateCatchEvent", "t", timer(text, kind)) + path("s", "t"),
        {"n": 3, "when": "2026-04-01T08:00:00"},
    )

    assert play.wait("t").due_at.isoformat() == due


def test_bad_timer_is_an_incident_that_can_be_retried() -> None:
    """A timer that depends on wrong data is repaired by mending them."""
    play = Play.of(
        start() + node("intermediateCatchEvent", "t", timer("when", "timeDate")) + path("s", "t"),
        {"when": "soon"},
    )

    assert play.incidents[0].code == "TimerInvalid"
    assert play.set(when="2026-04-01").retry().waiting == ["t"]


def test_retimed_timer() -> None:
    """A moved deadline moves its timer."""
    play = Play.of(start() + node("intermediateCatchEvent", "t", timer("PT1H")) + path("s", "t"))
    moved = play.wait("t").due_at.replace(hour=20)

    play._call(interpreter.retime, play.wait("t").activity_id, moved)

    assert play.wait("t").due_at == moved


def test_clocks_run_while_an_activity_is_active() -> None:
    """Deadlines run from the start of the visit or the instant named; pauses hold others."""
    play = Play.of(
        start()
        + user("t", jf_deadline="D-1", jf_pauses="D-2 D-3", jf_deadlineFrom="=date(&quot;2026-03-01&quot;)")
        + path("s", "t")
    )

    clocks = [w for w in play.advance.waits if isinstance(w, ClockWait)]

    assert [(c.code, c.effect) for c in clocks] == [("D-1", "run"), ("D-2", "pause"), ("D-3", "pause")]
    assert clocks[0].since.isoformat() == "2026-03-01T00:00:00+08:00"


def test_completion_names_the_deadlines_it_extends() -> None:
    """The condition decides whether the completed event says so."""
    play = Play.of(start() + user("t", jf_extends="D-110", jf_extendsWhen="=more") + path("s", "t")).do(
        "t", more=True
    )

    assert [h.detail for h in play.history if h.element_id == "t" and h.kind == "completed"] == [
        {"extends": ["D-110"], "extendsBy": None}
    ]


def test_lanes_and_extensions_reach_the_user_task() -> None:
    """The innermost lane's name, also inside a subprocess of that lane."""
    lanes = '<laneSet id="ls"><lane id="l1" name="所"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    play = Play.of(lanes + start() + sub("a", user("u", jf_form="f")) + path("s", "a"))

    wait = play.wait("u", UserTaskWait)

    assert (wait.lane, wait.extensions, len(wait.scope)) == ("所", {"form": "f"}, 1)


def test_late_input_is_refused() -> None:
    """Completing twice, firing a gone timer or touching an ended instance is a conflict."""
    play = Play.of(start() + user("a") + user("b") + path("s", "a", "b"))
    gone = play.wait("a").activity_id
    play.do("a")

    with pytest.raises(ActivityNotWaiting):
        play._call(interpreter.complete, gone)
    with pytest.raises(ActivityNotWaiting):
        play._call(interpreter.trigger_timer, play.wait("b").activity_id)
    play.do("b")
    with pytest.raises(InstanceEnded):
        play._call(interpreter.complete, gone)


def test_start_by_message() -> None:
    """The start event named is the one that happened."""
    body = (
        node("startEvent", "m", event("message", "M"))
        + start()
        + user("a")
        + user("b")
        + path("m", "a")
        + path("s", "b")
    )

    assert Play.of(body, {"x": 1}, start_event="m").path == ["m"]
    assert Play.of(body).waiting == ["b"]


def test_terminate_from_outside() -> None:
    """An operator ends an instance; the reason is kept."""
    play = Play.of(start() + user("a") + path("s", "a"))

    play._call(interpreter.terminate, reason="误立")

    assert play.status == "terminated"
    assert play.history[-1].detail == {"reason": "误立"}


def test_endless_loop_becomes_an_incident() -> None:
    """An automatic loop without exit stops with an incident that names an element in it."""
    body = start() + node("exclusiveGateway", "m") + node("task", "t") + path("s", "m", "t", "m")

    assert [(i.code, i.element_id in ("m", "t")) for i in Play.of(body).incidents] == [
        ("StepBudgetExceeded", True)
    ]


def test_deadlock_becomes_an_incident() -> None:
    """A join that can never be complete is reported, not waited for in silence."""
    body = (
        start()
        + node("exclusiveGateway", "g", default="g-a")
        + node("task", "a")
        + node("task", "b")
        + node("parallelGateway", "j")
        + path("s", "g", "a", "j")
        + flow("g", "b", "false")
        + path("b", "j")
    )

    assert [(i.code, i.element_id) for i in Play.of(body).incidents] == [("StalledInstance", "j")]


def test_long_chains_do_not_recurse() -> None:
    """Six hundred automatic tasks in a row."""
    names = [f"t{n}" for n in range(600)]

    assert (
        Play.of(start() + "".join(node("task", n) for n in names) + end() + path("s", *names, "e")).status
        == "completed"
    )


def test_deep_nesting_does_not_recurse() -> None:
    """Eighty subprocesses inside one another close one after the other."""
    inside = start("s80") + node("task", "t") + path("s80", "t")
    for level in range(79, 0, -1):
        inside = start(f"s{level}") + sub(f"a{level + 1}", inside) + path(f"s{level}", f"a{level + 1}")

    assert Play.of(start() + sub("a1", inside) + end() + path("s", "a1", "e")).status == "completed"


def test_empty_subprocess_completes_at_once() -> None:
    """A subprocess without anything inside does not hold its process."""
    assert Play.of(start() + sub("a", "") + end() + path("s", "a", "e")).status == "completed"


def test_expression_of_a_script_may_span_lines() -> None:
    """A line that continues an expression is not taken for an assignment."""
    play = Play.of(
        start() + script("t", 'x =\n if a = 1\n then "yes"\n else "no"\ny = x') + path("s", "t"), {"a": 1}
    )

    assert play.variables == {"a": 1, "x": "yes", "y": "yes"}


def test_result_variable_of_a_job() -> None:
    """jf:result receives what the handler returned."""
    body = start() + node("serviceTask", "t", jf_result="r") + path("s", "t")

    assert Play.of(body).do("t", result=5).variables == {"r": 5}
    assert Play.of(body).do("t", a=1).variables == {"r": {"a": 1}}


def test_clock_of_an_event_runs_while_it_is_waited_for() -> None:
    """A deadline may hang on a waiting event."""
    play = Play.of(
        start()
        + node("intermediateCatchEvent", "m", event("message", "M"), jf_deadline="D-1")
        + path("s", "m")
    )

    assert [w.code for w in play.advance.waits if isinstance(w, ClockWait)] == ["D-1"]


def test_spent_budget_can_be_continued() -> None:
    """Once the data let the loop end, a retry finishes the instance."""
    body = start() + node("exclusiveGateway", "m") + node("exclusiveGateway", "g", default="back") + end()
    body += path("s", "m", "g") + flow("g", "e", "done") + flow("g", "m", identity="back")
    play = Play.of(body, {"done": False})

    assert play.set(done=True).retry().status == "completed"
