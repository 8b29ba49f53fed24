"""The serialised instance: complete, small, and the same whether kept alive or restored."""

import random

import pytest
from diagrams import Play, condition, end, event, flow, node, path, script, start, timer, user

from bpmn import interpreter
from bpmn.errors import StateUnreadable
from bpmn.model import EventWait, TimerWait, WaitState
from bpmn.spiff import codec, loop

NASTY = (
    start()
    + node("inclusiveGateway", "f")
    + user("a", '<multiInstanceLoopCharacteristics jf:collection="xs" jf:element="x"/>')
    + node("boundaryEvent", "ab", timer("R3/PT1H", "timeCycle"), attachedToRef="a", cancelActivity="false")
    + user("reminder")
    + node(
        "subProcess",
        "sub",
        start("s1")
        + user("u")
        + node("eventBasedGateway", "g")
        + node("intermediateCatchEvent", "gm", event("message", "M"))
        + node("intermediateCatchEvent", "gt", timer("PT2H"))
        + end("e1")
        + path("s1", "u", "g", "gm", "e1")
        + path("g", "gt", "e1")
        + node(
            "subProcess",
            "handler",
            node("startEvent", "hs", event("signal", "S"), isInterrupting="false")
            + user("h")
            + path("hs", "h"),
            triggeredByEvent="true",
        ),
    )
    + node("boundaryEvent", "sb", condition("n &gt; 4"), attachedToRef="sub")
    + node("inclusiveGateway", "j")
    + script("count", "n = n + 1")
    + node("exclusiveGateway", "again", default="out")
    + end()
    + path("s", "f", "a", "j", "count", "again")
    + path("ab", "reminder")
    + path("f", "sub", "j")
    + path("sb", "j")
    + flow("again", "f", "n &lt; 6")
    + flow("again", "e", identity="out")
)


@pytest.mark.parametrize("seed", range(30))
def test_restored_and_live_instances_walk_alike(seed: int) -> None:
    """After every step of a random walk the restored instance equals one that was never serialised."""
    chance, play = random.Random(seed), Play.of(NASTY, {"xs": [1, 2], "n": 0})
    live = codec.load(play.definition, play.advance.state, play.environment)
    for _ in range(60):
        if play.status != "active":
            break
        wait = chance.choice(play.advance.waits)
        if isinstance(wait, TimerWait):
            play.now = max(play.now, wait.due_at)
        live.environment = play.environment
        _both(play, live, wait)
        loop.run(live)
        assert codec.dump(live) == play.advance.state


def _both(play: Play, live: codec.Instance, wait: WaitState) -> None:
    verb = interpreter.complete
    if isinstance(wait, TimerWait):
        verb = interpreter.trigger_timer
    elif isinstance(wait, EventWait):
        verb = interpreter.deliver
    play._call(verb, wait.activity_id)
    live.fire(live.tasks[wait.activity_id], {})


def test_state_stays_small_and_ids_stay_the_same() -> None:
    """A case that loops two hundred times is as small as after one round."""
    body = start() + node("exclusiveGateway", "m") + user("a") + user("b") + path("s", "m", "a", "b", "m")
    play = Play.of(body).do("a").do("b")
    size = len(play.advance.state)
    for _ in range(200):
        play.do("a").do("b")

    assert len(play.advance.state) <= size + 8


def test_values_survive_in_full() -> None:
    """Decimals, dates and durations come back as they were."""
    play = Play.of(
        start()
        + script("t", 'd = date("2026-01-31"); p = duration("P1M"); n = 0.1 + 0.2')
        + user("a")
        + path("s", "t", "a")
    )

    assert play.do("a").advance.variables == play.advance.variables
    assert [str(v) for v in play.advance.variables.values()] == ["2026-01-31", "P1M", "0.3"]


def test_two_instances_have_different_activity_ids() -> None:
    """Activity ids are unique over all instances."""
    body = start() + user("a") + path("s", "a")

    assert Play.of(body).wait("a").activity_id != Play.of(body).wait("a").activity_id


@pytest.mark.parametrize(
    "state", [b"\xde\xad", b"", b"{}", b"[]", b'{"seed":1}', b'{"visits":[[0,null,1,"nowhere",{},{}]]}']
)
def test_a_damaged_state_is_refused_in_words(state: bytes) -> None:
    """A state that somebody changed in the database is told as such, never half restored."""
    play = Play.of(NASTY, {"xs": [1], "n": 0})

    with pytest.raises(StateUnreadable, match="备份"):
        interpreter.waits(play.definition, state)
