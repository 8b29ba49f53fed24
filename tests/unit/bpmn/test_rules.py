"""Business-rule tasks."""

from diagrams import NOON, feel, model, node, numbers, path, plain, start

from bpmn import interpreter

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="fee" name="Fee"><variable name="Fee"/><decisionTable hitPolicy="UNIQUE"><input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="fee" typeRef="number"/><rule id="low"><inputEntry><text>&lt; 100</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
<rule id="high"><inputEntry><text>&gt;= 100</text></inputEntry><outputEntry><text>2</text></outputEntry></rule></decisionTable></decision></definitions>"""


def play(**attributes: str) -> object:
    definition = model(
        start() + node("businessRuleTask", "r", **attributes) + path("s", "r"),
        decisions={"fee.dmn": TABLE.encode()},
    )
    return interpreter.start(
        definition, variables=numbers({"amount": 150}), environment=feel.Environment(now=NOON)
    )


def test_decision_of_the_definition_is_evaluated_inline() -> None:
    """The result goes to its variable; the history names the rules that matched."""
    advance = play(jf_decision="fee", jf_result="charge")

    [decided] = [h for h in advance.history if h.kind == "decided"]

    assert plain(advance.variables["charge"]) == 2
    assert decided.detail["matched"] == {"Fee": ["high"]}


def test_unknown_decision_is_a_job() -> None:
    """A decision that does not travel with the definition is somebody else's work."""
    assert [w.operation for w in play(jf_decision="elsewhere").waits] == ["elsewhere"]
