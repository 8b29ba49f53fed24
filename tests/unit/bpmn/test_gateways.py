"""Gateways, conditional flows, implicit splits and merges."""

from decimal import Decimal

from diagrams import Play, condition, end, event, flow, node, path, script, start, timer, user

from bpmn import feel


def gateway(kind: str, identity: str, **attributes: str) -> str:
    return node(f"{kind}Gateway", identity, **attributes)


def test_parallel_join_waits_for_a_token_on_every_flow() -> None:
    """A parallel join goes on only after its last branch."""
    play = Play.of(
        start()
        + gateway("parallel", "f")
        + user("a")
        + user("b")
        + gateway("parallel", "j")
        + end()
        + path("s", "f", "a", "j", "e")
        + path("f", "b", "j")
    )

    play.do("b")

    assert play.status == "active"
    assert play.do("a").path == ["s", "b", "a", "e"]


def test_parallel_join_does_not_count_two_tokens_of_one_flow() -> None:
    """Two tokens on the same incoming flow are no substitute for a token on the other."""
    body = (
        start()
        + user("a")
        + user("b")
        + gateway("parallel", "f")
        + gateway("parallel", "g")
        + gateway("exclusive", "m")
        + gateway("parallel", "j")
        + user("z")
        + end()
    )
    body += (
        path("s", "f", "g", "m")
        + flow("g", "m", identity="again")
        + path("m", "j", "z", "e")
        + path("f", "b", "j")
    )
    play = Play.of(body)

    assert play.waiting == ["b"]
    assert play.do("b").waiting == ["z"]


def test_branches_share_their_data() -> None:
    """What one parallel branch writes is neither lost nor overwritten at the join."""
    body = (
        start()
        + gateway("parallel", "f")
        + script("a", "x = x + 1")
        + user("b")
        + gateway("parallel", "j")
        + end()
    )
    play = Play.of(body + path("s", "f", "a", "j", "e") + path("f", "b", "j"), {"x": 1})

    play.do("b", y=5)

    assert play.variables == {"x": 2, "y": 5}


def test_exclusive_takes_the_first_true_flow() -> None:
    """Only the first of several true conditions is followed."""
    body = (
        start()
        + gateway("exclusive", "g")
        + end("a")
        + end("b")
        + path("s", "g")
        + flow("g", "a", "x &gt; 1")
        + flow("g", "b", "x &gt; 0")
    )

    assert Play.of(body, {"x": 5}).flows == ["s-g", "g-a"]


def test_exclusive_takes_default_although_it_is_drawn_first() -> None:
    """The default flow is followed only when no condition holds."""
    body = (
        start()
        + gateway("exclusive", "g", default="g-a")
        + end("a")
        + end("b")
        + path("s", "g", "a")
        + flow("g", "b", "= x &gt; 0")
    )

    assert Play.of(body, {"x": 5}).ended_at == ["b"]
    assert Play.of(body, {"x": 0}).ended_at == ["a"]


def test_exclusive_merge_lets_every_token_pass() -> None:
    """An exclusive gateway does not join: two tokens leave it twice."""
    body = (
        start()
        + gateway("parallel", "f")
        + gateway("exclusive", "m")
        + node("task", "t")
        + end()
        + path("s", "f", "m", "t", "e")
        + flow("f", "m", identity="second")
    )

    assert Play.of(body).path == ["s", "t", "t", "e", "e"]


def test_no_flow_taken_is_an_incident_that_keeps_the_work() -> None:
    """When no condition holds and there is no default, the token stays at the gateway until retried."""
    body = (
        start()
        + user("a")
        + gateway("exclusive", "g")
        + end()
        + path("s", "a", "g")
        + flow("g", "e", "x &gt; 3")
    )
    play = Play.of(body).do("a", x=1)

    assert [(i.element_id, i.code) for i in play.incidents] == [("g", "NoFlowTaken")]
    assert play.set(x=4).retry().status == "completed"


def test_undecided_condition_names_its_reason() -> None:
    """A null condition is not taken; if then no flow is left, the incident gives FEEL's reason."""
    play = Play.of(start() + gateway("exclusive", "g") + end() + path("s", "g") + flow("g", "e", "x &gt; 3"))

    assert play.incidents[0].code == "NoFlowTaken"
    assert "x" in play.incidents[0].message


def test_conditional_flows_split_implicitly() -> None:
    """Every conditional flow out of an activity that is true is taken, and unconditional ones."""
    body = (
        start()
        + node("task", "t")
        + end("a")
        + end("b")
        + end("c")
        + path("s", "t", "a")
        + flow("t", "b", "x &gt; 0")
        + flow("t", "c", "x &gt; 9")
    )

    assert Play.of(body, {"x": 5}).flows == ["s-t", "t-a", "t-b"]


def test_activity_takes_default_when_no_condition_holds() -> None:
    """A default flow works on activities as on gateways."""
    body = (
        start()
        + node("task", "t", default="t-a")
        + end("a")
        + end("b")
        + path("s", "t", "a")
        + flow("t", "b", "x &gt; 9")
    )

    assert Play.of(body, {"x": 5}).ended_at == ["a"]


def test_implicit_merge_runs_an_activity_for_each_token() -> None:
    """Several flows into an activity merge without waiting."""
    body = (
        start()
        + gateway("parallel", "f")
        + user("t")
        + end()
        + path("s", "f", "t", "e")
        + flow("f", "t", identity="second")
    )

    assert Play.of(body).waiting == ["t", "t"]


def test_gateway_joins_and_splits_at_once() -> None:
    """A parallel gateway with several flows in and out waits first and splits then."""
    body = (
        start()
        + gateway("parallel", "f")
        + gateway("parallel", "j")
        + user("a")
        + user("b")
        + end("x")
        + end("y")
    )
    play = Play.of(body + path("s", "f", "a", "j", "x") + path("f", "b", "j", "y"))

    assert play.do("a").do("b").ended_at == ["x", "y"]


def inclusive(x: int) -> Play:
    body = (
        start()
        + gateway("inclusive", "f", default="f-c")
        + user("a")
        + user("b")
        + user("c")
        + gateway("inclusive", "j")
        + user("z")
        + end()
    )
    body += (
        path("s", "f", "c", "j", "z", "e")
        + flow("f", "a", "x &gt; 0")
        + flow("f", "b", "x &gt; 1")
        + path("a", "j")
        + path("b", "j")
    )
    return Play.of(body, {"x": x})


def test_inclusive_join_waits_for_activated_branches_only() -> None:
    """Two of three branches ran: the join needs these two."""
    play = inclusive(2)

    assert play.waiting == ["a", "b"]
    assert play.do("a").waiting == ["b"]
    assert play.do("b").waiting == ["z"]


def test_inclusive_default() -> None:
    """No condition of an inclusive gateway holds: the default flow, and the join needs nobody else."""
    assert inclusive(0).do("c").waiting == ["z"]


def test_inclusive_join_does_not_wait_for_a_token_that_turned_away() -> None:
    """A branch that ends elsewhere releases the join as soon as it can no longer reach it."""
    body = (
        start()
        + gateway("parallel", "f")
        + user("a")
        + user("b")
        + gateway("exclusive", "g")
        + gateway("inclusive", "j")
        + user("z")
        + end()
        + end("away")
    )
    body += (
        path("s", "f", "a", "j", "z", "e")
        + path("f", "b", "g")
        + flow("g", "j", "x &gt; 0")
        + flow("g", "away", "x &lt;= 0")
    )
    play = Play.of(body, {"x": 0}).do("a")

    assert play.waiting == ["b"]
    assert play.do("b").waiting == ["z"]


def test_inclusive_join_in_a_loop_waits_again_in_every_round() -> None:
    """A token that comes back through a loop is waited for; one behind the join is not."""
    body = (
        start()
        + gateway("exclusive", "m")
        + gateway("inclusive", "f")
        + user("a")
        + user("b")
        + gateway("inclusive", "j")
        + script("t", "n = n + 1")
        + gateway("exclusive", "g", default="back")
        + end()
    )
    body += (
        path("s", "m", "f", "a", "j", "t", "g")
        + path("f", "b", "j")
        + flow("g", "e", "n &gt; 1")
        + flow("g", "m", identity="back")
    )
    play = Play.of(body, {"n": 0}).do("a").do("b")

    assert play.waiting == ["a", "b"]
    assert play.do("b").do("a").path.count("t") == 2
    assert play.status == "completed"


def test_inclusive_join_does_not_wait_for_a_token_that_can_only_come_where_one_waits() -> None:
    """A token upstream of a flow that has a token already, and of no empty one otherwise, is not waited for."""
    body = (
        start()
        + gateway("parallel", "f")
        + user("a")
        + user("b")
        + user("c")
        + gateway("exclusive", "m")
        + gateway("inclusive", "j")
        + user("z")
        + end()
    )
    body += path("s", "f", "a", "m", "j", "z", "e") + path("f", "b", "m") + path("f", "c", "j")
    play = Play.of(body).do("a").do("c")

    assert play.waiting == ["b", "z"]


def test_event_gateway_takes_the_first_event_and_drops_the_others() -> None:
    """Two timers, a message and a receive task compete; the first wins, after save and load."""
    body = (
        start()
        + gateway("eventBased", "g")
        + node("intermediateCatchEvent", "t1", timer("PT1H"))
        + node("intermediateCatchEvent", "t2", timer("PT2H"))
    )
    body += (
        node("intermediateCatchEvent", "m", event("message", "M"))
        + node("receiveTask", "r", messageRef="M2")
        + end()
    )
    for target in ("t1", "t2", "m", "r"):
        body += path("g", target, "e")
    play = Play.of(body + path("s", "g"))

    assert [w.due_at.hour for w in play.advance.waits[:2]] == [13, 14]
    assert play.message("r", ok=1).path == ["s", "r", "e"]
    assert play.flows == ["s-g", "g-r", "r-e"]
    assert play.status == "completed"


def test_event_gateway_with_condition_and_signal() -> None:
    """A condition behind an event gateway wins when the data make it true."""
    body = (
        start()
        + gateway("eventBased", "g")
        + node("intermediateCatchEvent", "c", condition("x &gt; 1"))
        + node("intermediateCatchEvent", "n", event("signal", "S"))
        + end()
    )
    play = Play.of(body + path("s", "g", "c", "e") + path("g", "n", "e"), {"x": 0})

    assert play.set(x=2).path == ["s", "c", "e"]


def test_link_pair_is_a_flow() -> None:
    """A throwing link continues at the catching link of the same name; no sequence flow is recorded for it."""
    link = '<linkEventDefinition name="L"/>'
    body = (
        start()
        + node("intermediateThrowEvent", "a", link)
        + node("intermediateCatchEvent", "b", link)
        + end()
        + path("s", "a")
        + path("b", "e")
    )

    play = Play.of(body)

    assert play.path == ["s", "a", "b", "e"]
    assert play.flows == ["s-a", "b-e"]


def test_process_without_start_event_starts_what_no_flow_enters() -> None:
    """Activities without incoming flow get a token when the process has no start event."""
    assert Play.of(user("a") + user("b") + end() + path("b", "e")).waiting == ["a", "b"]


def test_condition_of_a_flow_is_explained_in_the_history() -> None:
    """A decision carries its expression, result and the values it read."""
    play = Play.of(
        start() + gateway("exclusive", "g") + end() + path("s", "g") + flow("g", "e", "x &gt; 3"), {"x": 4}
    )

    [decided] = [h for h in play.history if h.kind == "condition"]

    read = {"x": feel.encode(Decimal(4))}
    assert decided.detail == {"flow": "g-e", "expression": "x > 3", "result": True, "values": read}
