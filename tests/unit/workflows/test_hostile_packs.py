"""Files of a pack that are written to bring a reader down are refused in words, at once."""

from __future__ import annotations

import pytest
import yaml

from bpmn import toml
from workflows.scenarios import model
from workflows.studio import titles

#: Nine lists of nine aliases each unfold to 387 million values.
LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "[" * 100_000,
        "- " * 50_000,
        "a: &a {b: *a}",
        "x" * 2_000_000,
        "!!python/object/apply:os.system ['id']",
        "!!timestamp 2020-99-99",
    ],
    ids=["laughs", "deep", "deep-list", "itself", "large", "python", "no-date"],
)
def test_yaml_has_an_end(text: str) -> None:
    """
    What unfolds without end, nests without end or builds objects is no scenario.
    """
    with pytest.raises(yaml.YAMLError):
        model.loads(text)


def test_aliases_that_people_write_are_read() -> None:
    """
    The packs say an answer once and use it twice.
    """
    assert model.loads("a: &a {b: no}\nc: *a") == {"a": {"b": "no"}, "c": {"b": "no"}}


@pytest.mark.parametrize(
    "text",
    ["a" + ".a" * 20_000 + " = 1", "a = " + "[" * 5_000 + "]" * 5_000, "a = " + "9" * 5_000, "a" * 2_000_000],
)
def test_toml_has_an_end(text: str) -> None:
    """
    Dotted keys nest as deep as somebody likes; whoever walks such a table by recursion would fall.
    """
    with pytest.raises(toml.TOMLDecodeError):
        toml.loads(text)


@pytest.mark.parametrize("content", [b"[1, 2]", b"[" * 100_000, b"\xff\xff"])
def test_samples_that_cannot_be_used_say_so(content: bytes) -> None:
    """
    The rehearsal names the file instead of failing.
    """
    with pytest.raises(model.ScenarioInvalid, match=r"samples\.yaml"):
        model.samples_of(content)


def test_a_form_that_nests_without_end_has_no_title() -> None:
    """
    The list of files shows its name instead.
    """
    assert titles.title_of("forms/x.json", b"[" * 100_000) == ""
