"""``jingfa decide`` and ``jingfa check FILE.dmn``, run as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api import cli
from tests.builders import dmn


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a file with a table that has a gap."""
    logic = dmn.table(["< 10 -> x * 2", "> 10 -> 0.1 + 0.2"])
    file = tmp_path / "t.dmn"
    file.write_text(dmn.definitions(dmn.data("x", "number"), dmn.decision(logic, requires="i:x")), "utf-8")
    return file


@pytest.mark.parametrize(
    ("x", "expected"), [("3", 6), ("0.05", 0.1), ("11", 0.3), ("1.2345678901234567", "2.4691357802469134")]
)
def test_decide_gives_json(table: Path, capsys: pytest.CaptureFixture[str], x: str, expected: object) -> None:
    """Numbers are JSON numbers where that is exact, else texts; the rules that matched are named."""
    context = table.with_name("c.json")
    context.write_text(f'{{"x": {x}}}', "utf-8")

    code = cli.main(["decide", str(table), "--context", str(context), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["decisions"], answer["error"]) == (0, {"d": expected}, None)
    assert answer["matched"]["d"]


def test_check_tells_the_gap(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gap is a warning with its example; the file may still be deployed."""
    code = cli.main(["check", str(table), "--json"])

    answer = json.loads(capsys.readouterr().out)
    (finding,) = answer["findings"]
    assert (code, answer["ok"], finding["code"], finding["file"]) == (0, True, "table-gap", "t.dmn")
    assert "x = 10" in finding["message"]


def test_check_refuses_an_output_of_another_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An output that is not of its column's type is an error."""
    file = tmp_path / "t.dmn"
    file.write_text(
        dmn.definitions(dmn.decision(dmn.table(["- -> 1"], inputs=("1",), output_type="string"))), "utf-8"
    )

    code = cli.main(["check", str(file), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["ok"], answer["findings"][0]["code"]) == (1, False, "output-type")


def test_decide_refuses_what_is_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no DMN ends with 1 and an error, an unknown option with 2."""
    file = tmp_path / "t.dmn"
    file.write_text("<a/>", "utf-8")

    assert cli.main(["decide", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]
    assert cli.main(["decide", str(file), "--what"]) == 2
