"""Standard loops and multi-instance activities."""

from diagrams import Play, end, event, flow, node, path, script, start, timer, user


def many(inside: str = "", *, sequential: bool = False, **attributes: str) -> str:
    """Return a multi-instance marker."""
    written = " ".join(f'{k.replace("_", ":")}="{v}"' for k, v in attributes.items())
    return f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" {written}>{inside}</multiInstanceLoopCharacteristics>'


def cardinality(text: str) -> str:
    return f"<loopCardinality>{text}</loopCardinality>"


def completion(text: str) -> str:
    return f"<completionCondition>{text}</completionCondition>"


def loop(condition: str = "", **attributes: str) -> str:
    written = " ".join(f'{k}="{v}"' for k, v in attributes.items())
    inside = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics {written}>{inside}</standardLoopCharacteristics>"


def one(activity: str, variables: dict[str, object] | None = None, **options: str) -> Play:
    """Play start → activity → user task ``z``."""
    return Play.of(start() + activity + user("z") + end() + path("s", "a", "z", "e"), variables, **options)


def test_parallel_instances_run_side_by_side() -> None:
    """Every item has its own task with its own item and counter."""
    play = one(user("a", many(jf_collection="xs", jf_element="x")), {"xs": ["p", "q"]})

    assert play.waiting == ["a", "a"]
    assert [(w.variables["x"], int(w.variables["loopCounter"])) for w in play.advance.waits] == [
        ("p", 1),
        ("q", 2),
    ]
    assert play.do("a").do("a").waiting == ["z"]
    assert play.path == ["s", "a", "a"]


def test_sequential_instances_run_one_after_the_other() -> None:
    """The next instance starts when the one before it has completed."""
    play = one(user("a", many(cardinality("n"), sequential=True)), {"n": 3})

    assert play.waiting == ["a"]
    assert play.do("a").waiting == ["a"]
    assert play.do("a").do("a").waiting == ["z"]


def test_no_instances() -> None:
    """An empty collection and a cardinality of zero complete at once and leave an empty output."""
    play = one(
        user("a", many(jf_collection="xs", jf_element="x", jf_outputCollection="ys", jf_outputElement="x")),
        {"xs": []},
    )

    assert play.waiting == ["z"]
    assert play.variables == {"xs": [], "ys": []}
    assert one(user("a", many(cardinality("0")))).waiting == ["z"]


def test_output_collection_keeps_the_order_of_the_items() -> None:
    """Outputs stand in the order of the items, not of completion."""
    play = one(
        user(
            "a",
            many(
                jf_collection="xs", jf_element="x", jf_outputCollection="ys", jf_outputElement="=x * 10 + r"
            ),
        ),
        {"xs": [1, 2], "r": 0},
    )
    second = [w for w in play.advance.waits if w.element_id == "a"][1]

    from bpmn import interpreter

    play._call(interpreter.complete, second.activity_id, {})

    assert play.do("a").variables["ys"] == [10, 20]


def test_completion_condition_cancels_the_rest() -> None:
    """As soon as it holds the remaining instances are cancelled."""
    play = one(user("a", many(cardinality("3") + completion("nrOfCompletedInstances = 2"))))

    assert play.do("a").waiting == ["a", "a"]
    assert play.do("a").waiting == ["z"]
    assert [h.element_id for h in play.history if h.kind == "cancelled"] == ["a"]


def test_completion_condition_sees_data_and_counters() -> None:
    """A result that an instance brings decides."""
    play = one(user("a", many(cardinality("3") + completion("stop and nrOfActiveInstances = 2"))))

    assert play.do("a", stop=True).waiting == ["z"]


def test_standard_references_to_data_objects() -> None:
    """loopDataInputRef, inputDataItem, loopDataOutputRef and outputDataItem of the standard."""
    marker = many(
        '<loopDataInputRef>xs</loopDataInputRef><loopDataOutputRef>ys</loopDataOutputRef><inputDataItem id="i" name="x"/><outputDataItem id="o" name="y"/>'
    )
    play = one(script("a", "y = x * 2", marker), {"xs": [1, 2, 3]})

    assert play.variables["ys"] == [2, 4, 6]


def test_subprocess_instances_do_not_mix_their_outputs() -> None:
    """Parallel instances of a subprocess that set the same variable each give their own output."""
    inside = (
        many(jf_collection="xs", jf_element="x", jf_outputCollection="ys", jf_outputElement="y")
        + start("s1")
        + script("t", "y = x + 1")
        + user("u")
        + end("e1")
        + path("s1", "t", "u", "e1")
    )
    play = one(node("subProcess", "a", inside), {"xs": [1, 2]})

    assert play.do("u").do("u").variables["ys"] == [2, 3]


def test_call_activity_instances() -> None:
    """Each instance calls the process with its own item."""
    other = f'<process id="Q">{start("qs")}{script("qt", "r = x * x")}{flow("qs", "qt")}</process>'
    marker = many(jf_collection="xs", jf_element="x", jf_outputCollection="rs", jf_outputElement="r")
    play = one(node("callActivity", "a", marker, calledElement="Q"), {"xs": [2, 3]}, others=other)

    assert play.variables["rs"] == [4, 9]


def test_multi_instance_in_a_loop_runs_again() -> None:
    """A second visit starts all instances anew, with fresh counters."""
    body = (
        start()
        + node("exclusiveGateway", "m")
        + script("a", "n = n + 1", many(cardinality("2")))
        + node("exclusiveGateway", "g", default="d")
        + end()
    )
    play = Play.of(
        body + path("s", "m", "a", "g") + flow("g", "m", "n &lt; 4") + flow("g", "e", identity="d"), {"n": 0}
    )

    assert play.variables == {"n": 4}
    assert play.path.count("a") == 4


def test_boundary_timer_belongs_to_all_instances_in_every_round() -> None:
    """One timer for the whole activity; firing it cancels all instances; the next round has a new one."""
    body = (
        start()
        + node("exclusiveGateway", "m")
        + user("a", many(cardinality("3")))
        + node("boundaryEvent", "b", timer("PT1H"), attachedToRef="a")
        + end()
    )
    play = Play.of(body + path("s", "m", "a", "e") + path("b", "m"))

    assert play.waiting == ["b", "a", "a", "a"]
    assert play.do("a").fire("b").waiting == ["b", "a", "a", "a"]
    assert play.do("a").do("a").do("a").status == "completed"


def test_error_of_one_instance_leaves_by_the_common_boundary() -> None:
    """An error inside one instance cancels them all."""
    inside = many(cardinality("2")) + start("s1") + user("u") + path("s1", "u")
    body = (
        start()
        + node("subProcess", "a", inside)
        + node("boundaryEvent", "b", event("error"), attachedToRef="a")
        + user("h")
        + path("s", "a")
        + path("b", "h")
    )

    assert Play.of(body).throw("u", "x").waiting == ["h"]


def test_too_many_instances_is_an_incident() -> None:
    """A collection without sense of proportion stops before anything is created."""
    assert one(user("a", many(cardinality("1000000")))).incidents[0].code == "TooManyInstances"
    assert one(user("a", many(cardinality("-1")))).incidents[0].code == "RepetitionInvalid"
    assert one(user("a", many(jf_collection="nothing"))).incidents[0].code == "RepetitionInvalid"


def test_standard_loop_tests_after() -> None:
    """Without testBefore the activity runs once before the condition is asked."""
    play = one(script("a", "n = n + 1", loop("n &lt; 3")), {"n": 5})

    assert play.variables["n"] == 6


def test_standard_loop_tests_before() -> None:
    """With testBefore a false condition skips the activity."""
    assert one(script("a", "n = n + 1", loop("n &lt; 3", testBefore="true")), {"n": 5}).variables["n"] == 5
    assert one(script("a", "n = n + 1", loop("n &lt; 3", testBefore="true")), {"n": 0}).variables["n"] == 3


def test_loop_maximum() -> None:
    """loopMaximum bounds the rounds, with or without a condition."""
    assert one(script("a", "n = n + 1", loop("true", loopMaximum="4")), {"n": 0}).variables["n"] == 4
    assert one(script("a", "n = n + 1", loop(loopMaximum="2")), {"n": 0}).variables["n"] == 2


def test_loop_of_user_tasks() -> None:
    """Each round is a visit of its own; the counter is visible."""
    play = one(user("a", loop("not(ok)")))

    assert int(play.do("a", ok=False).wait("a").variables["loopCounter"]) == 2
    assert play.do("a", ok=True).waiting == ["z"]


def test_looped_subprocess() -> None:
    """A subprocess with a standard loop starts afresh in each round."""
    inside = loop("n &lt; 2") + start("s1") + script("t", "n = n + 1") + path("s1", "t")
    play = one(node("subProcess", "a", inside), {"n": 0})

    assert play.path == ["s", "s1", "t", "a", "s1", "t", "a"]


def test_sequential_instances_with_total() -> None:
    """Sequential instances see what the ones before them wrote."""
    marker = many(
        jf_collection="xs", jf_element="x", jf_outputCollection="ys", jf_outputElement="sum", sequential=True
    )
    play = one(script("a", "sum = sum + x", marker), {"xs": [1, 2, 3], "sum": 0})

    assert play.variables["ys"] == [1, 3, 6]


def test_receive_task_for_each_item() -> None:
    """Every instance waits for a message of its own."""
    play = one(
        node("receiveTask", "a", many(jf_collection="xs", jf_element="x"), messageRef="M"),
        {"xs": [1, 2]},
        roots='<message id="M" name="letter" jf:correlationKey="=x"/>',
    )

    assert [w.correlation_key for w in play.advance.waits] == ["1", "2"]
    assert play.message("a").message("a").waiting == ["z"]


def test_signal_that_reaches_instances_and_their_boundary() -> None:
    """The boundary event around is told first and cancels the instances that also wait."""
    inside = (
        many(cardinality("2"))
        + start("s1")
        + node("intermediateCatchEvent", "c", event("signal", "S"))
        + user("u")
        + path("s1", "c", "u")
    )
    body = start() + node("subProcess", "a", inside) + user("h") + path("s", "a") + path("b", "h")
    body += node("boundaryEvent", "b", event("signal", "S"), attachedToRef="a")

    assert Play.of(body).signal("alarm").waiting == ["h"]
