"""Boundary events, errors, escalations and event subprocesses."""

from datetime import timedelta

from diagrams import Play, condition, end, event, flow, node, path, start, timer, user


def boundary(identity: str, host: str, inside: str, *, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent", identity, inside, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


def guarded(inside: str, *, interrupting: bool = True, variables: dict[str, object] | None = None) -> Play:
    """Start → task ``a`` with a boundary event ``b`` that leads to task ``h``."""
    body = (
        start()
        + user("a")
        + boundary("b", "a", inside, interrupting=interrupting)
        + user("h")
        + end()
        + path("s", "a", "e")
        + path("b", "h", "e")
    )
    return Play.of(body, variables)


def test_interrupting_timer_cancels_its_host() -> None:
    """The host is gone and the token leaves by the boundary event."""
    play = guarded(timer("PT1H")).fire("b")

    assert play.waiting == ["h"]
    assert [h.element_id for h in play.history if h.kind == "cancelled"] == ["a"]


def test_non_interrupting_timer_leaves_its_host() -> None:
    """Host and handler run side by side, and the instance ends with the last of them."""
    play = guarded(timer("PT1H"), interrupting=False).fire("b")

    assert play.waiting == ["a", "h"]
    assert play.do("a").status == "active"
    assert play.do("h").status == "completed"


def test_cycle_repeats_while_handlers_are_open() -> None:
    """R3 fires three times; open handlers survive the end of the host."""
    play = guarded(timer("R3/PT1H", "timeCycle"), interrupting=False).fire("b").fire("b").fire("b")

    assert play.waiting == ["a", "h", "h", "h"]
    assert play.do("a").waiting == ["h", "h", "h"]


def test_endless_cycle_goes_on_until_the_host_ends() -> None:
    """R/ never runs out; completing the host ends it."""
    play = guarded(timer("R/PT1H", "timeCycle"), interrupting=False)
    for _ in range(5):
        play.fire("b").do("h")

    assert play.waiting == ["a", "b"]
    assert play.do("a").status == "completed"


def test_missed_repetitions_coalesce() -> None:
    """After an outage of five and a half hours one handler starts, and the next one is due on the hour."""
    play = guarded(timer("R/PT1H", "timeCycle"), interrupting=False)
    began = play.now

    play.later(hours=5, minutes=30).fire("b")

    assert play.waiting.count("h") == 1
    assert play.wait("b").due_at == began + timedelta(hours=6)


def test_interrupting_cycle_fires_once() -> None:
    """An interrupting boundary timer with a cycle interrupts at its first instant."""
    play = guarded(timer("R3/PT1H", "timeCycle")).fire("b")

    assert play.waiting == ["h"]


def test_non_interrupting_message_comes_again_and_again() -> None:
    """The payload becomes variables; the boundary event keeps listening."""
    play = guarded(event("message", "M"), interrupting=False).message("b", x=1).message("b", x=2)

    assert play.waiting == ["a", "b", "h", "h"]
    assert play.variables == {"x": 2}


def test_conditional_boundary_fires_when_data_change() -> None:
    """The condition is evaluated on every change of data, and fires when it becomes true."""
    play = (
        guarded(condition("x &gt; 3"), interrupting=False, variables={"x": 0})
        .set(x=5)
        .set(x=6)
        .set(x=1)
        .set(x=9)
    )

    assert play.waiting.count("h") == 2


def test_interrupting_conditional_boundary() -> None:
    """A condition that becomes true interrupts its host."""
    assert guarded(condition("x &gt; 3"), variables={"x": 0}).set(x=5).waiting == ["h"]


def test_signal_boundary() -> None:
    """A signal from outside reaches the boundary event."""
    assert guarded(event("signal", "S")).signal("alarm").waiting == ["h"]


def test_error_code_chooses_its_boundary_before_a_catch_all() -> None:
    """A handler's error goes to the boundary event of its code, any other to the catch-all."""
    body = (
        start()
        + node("serviceTask", "a")
        + boundary("all", "a", event("error"))
        + boundary("one", "a", event("error", "E"))
        + end("x")
        + end("y")
    )
    body += path("s", "a") + path("all", "x") + path("one", "y")

    assert Play.of(body).throw("a", "broken").ended_at == ["y"]
    assert Play.of(body).throw("a", "else").ended_at == ["x"]


def test_uncaught_error_ends_the_instance() -> None:
    """Nobody catches: everything open is cancelled and the error leaves the instance."""
    body = (
        start() + node("parallelGateway", "f") + user("a") + user("b") + path("s", "f", "a") + path("f", "b")
    )
    play = Play.of(body).throw("a", "broken", variables={"why": "x"})

    assert play.status == "terminated"
    assert [(t.kind, t.name) for t in play.thrown] == [("error", "broken")]
    assert play.waiting == []


def sub(identity: str, inside: str, **attributes: str) -> str:
    return node("subProcess", identity, inside, **attributes)


def test_error_end_crosses_nested_subprocesses() -> None:
    """An error end event two levels down leaves by the outer boundary, cancelling what runs beside it."""
    inner = sub("inner", start("s2") + end("bad", event("error", "E")) + path("s2", "bad"))
    outer = sub(
        "outer",
        start("s1")
        + node("parallelGateway", "f")
        + user("u")
        + inner
        + path("s1", "f", "u")
        + path("f", "inner"),
    )
    play = Play.of(
        start()
        + outer
        + boundary("b", "outer", event("error", "E"))
        + user("h")
        + end()
        + path("s", "outer", "e")
        + path("b", "h", "e")
    )

    assert play.waiting == ["h"]
    assert play.path == ["s", "s1", "s2", "bad", "b"]


def test_error_skips_a_boundary_of_another_code() -> None:
    """The inner boundary event listens for another error; the outer one catches."""
    inner = sub("inner", start("s2") + end("bad", event("error", "E2")) + path("s2", "bad"))
    outer = sub(
        "outer", start("s1") + inner + boundary("no", "inner", event("error", "E")) + path("s1", "inner")
    )
    play = Play.of(
        start() + outer + boundary("b", "outer", event("error")) + end() + path("s", "outer") + path("b", "e")
    )

    assert play.path == ["s", "s1", "s2", "bad", "b", "e"]


def test_escalation_that_does_not_interrupt_goes_on() -> None:
    """The throwing event goes on while the boundary's token runs."""
    inside = (
        start("s1")
        + node("intermediateThrowEvent", "t", event("escalation", "X"))
        + user("u")
        + path("s1", "t", "u")
    )
    play = Play.of(
        start()
        + sub("sub", inside)
        + boundary("b", "sub", event("escalation", "X"), interrupting=False)
        + user("h")
        + end()
        + path("s", "sub", "e")
        + path("b", "h")
    )

    assert sorted(play.waiting) == ["h", "u"]


def test_interrupting_escalation_cancels_the_thrower() -> None:
    """Nothing behind the throwing event runs when its scope is interrupted."""
    inside = (
        start("s1")
        + node("intermediateThrowEvent", "t", event("escalation", "X"))
        + user("u")
        + path("s1", "t", "u")
    )
    play = Play.of(
        start()
        + sub("sub", inside)
        + boundary("b", "sub", event("escalation"))
        + user("h")
        + path("s", "sub")
        + path("b", "h")
    )

    assert play.waiting == ["h"]
    assert play.flows == ["s-sub", "s1-t", "b-h"]


def test_uncaught_escalation_is_reported_and_goes_on() -> None:
    """Nobody catches an escalation: the instance goes on."""
    play = Play.of(
        start() + node("intermediateThrowEvent", "t", event("escalation", "X")) + end() + path("s", "t", "e")
    )

    assert play.status == "completed"
    assert [(t.kind, t.name) for t in play.thrown] == [("escalation", "late")]


def test_handler_escalation_leaves_its_task_waiting() -> None:
    """A non-interrupting escalation out of a job leaves the job."""
    play = guarded(event("escalation", "X"), interrupting=False).throw("a", "late", kind="escalation")

    assert play.waiting == ["a", "h"]


def test_signal_thrown_inside_interrupts_its_own_subprocess() -> None:
    """A signal reaches the boundary event of the subprocess that throws it; nothing inside runs on."""
    inside = (
        start("s1")
        + node("intermediateThrowEvent", "t", event("signal", "S"))
        + user("u")
        + path("s1", "t", "u")
    )
    play = Play.of(
        start()
        + sub("sub", inside)
        + boundary("b", "sub", event("signal", "S"))
        + user("h")
        + path("s", "sub")
        + path("b", "h")
    )

    assert play.waiting == ["h"]


def handler(identity: str, inside: str, *, interrupting: bool, then: str = "h") -> str:
    """Return an event subprocess whose start event is ``<identity>s`` and whose task is *then*."""
    begin = node("startEvent", f"{identity}s", inside, isInterrupting=str(interrupting).lower())
    return sub(
        identity,
        begin + user(then) + end(f"{identity}e") + path(f"{identity}s", then, f"{identity}e"),
        triggeredByEvent="true",
    )


def test_error_event_subprocess_replaces_its_scope() -> None:
    """The error cancels the subprocess's other tokens, the handler runs inside it, then the subprocess completes."""
    inside = (
        start("s1")
        + node("parallelGateway", "f")
        + user("u")
        + user("v")
        + path("s1", "f", "u")
        + path("f", "v")
        + handler("x", event("error", "E"), interrupting=True)
    )
    play = Play.of(start() + sub("sub", inside) + end() + path("s", "sub", "e")).throw(
        "u", "broken", variables={"why": 1}
    )

    assert play.waiting == ["h"]
    assert play.do("h").path == ["s", "s1", "xs", "h", "xe", "x", "sub", "e"]
    assert play.variables == {"why": 1}


def test_error_inside_its_own_handler_goes_further_out() -> None:
    """A handler is not called for an error thrown inside itself."""
    inside = start("s1") + user("u") + path("s1", "u") + handler("x", event("error"), interrupting=True)
    play = Play.of(
        start()
        + sub("sub", inside)
        + boundary("b", "sub", event("error"))
        + end()
        + path("s", "sub")
        + path("b", "e")
    ).throw("u", "one")

    assert play.throw("h", "two").ended_at == ["e"]


def test_message_event_subprocess_runs_beside_and_again() -> None:
    """A non-interrupting event subprocess starts once for every message, and takes its data."""
    play = (
        Play.of(
            start()
            + user("u")
            + end()
            + path("s", "u", "e")
            + handler("x", event("message", "M"), interrupting=False)
        )
        .message("xs", n=1)
        .message("xs", n=2)
    )

    assert sorted(play.waiting) == ["h", "h", "u", "xs"]
    assert play.variables == {"n": 2}
    assert play.do("u").status == "active"
    assert play.do("h").do("h").status == "completed"


def test_interrupting_message_event_subprocess() -> None:
    """The process's own tokens are gone; it ends with the handler."""
    play = Play.of(
        start()
        + user("u")
        + end()
        + path("s", "u", "e")
        + handler("x", event("message", "M"), interrupting=True)
    ).message("xs")

    assert play.waiting == ["h"]
    assert play.do("h").status == "completed"


def test_event_subprocess_that_never_fires_does_not_block_the_end() -> None:
    """A timer event subprocess still listening lets its scope complete."""
    play = Play.of(
        start() + user("u") + end() + path("s", "u", "e") + handler("x", timer("PT1H"), interrupting=False)
    ).do("u")

    assert play.status == "completed"
    assert play.waiting == []


def test_timer_cycle_of_an_event_subprocess() -> None:
    """A non-interrupting cycle starts the handler every time."""
    play = (
        Play.of(
            start()
            + user("u")
            + path("s", "u")
            + handler("x", timer("R2/PT1H", "timeCycle"), interrupting=False)
        )
        .fire("xs")
        .fire("xs")
    )

    assert sorted(play.waiting) == ["h", "h", "u"]


def test_signal_event_subprocess_in_a_subprocess_listens_only_while_it_runs() -> None:
    """The listener belongs to its subprocess."""
    inside = start("s1") + user("u") + path("s1", "u") + handler("x", event("signal", "S"), interrupting=True)
    play = (
        Play.of(start() + user("a") + sub("sub", inside) + user("z") + path("s", "a", "sub", "z"))
        .signal("alarm")
        .do("a")
    )

    assert play.signal("alarm").waiting == ["h"]
    assert play.do("h").signal("alarm").waiting == ["z"]


def test_escalation_event_subprocess_beside_its_thrower() -> None:
    """A non-interrupting escalation starts the handler while the thrower goes on."""
    body = (
        start()
        + node("intermediateThrowEvent", "t", event("escalation", "X"))
        + user("u")
        + path("s", "t", "u")
        + handler("x", event("escalation", "X"), interrupting=False)
    )

    assert sorted(Play.of(body).waiting) == ["h", "u"]


def test_conditional_event_subprocess() -> None:
    """A condition over the data starts an event subprocess."""
    play = Play.of(
        start() + user("u") + path("s", "u") + handler("x", condition("x = 1"), interrupting=True)
    ).set(x=1)

    assert play.waiting == ["h"]


def test_boundary_of_the_scope_outlives_an_interrupting_event_subprocess() -> None:
    """An event subprocess interrupts the inside of its scope, not the events on its border."""
    inside = start("s1") + user("u") + path("s1", "u") + handler("x", event("signal", "S"), interrupting=True)
    play = Play.of(
        start()
        + sub("sub", inside)
        + boundary("b", "sub", timer("PT1H"))
        + user("z")
        + path("s", "sub")
        + path("b", "z")
    ).signal("alarm")

    assert sorted(play.waiting) == ["b", "h"]
    assert play.fire("b").waiting == ["z"]


def test_error_boundary_on_a_call_activity() -> None:
    """An error of a called process is caught on the call activity."""
    other = f'<process id="Q">{start("qs")}{end("qe", event("error", "E"))}{flow("qs", "qe")}</process>'
    body = (
        start()
        + node("callActivity", "c", calledElement="Q")
        + boundary("b", "c", event("error", "E"))
        + end()
        + path("s", "c")
        + path("b", "e")
    )

    assert Play.of(body, others=other).path == ["s", "qs", "qe", "b", "e"]


def test_receive_task_with_a_boundary_timer() -> None:
    """A receive task waits for its message until its boundary event ends the wait."""
    body = (
        start()
        + node("receiveTask", "r", messageRef="M")
        + boundary("b", "r", timer("PT1H"))
        + user("h")
        + end()
        + path("s", "r", "e")
        + path("b", "h", "e")
    )

    assert Play.of(body).message("r", got=1).path == ["s", "r", "e"]
    assert Play.of(body).fire("b").waiting == ["h"]


def test_uncaught_error_of_a_called_process_ends_its_caller() -> None:
    """An error that neither the called process nor the call activity catches ends the whole instance."""
    other = f'<process id="Q">{start("qs")}{end("qe", event("error", "E"))}{flow("qs", "qe")}</process>'
    play = Play.of(start() + node("callActivity", "c", calledElement="Q") + path("s", "c"), others=other)

    assert (play.status, [t.name for t in play.thrown]) == ("terminated", ["broken"])


def test_error_event_subprocess_of_the_process() -> None:
    """The process itself may catch: its handler runs to the end and the process completes."""
    body = start() + user("u") + path("s", "u") + handler("x", event("error", "E"), interrupting=True)
    play = Play.of(body).throw("u", "broken")

    assert play.waiting == ["h"]
    assert play.do("h").status == "completed"


def test_payload_of_a_boundary_message_lands_outside_a_cancelled_host() -> None:
    """Data that interrupt a subprocess outlive it."""
    inside = '<dataObject id="note"/>' + start("s1") + user("u") + path("s1", "u")
    body = start() + sub("a", inside) + boundary("b", "a", event("message", "M")) + user("z")
    play = Play.of(body + path("s", "a") + path("b", "z")).message("b", note="x")

    assert play.variables == {"note": "x"}


def test_handler_passes_an_escalation_on() -> None:
    """An event subprocess that throws what it caught reaches the boundary event outside, not itself."""
    again = node("startEvent", "xs", event("escalation", "X"), isInterrupting="false")
    again += end("xe", event("escalation", "X")) + path("xs", "xe")
    inside = start("s1") + node("intermediateThrowEvent", "t", event("escalation", "X")) + end("e1")
    inside += path("s1", "t", "e1") + sub("x", again, triggeredByEvent="true")
    body = (
        start() + sub("a", inside) + boundary("b", "a", event("escalation", "X"), interrupting=False) + end()
    )
    play = Play.of(body + end("told") + path("s", "a", "e") + path("b", "told"))

    assert play.status == "completed"
    assert sorted(play.ended_at) == ["e", "told"]
