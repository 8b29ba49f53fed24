"""``jingfa deadline`` keeps its shape."""

from __future__ import annotations

import argparse
import json

import pytest

from api.commands import deadline


def call(*arguments):
    """Run the command as the ``jingfa`` parser would."""
    parser = argparse.ArgumentParser(prog="jingfa")
    deadline.register(parser.add_subparsers())
    args = parser.parse_args(["deadline", *arguments])
    return args.run(args)


def test_json_has_the_promised_fields(capsys):
    """
    The JSON names class, both dates, rungs, explanation and source.
    """
    status = call("D-122", "--from", "2026-09-07T10:00:00+08:00", "--json")
    answer = json.loads(capsys.readouterr().out)

    assert status == 0
    assert (answer["class"], answer["statutory_last_day"], answer["unrolled"]) == (
        "LOCK",
        "2026-10-08",
        "2026-10-07",
    )
    assert answer["rungs"][0] | {"percent": 50, "at": "2026-09-22T09:00:00+08:00"} == answer["rungs"][0]
    assert answer["source"]["id"] == "MSSS-205"
    assert any("国庆节" in line for line in answer["explanation"])


def test_events_move_the_date(capsys):
    """
    Events may be given in any order, with or without an amount.
    """
    events = ("--event", "2026-09-19T00:00:00+08:00=resume", "--event", "2026-09-05T00:00:00+08:00=pause")

    call("D-115", "--from", "2026-08-31T10:00:00+08:00", *events, "--json")

    assert json.loads(capsys.readouterr().out)["statutory_last_day"] == "2026-10-14"


def test_refusal_is_a_sentence_on_standard_error(capsys):
    """
    A contradiction ends with status 1, the sentence on standard error.
    """
    status = call(
        "D-115", "--from", "2026-08-31T10:00:00+08:00", "--event", "2026-09-01T00:00:00+08:00=resume"
    )
    out, err = capsys.readouterr()

    assert (status, out) == (1, "")
    assert "没有在暂停中" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("D-110",),
        ("D-110", "--from", "soon"),
        ("D-110", "--from", "2026-09-01", "--event", "2026-09-02=jump"),
    ],
)
def test_wrong_usage_ends_with_two(capsys, arguments):
    """
    What cannot be read is wrong usage.
    """
    with pytest.raises(SystemExit) as ended:
        call(*arguments)

    assert ended.value.code == 2


def test_text_is_readable_for_staff(capsys):
    """
    The text shows badge, last day and how it was counted; the end of a day is 24:00.
    """
    call("D-110", "--from", "2026-12-04")
    text = capsys.readouterr().out

    assert "【暂定】" in text and "2027-01-04（周一）24:00" in text and "怎么算的" in text
