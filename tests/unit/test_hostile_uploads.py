"""An attacker's uploads: polyglots, mutated files, hostile names. Everything is kept, or refused in a sentence; nothing breaks."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter

import pytest
from PIL import Image

from api.pages.paperwork import attachments as page
from api.routes import deployments as packs
from bpmn.errors import JingfaError
from workflows.paperwork import attachments, upload_rules

ROUNDS = 150  #: mutations of each sample
HEAD = b'<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'


def picture(form: str) -> bytes:
    """Return a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, format=form)
    return buffer.getvalue()


def archive(**files: bytes) -> bytes:
    """Return a zip; names have ``__`` for a slash."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


SAMPLES = {
    "jpeg": picture("JPEG"),
    "png": picture("PNG"),
    "webp": picture("WEBP"),
    "pdf": b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\nstream\nx\x9cendstream\ntrailer << >>\n%%EOF",
    "docx": archive(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<x/>" * 50}),
}


def taken(content: bytes) -> str:
    """Do what the door does with an upload; returns what became of it."""
    try:
        kind = page.media_type_of(content)
        if kind is None:
            return "refused"
        if kind in page.IMAGES:
            content, kind = page.cleaned(content)
        upload_rules.ensure_harmless("x", kind, content)
    except JingfaError as refused:
        assert refused.message
        return "refused"
    return "kept"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_mutated_files_are_kept_or_refused(name: str) -> None:
    """Bytes flipped, cut, doubled and spliced: no other exception than a sentence, ever."""
    dice = random.Random(name)
    outcomes = Counter(taken(_mutated(dice, SAMPLES[name])) for _ in range(ROUNDS))

    print(f"{name}: {dict(outcomes)}")
    assert sum(outcomes.values()) == ROUNDS
    assert taken(SAMPLES[name]) == "kept"


def _mutated(dice: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(changed))
        kind = dice.randrange(4)
        if kind == 0:
            changed[at] = dice.randrange(256)
        elif kind == 1 and len(changed) > 8:
            del changed[at : at + dice.randint(1, 40)]
        elif kind == 2:
            changed[at:at] = dice.randbytes(dice.randint(1, 20))
        else:
            changed += changed[at : at + 60]
    return bytes(changed) or b"\0"


def test_mutated_packs_are_read_or_refused() -> None:
    """A zip for deployment that was tampered with ends in a sentence."""
    dice, outcomes = random.Random(7), Counter[str]()
    sample = archive(**{"pack.toml": b'title = "x"', "process.bpmn": HEAD, "forms__a.json": b"{}"})
    for _ in range(ROUNDS):
        try:
            packs.files_of([("pack.zip", _mutated(dice, sample))])
            outcomes["read"] += 1
        except JingfaError:
            outcomes["refused"] += 1

    print(f"packs: {dict(outcomes)}")
    assert sum(outcomes.values()) == ROUNDS


@pytest.mark.parametrize(
    "payload",
    [b"<script>evil()</script>", b"<?php system('id'); ?>", b"PK\x03\x04evil.jar", b"%PDF-1.7 /JavaScript"],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_hides_behind_a_picture_is_gone(form: str, payload: bytes) -> None:
    """A file that is a picture and something else comes out as a picture alone."""
    made, _ = page.cleaned(picture(form) + payload)

    assert payload not in made


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("现场\u202egpj.exe", "现场gpj.exe"),
        ("a\u200bb\ufeff.pdf", "ab.pdf"),
        ("\ue000\U00020bb7.jpg", "\ue000\U00020bb7.jpg"),
        ("e\u0301.txt", "é.txt"),
        ("x\r\nSet-Cookie: a=b.txt", "x Set-Cookie: a=b.txt"),
        ("/", "附件"),
        ("\0", "附件"),
    ],
)
def test_names_are_readable_and_mean_what_they_show(name: str, shown: str) -> None:
    """No folder, no direction mark, no invisible character, no line; rare and private characters stay."""
    assert attachments._safe_name(name) == shown


def test_a_name_in_a_header_is_one_line_of_ascii() -> None:
    """Nobody writes headers through a file name."""
    answer = page.file_response(b"x", 'a"\r\nX-Evil: 1;ü\u202e.pdf', "application/pdf", inline=False)

    assert answer.headers["content-disposition"].isascii()
    assert "\n" not in answer.headers["content-disposition"]
    assert "x-evil" not in answer.headers
