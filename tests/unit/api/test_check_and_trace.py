"""The commands ``jingfa check`` and ``jingfa trace`` as scripts use them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from api.commands import check, trace

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="P">
<startEvent id="s"/><userTask id="u"/>{more}<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="u"/>
<sequenceFlow id="g" sourceRef="u" targetRef="e"/></process></definitions>"""
CALL = '<callActivity id="c" calledElement="Q"/><sequenceFlow id="h" sourceRef="u" targetRef="c"/>'


def jingfa(*words: object) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    check.register(commands)
    trace.register(commands)
    args = parser.parse_args([str(word) for word in words])
    return int(args.run(args))


def model(folder: Path, more: str = "", name: str = "m.bpmn") -> Path:
    file = folder / name
    file.write_text(MODEL.format(more=more), encoding="utf-8")
    return file


def test_check_of_a_sound_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Exit 0, JSON alone on standard output.
    """
    code = jingfa("check", model(tmp_path), "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_check_of_a_faulty_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Exit 1; a finding has all its fields.
    """
    code = jingfa("check", model(tmp_path, CALL), "--json")

    answer = json.loads(capsys.readouterr().out)
    finding = next(one for one in answer["findings"] if one["code"] == "unknown-call")
    assert code == 1
    assert list(finding) == [
        "severity", "code", "message", "remedy", "file", "element_id", "element_name", "witness"
    ]  # fmt: skip


def test_check_finds_called_processes_beside_the_model(tmp_path: Path) -> None:
    """
    A call into a file of the same folder is known.
    """
    other = model(tmp_path, name="other.bpmn")
    other.write_text(other.read_text(encoding="utf-8").replace('id="P"', 'id="Q"'), encoding="utf-8")

    assert jingfa("check", model(tmp_path, CALL)) == 0


def test_check_speaks_to_people_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Without ``--json`` nothing goes to standard output.
    """
    jingfa("check", model(tmp_path, CALL))

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "不能部署" in captured.err


def test_check_of_a_missing_file(tmp_path: Path) -> None:
    """
    A path that is not there is a finding, not a stack trace.
    """
    assert jingfa("check", tmp_path / "nowhere.bpmn") == 1


def test_check_of_a_form_that_is_no_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Forms are read by the forms' own rules.
    """
    file = tmp_path / "f.json"
    file.write_text("{", encoding="utf-8")

    assert jingfa("check", file, "--json") == 1
    assert "form-malformed" in capsys.readouterr().out


def test_trace_with_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The YAML answers the task; the JSON has the fixed fields.
    """
    story = tmp_path / "in.yaml"
    story.write_text("tasks: {u: [{variables: {x: 2}, after: PT2H}]}", encoding="utf-8")

    code = jingfa("trace", model(tmp_path), "--inputs", story, "--json")

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["variables"] == {"x": 2}
    assert list(answer) == [
        "outcome", "path", "flows", "variables", "waiting", "ended_at", "thrown", "incidents", "findings"
    ]  # fmt: skip


def test_trace_of_a_refused_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    What check refuses is not run.
    """
    code = jingfa("trace", model(tmp_path, CALL), "--json")

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["outcome"], answer["path"]) == (1, "refused", [])


def test_trace_with_misspelt_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    A wrong key in the YAML refuses the run.
    """
    story = tmp_path / "in.yaml"
    story.write_text("task: {}", encoding="utf-8")

    assert jingfa("trace", model(tmp_path), "--inputs", story) == 1
    assert "task" in capsys.readouterr().err


def test_trace_uses_the_decision_table_beside_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A business rule task with a table at hand is decided by it.
    """
    rule = (
        '<businessRuleTask id="r" xmlns:jf="urn:jingfa:bpmn:1" jf:decision="grade" jf:result="grade"/>'
        '<sequenceFlow id="h" sourceRef="u" targetRef="r"/>'
    )
    (tmp_path / "t.dmn").write_text(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        '<decision id="grade" name="grade"><variable name="grade"/><literalExpression><text>1 + 1</text>'
        "</literalExpression></decision></definitions>",
        encoding="utf-8",
    )

    jingfa("trace", model(tmp_path, rule), "--json")

    assert json.loads(capsys.readouterr().out)["variables"] == {"grade": 2}
