"""What an uploaded document may not carry: macros, scripts, launchers, hidden files, archive bombs. Judged by content only."""

from __future__ import annotations

import html
import io
import lzma
import re
import struct
import zipfile
import zlib

from workflows.errors import AttachmentInvalid

MOST_ENTRIES = 2000
MOST_UNPACKED = 200 * 1024 * 1024  #: bytes of all entries of an office document
MOST_INFLATED = 32 * 1024 * 1024  #: bytes of a PDF's packed streams that are looked into
#: What Python's zip reader raises for archives that were tampered with.
UNREADABLE = (
    zipfile.BadZipFile,
    ValueError,
    LookupError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
_ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|RichMedia|EmbeddedFiles?|XFA|SubmitForm|ImportData|GoToE|GoToR)(?![A-Za-z])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_MACROS = ("vbaproject.bin", "vbadata.xml")
#: Parts of an office document that hold programs, and those that name what is fetched or started on opening.
_EMBEDDED = re.compile(r"(^|/)(activeX/|embeddings/oleObject)", re.IGNORECASE)
_LINKING = re.compile(r"\.rels$|/externalLinks/[^/]*\.xml$", re.IGNORECASE)
_FETCHED = re.compile(
    r"<(\w+:)?(ddeLink|oleLink)\b"
    r"|<(\w+:)?Relationship\b(?=[^<]*/(attachedTemplate|oleObject|frame|subDocument)[\"'])"
    r"(?=[^<]*\bTarget\s*=\s*[\"']\s*(https?:|ftp:|mhtml:|[\\/]{2}|file:(/{4,}|/{2}[^/])))",
    re.IGNORECASE,
)
MOST_LINKING = 1024 * 1024  #: bytes of the parts that name others, which are looked into


def ensure_harmless(name: str, media_type: str, content: bytes) -> None:
    """
    Refuse documents that could act on the machine of whoever opens them.

    Raises:
        AttachmentInvalid: with what was found and what to do.
    """
    if media_type == "application/pdf":
        _ensure_still_pdf(name, content)
    elif content.startswith(b"PK"):
        _ensure_plain_office(name, content)
    elif content.startswith(b"\xd0\xcf\x11\xe0") and "_VBA_PROJECT".encode("utf-16-le") in content:
        raise AttachmentInvalid(f"文档“{name[:80]}”带有宏。请另存为不含宏的文档或 PDF 后再上传。")


def _ensure_still_pdf(name: str, content: bytes) -> None:
    if b"/Encrypt" in content:
        raise AttachmentInvalid(f"PDF“{name[:80]}”已加密，无法检查。请取消密码后再上传。")
    if any(_ACTIVE.search(_unescaped(part)) for part in (content, *_inflated(content))):
        raise AttachmentInvalid(
            f"PDF“{name[:80]}”带有脚本、可执行动作或内嵌文件。请打印为普通 PDF 后再上传。"
        )


def _unescaped(part: bytes) -> bytes:
    """Read names as a viewer does: ``/J#61vaScript`` is ``/JavaScript``."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part) if b"#" in part else part


def _inflated(content: bytes) -> list[bytes]:
    """Return what stands in packed streams, up to a limit in all."""
    found, left = [], MOST_INFLATED
    for start in _STREAM.finditer(content):
        if left <= 0:
            break
        try:
            part = zlib.decompressobj().decompress(content[start.end() :], min(left, 4 * 1024 * 1024))
        except zlib.error:
            continue
        left -= len(part)
        found.append(part)
    return found


def _ensure_plain_office(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            kinds = archive.read("[Content_Types].xml")[:1_000_000] if _is_small(entries) else b""
            linking = _linking(archive, entries)
    except UNREADABLE as fault:
        raise AttachmentInvalid(f"文档“{name[:80]}”已损坏或不是办公文档。请重新保存后再上传。") from fault
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise AttachmentInvalid(f"文档“{name[:80]}”解开后过大，无法接收。请拆分后再上传。")
    macros = any(entry.filename.lower().endswith(_MACROS) for entry in entries)
    if macros or b"macroEnabled" in kinds:
        raise AttachmentInvalid(f"文档“{name[:80]}”带有宏。请另存为不含宏的文档或 PDF 后再上传。")
    if any(_EMBEDDED.search(entry.filename) for entry in entries) or _FETCHED.search(linking):
        raise AttachmentInvalid(
            f"文档“{name[:80]}”带有内嵌程序对象或打开时自动读取的外部内容。请另存为 PDF 后再上传。"
        )


def _linking(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    """Return the parts that name other parts and places as one text, read as an office program does, up to a limit in all."""
    found, left = [], MOST_LINKING
    for entry in entries:
        if _LINKING.search(entry.filename) and entry.file_size <= left:
            # UTF-16 without its empty halves is legible enough to look for a word.
            found.append(archive.read(entry).replace(b"\0", b"").decode("utf-8", "replace"))
            left -= entry.file_size
    return html.unescape("\n".join(found))


def _is_small(entries: list[zipfile.ZipInfo]) -> bool:
    named = [entry for entry in entries if entry.filename == "[Content_Types].xml"]
    return all(entry.file_size < 1_000_000 for entry in named)
