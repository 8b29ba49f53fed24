"""Names that are read before anything sets them."""

from __future__ import annotations

from models import file, findings, line

from bpmn.diagram import Catalogue

FORMS = Catalogue(forms=frozenset({"ask"}), form_fields={"ask": frozenset({"answer"})})


def choose(name: str, before: str = "", start: str = '<startEvent id="s"/>') -> bytes:
    first = before.split('id="', 1)[1].split('"', 1)[0] if before else "g"
    join = f'<sequenceFlow id="f2" sourceRef="{first}" targetRef="g"/>' if before else ""
    return file(
        f'{start}{before}<exclusiveGateway id="g" default="no"/><scriptTask id="later"><script>late = 1</script></scriptTask>'
        f'<endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="{first}"/>{join}'
        f'<sequenceFlow id="yes" sourceRef="g" targetRef="later"><conditionExpression>{name} = 1</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="no" sourceRef="g" targetRef="e"/><sequenceFlow id="f3" sourceRef="later" targetRef="e"/>'
    )


def never_set(data: bytes, catalogue: Catalogue | None = None) -> list[str | None]:
    return [one.element_id for one in findings(data, catalogue=catalogue) if one.code == "never-set"]


def test_name_that_is_only_set_later_is_told_with_its_path() -> None:
    """
    A condition reads what a later script sets.
    """
    data = choose("late", start='<startEvent id="s" jf:form="ask"/>')

    found = next(one for one in findings(data, catalogue=FORMS) if one.code == "never-set")

    assert (found.element_id, found.witness) == ("yes", ("s", "g"))


def test_start_nobody_describes_may_bring_any_other_name() -> None:
    """
    Without a start form, a name may come with the start, even one that is set again later.
    """
    assert never_set(choose("given")) == []
    assert never_set(choose("late")) == []


def test_process_that_others_call_is_left_alone() -> None:
    """
    The caller brings names that the file does not show.
    """
    caller = "<process id='Q'><callActivity id='c' calledElement='P'/></process>"
    data = choose("x", start='<startEvent id="s" jf:form="ask"/>').replace(
        b'<process id="P"', caller.encode() + b'<process id="P"'
    )

    assert never_set(data, FORMS) == []


def test_start_form_that_lacks_the_name_is_told() -> None:
    """
    With a known start form nothing else comes with the start.
    """
    start = '<startEvent id="s" jf:form="ask"/>'

    assert never_set(choose("anwser", start=start), FORMS) == ["yes"]
    assert never_set(choose("answer", start=start), FORMS) == []


def test_service_without_mappings_may_set_anything() -> None:
    """
    The rule keeps quiet where it cannot know.
    """
    start = '<startEvent id="s" jf:form="ask"/>'

    assert never_set(choose("x", '<serviceTask id="t"/>', start), FORMS) == []


def test_service_with_mappings_sets_only_those() -> None:
    """
    Output mappings say what a service sets.
    """
    start = '<startEvent id="s" jf:form="ask"/>'
    task = '<serviceTask id="t"><extensionElements><jf:output target="x" source="=1"/></extensionElements></serviceTask>'

    assert never_set(choose("x", task, start), FORMS) == []
    assert never_set(choose("y", task, start), FORMS) == ["yes"]


def test_branch_that_runs_beside_counts_as_earlier() -> None:
    """
    What a parallel branch sets may be there already.
    """
    body = line('<parallelGateway id="g"/>') + (
        '<scriptTask id="t"><script>x = 1</script></scriptTask><sequenceFlow id="p1" sourceRef="g" targetRef="t"/>'
        '<exclusiveGateway id="d" default="n"/><endEvent id="e2"/><sequenceFlow id="p2" sourceRef="g" targetRef="d"/>'
        '<sequenceFlow id="y" sourceRef="d" targetRef="e2"><conditionExpression>x = 1</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="n" sourceRef="d" targetRef="e2"/>'
    )

    assert never_set(file(body)) == []
