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
MOST_STREAMS = 20_000  #: in a PDF; both ends of one count
CLOSE = 2 * 1024  #: bytes before a PDF stream in which its dictionary stands
PIECE = 16 * 1024  #: bytes that are unpacked at a time
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
#: Packings that no program uses for objects, and that we do not unpack.
_HIDING = re.compile(
    rb"/(ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt)(?![A-Za-z])"
)
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
MOST_LINKING = 4 * 1024 * 1024  #: bytes of the parts that name others, which are looked into; more is refused
KINDS = "[Content_Types].xml"
HEAD = 8 * 1024  #: bytes of a part in which a declaration stands


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
    starts = [found.end() for found in _STREAM.finditer(content)]
    if len(starts) > MOST_STREAMS:
        raise AttachmentInvalid(f"PDF“{name[:80]}”的结构过于复杂，无法检查。请重新打印为 PDF 后再上传。")
    hides = any(_HIDING.search(head) for head in _heads_of_objects(content, starts))
    if hides or any(_ACTIVE.search(_unescaped(part)) for part in (content, *_inflated(content, starts))):
        raise AttachmentInvalid(
            f"PDF“{name[:80]}”带有脚本、可执行动作或内嵌文件。请打印为普通 PDF 后再上传。"
        )


def _unescaped(part: bytes) -> bytes:
    """Read names as a viewer does: ``/J#61vaScript`` is ``/JavaScript``."""
    # Each code once, the sign itself last: a substitution for every one of a million takes seconds.
    for code in sorted(set(_ESCAPED.findall(part)) if b"#" in part else (), key=lambda one: one == b"23"):
        part = part.replace(b"#" + code, bytes([int(code, 16)]))
    return part


def _heads_of_objects(content: bytes, starts: list[int]) -> list[bytes]:
    """Return the dictionaries of the streams that hold objects; pictures and pages are none."""
    return [head for head in (_head(content, start) for start in starts) if b"/ObjStm" in head]


def _head(content: bytes, start: int) -> bytes:
    return _unescaped(content[max(0, start - CLOSE) : start].rpartition(b" obj")[2])


def _inflated(content: bytes, starts: list[int]) -> list[bytes]:
    """Return what stands in packed streams, those that hold objects first, up to a limit in all."""
    found, left = [], MOST_INFLATED
    for start in sorted(starts, key=lambda one: b"/ObjStm" not in _head(content, one)):
        if left <= 0:
            break
        part = _unpacked(content, start, min(left, 4 * 1024 * 1024))
        left -= len(part)
        found.append(part)
    return found


def _unpacked(content: bytes, start: int, most: int) -> bytes:
    """
    Return what a stream unpacks to, as far as it does.

    It is fed piece by piece: a slice to the end of the file for each of thousands of streams would take minutes.
    """
    unpacking, found = zlib.decompressobj(), bytearray()
    try:
        for at in range(start, len(content), PIECE):
            piece = content[at : at + PIECE]
            while piece and len(found) < most and not unpacking.eof:
                # A fault loses what one call unpacked, and with it the count of what was spent.
                found += unpacking.decompress(piece, PIECE)
                piece = unpacking.unconsumed_tail
            if unpacking.eof or len(found) >= most:
                break
    except zlib.error:
        pass  # what came before the fault, a viewer shows as well
    return bytes(found)


def _ensure_plain_office(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _ensure_reasonable(name, entries)
            kinds = archive.read(KINDS) if KINDS in archive.namelist() else b""
            linking = _linking(archive, entries)
            declares = any(_declares(archive, entry) for entry in entries)
    except UNREADABLE as fault:
        raise AttachmentInvalid(f"文档“{name[:80]}”已损坏或不是办公文档。请重新保存后再上传。") from fault
    macros = any(entry.filename.lower().endswith(_MACROS) for entry in entries)
    if macros or b"macroEnabled" in kinds.replace(b"\0", b""):
        raise AttachmentInvalid(f"文档“{name[:80]}”带有宏。请另存为不含宏的文档或 PDF 后再上传。")
    embeds = any(_EMBEDDED.search(entry.filename) for entry in entries)
    if embeds or declares or _FETCHED.search(linking):
        raise AttachmentInvalid(
            f"文档“{name[:80]}”带有内嵌程序对象或打开时自动读取的外部内容。请另存为 PDF 后再上传。"
        )


def _ensure_reasonable(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse bombs, and what hides from the look into the parts: parts padded beyond it, two of one name."""
    looked_into = sum(
        one.file_size for one in entries if one.filename == KINDS or _LINKING.search(one.filename)
    )
    too_large = sum(entry.file_size for entry in entries) > MOST_UNPACKED or looked_into > MOST_LINKING
    if len(entries) > MOST_ENTRIES or too_large:
        raise AttachmentInvalid(f"文档“{name[:80]}”解开后过大，无法接收。请拆分后再上传。")
    # Office programs know names without regard to case; which of two they take is theirs.
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise AttachmentInvalid(f"文档“{name[:80]}”已损坏或不是办公文档。请重新保存后再上传。")


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Tell whether a part begins with a DOCTYPE, which no office program writes: only entities and fetches need one."""
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(entry) as part:
        return b"<!DOCTYPE" in part.read(HEAD).replace(b"\0", b"").upper()


def _linking(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    """Return the parts that name other parts and places as one text, read as an office program does."""
    named = (entry for entry in entries if _LINKING.search(entry.filename))
    # UTF-16 without its empty halves is legible enough to look for a word.
    found = (archive.read(entry).replace(b"\0", b"").decode("utf-8", "replace") for entry in named)
    return html.unescape("\n".join(found))
