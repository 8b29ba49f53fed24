"""The shipped law pack is complete and sound; a faulty one is refused with every finding."""

from __future__ import annotations

import shutil

import pytest

from bpmn.deadlines import DeadlineClass, lawpack
from bpmn.deadlines.errors import LawPackInvalid
from bpmn.deadlines.lawpack import SHIPPED
from bpmn.model import Severity

NUMBERS = [
    *range(101, 119), *range(121, 137), *range(201, 220), *range(301, 313), *range(321, 326), *range(331, 337),
    *range(341, 344), *range(401, 406), 411, 421, 431,
]  # fmt: skip

SOURCES = '[[act]]\ncode = "POLICY"\ntitle = "规则"\nconfidence = "P"\n'


def a_pack(folder, *, deadlines, sources=SOURCES):
    """Write a law pack with one faulty file."""
    folder.mkdir(exist_ok=True)
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    (folder / "deadlines.toml").write_text(deadlines, encoding="utf-8")
    return folder


def codes_of(folder):
    """The codes of all errors found."""
    return {finding.code for finding in lawpack.check(folder) if finding.severity is Severity.ERROR}


def test_shipped_pack_has_no_findings():
    """
    What is shipped is in order.
    """
    assert lawpack.check() == ()


def test_every_number_of_the_catalogue_is_there(pack):
    """
    Every D-number of the dossier is found, as itself or by its lettered steps.
    """
    assert all(pack.catalogue.find(f"D-{number}") for number in NUMBERS)


def test_every_deadline_says_class_ladder_and_source(pack):
    """
    No timer without badge, ladder and the source it rests on.
    """
    for rule in pack.catalogue:
        assert rule.ladder is not None and rule.sources and rule.name and rule.name_en, rule.code


def test_lock_rests_on_law(pack):
    """
    A statutory deadline names at least one provision, not only policy.
    """
    locked = [rule for rule in pack.catalogue if rule.klass is DeadlineClass.LOCK]

    assert locked
    assert all(any(source.confidence != "P" for source in rule.sources) for rule in locked)


def test_unconfirmed_texts_carry_the_badge(pack):
    """
    What rests on general knowledge is marked 待核 in entry and citation.
    """
    rule = pack.catalogue.find("D-302")

    assert rule.verify and "待核" in rule.sources[0].citation


def test_lists_are_complete(pack):
    """
    Roles R01 to R22, papers W01 to W30 and the dispute types are there.
    """
    assert {f"R{n:02}" for n in range(1, 23)} <= set(pack.roles)
    assert set(pack.papers) == {f"W{n:02}" for n in range(1, 31)}
    assert pack.code_lists["dispute-types"].find("0201").parent == "02"


def test_base_number_finds_its_first_step(pack):
    """
    D-203 names two steps; the first is taken and its own code shown.
    """
    assert pack.catalogue.find("d-203").code == "D-203a"
    assert [rule.code for rule in pack.catalogue.variants("D-203")] == ["D-203a", "D-203b"]


FAULTS = [
    ('code="D-1"\nname="x"\nclass="PARAM"\nlength=1\nunit="CD"\nbasis=["NOPE-1"]', "deadline-unknown-source"),
    ('code="D-1"\nname="x"\nclass="LOCK"\nlength=1\nunit="CD"\nbasis=["POLICY"]', "deadline-lock-without-source"),
    ('code="D-1"\nname="x"\nclass="PARAM"\nlength=-1\nunit="CD"\nbasis=["POLICY"]', "deadline-length"),
    ('code="D-1"\nname="x"\nclass="PARAM"\nlength=1\nunit="weeks"\nbasis=["POLICY"]', "deadline-unit"),
    ('code="D-1"\nname="x"\nclass="PARAM"\nlength=1\nunit="H"\nroll=true\nbasis=["POLICY"]', "deadline-roll"),
    ('code="D-1"\nname="x"\nclass="PARAM"\nlength=1\nunit="CD"\nladder="L-Q"\nbasis=["POLICY"]', "deadline-unknown-ladder"),
    ('code="D-1"\nname="x"\nclass="PARAM"\nlenght=1\nlength=1\nbasis=["POLICY"]', "deadline-unknown-key"),
    ('code="D-1"\nname="x"\nclass="PARAM"\nlength=1\nunit="CD"', "deadline-without-basis"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "code"), FAULTS)
def test_faulty_entry_is_found(tmp_path, entry, code):
    """
    Each kind of mistake has its own finding, and the pack is refused.
    """
    folder = a_pack(tmp_path / "pack", deadlines=f"[[deadline]]\n{entry}\n")

    assert code in codes_of(folder)
    with pytest.raises(LawPackInvalid):
        lawpack.load(folder)


def test_duplicate_code_is_found(tmp_path):
    """
    Two entries under one number are refused.
    """
    entry = '[[deadline]]\ncode="D-1"\nname="x"\nclass="PARAM"\nlength=1\nunit="CD"\nbasis=["POLICY"]\n'

    assert codes_of(a_pack(tmp_path / "pack", deadlines=entry * 2)) == {"deadline-duplicate"}


def test_broken_file_is_named(tmp_path):
    """
    A file that is not TOML is named with the place of the mistake.
    """
    findings = lawpack.check(a_pack(tmp_path / "pack", deadlines="[[deadline"))

    assert findings[0].code == "law-pack-unreadable"
    assert findings[0].file == "deadlines.toml"


def test_changed_pack_has_another_digest(tmp_path):
    """
    The digest stored with a reckoning tells one pack from another.
    """
    copy = tmp_path / "pack"
    shutil.copytree(SHIPPED, copy)
    with (copy / "deadlines.toml").open("a", encoding="utf-8") as file:
        file.write("# 修订\n")

    assert lawpack.load(copy).digest != lawpack.load().digest
