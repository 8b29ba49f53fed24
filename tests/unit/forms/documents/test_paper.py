"""Templates of papers: what parses, and what is found wrong."""

import pytest

from forms.documents.paper import KINDS, Paper, lint, names_of
from forms.errors import PaperInvalid

HEAD = 'code = "W99"\ntitle = "样张"\nversion = "1"\n'


def codes(body, head=HEAD):
    return [finding.code for finding in lint(head + body)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "paper-malformed"),
        ("[[blocks]\n", "paper-malformed"),
        ('[[blocks]]\nkind = "script"\n', "block-unknown"),
        ('[[blocks]]\nkind = "paragraph"\n', "block-malformed"),
        ('[[blocks]]\nkind = "paragraph"\ntext = "{a +}"\n', "feel-invalid"),
        ('[[blocks]]\nkind = "paragraph"\ntext = "{a"\n', "feel-invalid"),
        ('[[blocks]]\nkind = "paragraph"\ntext = "a}"\n', "feel-invalid"),
        ('[[blocks]]\nkind = "paragraph"\ntext = 3\n', "block-malformed"),
        ('[[blocks]]\nkind = "paragraph"\ntext = "a"\ncolour = "red"\n', "block-malformed"),
        ('[[blocks]]\nkind = "paragraph"\ntext = "a"\nalign = "top"\n', "block-malformed"),
        ('[[blocks]]\nkind = "paragraph"\ntext = "a"\nwhen = "if"\n', "feel-invalid"),
        ('[[blocks]]\nkind = "grid"\nrows = [["a", "b"], ["c"]]\n', "block-malformed"),
        ('[[blocks]]\nkind = "table"\nover = "a"\ncolumns = [1]\n', "block-malformed"),
        ('[[blocks]]\nkind = "section"\nblocks = []\n', "paper-malformed"),
    ],
)
def test_each_fault_has_its_finding(body, code):
    """Faults of a template are named in Chinese, with a remedy."""
    findings = lint(HEAD + body)

    assert code in [finding.code for finding in findings]
    assert all(finding.message and finding.remedy for finding in findings)


def test_every_finding_comes_at_once():
    """A refused template carries all of its findings."""
    body = '[[blocks]]\nkind = "x"\n[[blocks]]\nkind = "paragraph"\ntext = "{"\n'

    with pytest.raises(PaperInvalid) as refused:
        Paper.parse('code = ""\n' + body)

    assert len(refused.value.findings) >= 4


def test_size_and_depth_are_bounded():
    """A template cannot be used to exhaust the server."""
    deep = {"kind": "paragraph", "text": "a"}
    for _ in range(9):
        deep = {"kind": "section", "blocks": [deep]}

    assert "paper-too-deep" in [
        found.code for found in lint({"code": "a", "title": "a", "version": "1", "blocks": [deep]})
    ]
    assert codes("#" * 200_000) == [
        "paper-too-large",
        "paper-malformed",
        "paper-malformed",
        "paper-malformed",
        "paper-malformed",
    ]
    assert "paper-too-large" in codes('[[blocks]]\nkind = "line"\n' * 301)


def test_the_hash_is_of_the_meaning_not_of_the_spelling():
    """Comments and order of keys in TOML do not change a template's hash; its text does."""
    body = '[[blocks]]\nkind = "paragraph"\ntext = "甲"\n'
    reordered = '# 说明\n[[blocks]]\ntext = "甲"\nkind = "paragraph"\n'

    assert Paper.parse(HEAD + body).sha256 == Paper.parse(HEAD + reordered).sha256
    assert Paper.parse(HEAD + body).sha256 != Paper.parse(HEAD + body.replace("甲", "乙")).sha256


def test_names_of_papers_are_known():
    """The variables a paper reads can be asked for; its own loop names are not among them."""
    paper = Paper.parse(
        HEAD + '[[blocks]]\nkind = "items"\nover = "parties"\nas = "p"\ntext = "{p.name}{i}{dispute.type}"\n'
    )

    assert names_of([paper]) == {"parties", "dispute"}


def test_every_kind_is_documented():
    """The documentation names every kind of block."""
    from pathlib import Path

    text = (Path(__file__).parents[4] / "docs" / "documents.md").read_text("utf-8")

    assert all(f"`{kind}`" in text for kind in KINDS)
