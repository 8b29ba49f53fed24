"""``jingfa feel``: JSON alone on standard output, sentences on standard error, exit codes 0, 1 and 2."""

from __future__ import annotations

import argparse
import json

import pytest

from api.commands import feel


@pytest.fixture
def jingfa():
    """Return a function that runs the command with the arguments of a shell."""

    def run(*arguments):
        parser = argparse.ArgumentParser()
        feel.register(parser.add_subparsers())
        args = parser.parse_args(["feel", *arguments])
        return args.run(args)

    return run


def test_value_and_type_are_printed_as_json(jingfa, capsys):
    """
    A value is printed with its FEEL type, no reasons and no error.
    """
    code = jingfa("1.5 + 1", "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "value": 2.5,
        "type": "number",
        "reasons": [],
        "error": None,
    }


def test_context_comes_from_a_file(jingfa, capsys, tmp_path):
    """
    Variables are read from a JSON file, Chinese names and byte order mark included.
    """
    file = tmp_path / "context.json"
    file.write_text('\ufeff{"金额": 0.1, "full name": "Li"}', "utf-8")

    code = jingfa("[金额 + 0.2, full name]", "--context", str(file), "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out)["value"] == [0.3, "Li"]


def test_unary_test_reads_its_value_from_a_file(jingfa, capsys, tmp_path):
    """
    With --unary the expression is a cell of a decision table.
    """
    file = tmp_path / "value.json"
    file.write_text("12", "utf-8")

    jingfa("< 5, [10..20]", "--unary", str(file), "--json")

    assert json.loads(capsys.readouterr().out)["value"] is True


def test_null_comes_with_its_reason(jingfa, capsys):
    """
    A run-time problem is null with a reason, not a failure.
    """
    code = jingfa("1 / 0", "--json")

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["value"], answer["type"]) == (0, None, "null")
    assert answer["reasons"] == ["除数为零，结果为空。"]


def test_syntax_error_is_exit_code_one(jingfa, capsys):
    """
    A text that is no FEEL is refused with place, word and cure.
    """
    code = jingfa("类别 = “民间”", "--json")

    error = json.loads(capsys.readouterr().out)["error"]
    assert code == 1
    assert (error["line"], error["column"], error["word"]) == (1, 6, "“")
    assert error["fixed"] == '类别 = "民间"'


@pytest.mark.parametrize("content", ["{", "[1]", None])
def test_unreadable_context_is_wrong_usage(jingfa, capsys, tmp_path, content):
    """
    A context that is missing, broken or no object is exit code 2 and one sentence.
    """
    file = tmp_path / "context.json"
    if content is not None:
        file.write_text(content, "utf-8")

    code = jingfa("1", "--context", str(file), "--json")

    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert "读不了" in captured.err
