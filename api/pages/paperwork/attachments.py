"""Files and photos: checked by content, photos re-encoded without the place where they were taken."""

from __future__ import annotations

import io
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from PIL import Image, ImageOps
from starlette.datastructures import UploadFile as Upload
from starlette.responses import JSONResponse, Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go
from api.problems import PayloadTooLarge
from forms.documents.stamp_picture import stamped_picture
from forms.text import clean_line
from tasks.model import Actor
from workflows.errors import AttachmentInvalid
from workflows.model import AttachmentView
from workflows.paperwork import attachments, papers, upload_rules
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import user_tasks

router = APIRouter(include_in_schema=False)

LARGEST: Final = 10 * 1024 * 1024
#: A phone's best camera makes about 50 megapixels; more is a decompression bomb.
MOST_PIXELS: Final = 64_000_000
LONGEST_SIDE: Final = 2560
QUALITY: Final = 85
#: Twin-lens phones write MPO; it opens as the JPEG it begins with.
CAMERA_FORMATS: Final = ("JPEG", "PNG", "WEBP")
#: What a file is, by its first bytes. Names and the browser's word for the type are not believed.
MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png"}
#: How names of each type may end; the first is given to a name that ends otherwise, as ``invoice.exe`` of a picture.
ENDINGS: Final = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "video/mp4": (".mp4", ".m4a", ".m4v", ".mov", ".3gp"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}


def media_type_of(content: bytes) -> str | None:
    """
    Return the type that the first bytes show; None for anything we do not take.

    >>> media_type_of(b"%PDF-1.7 ..."), media_type_of(b"<html>")
    ('application/pdf', None)
    """
    for magic, media_type in MAGIC:
        if content.startswith(magic):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] not in (b"heic", b"heix", b"mif1"):
        return "video/mp4"
    return _office(content)


def _office(content: bytes) -> str | None:
    import zipfile

    if content[:4] != b"PK\x03\x04":
        return None
    kinds = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet"}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except upload_rules.UNREADABLE:
        return None
    found = next((kind for top, kind in kinds.items() if any(name.startswith(top) for name in names)), None)
    return f"application/vnd.openxmlformats-officedocument.{found}" if found else None


def cleaned(content: bytes) -> tuple[bytes, str]:
    """
    Return a picture written anew: upright, at most 2560 pixels long, without EXIF, place or hidden payload.

    Raises:
        AttachmentInvalid: it cannot be read, or has more pixels than any camera.
    """
    try:
        with Image.open(io.BytesIO(content), formats=CAMERA_FORMATS) as picture:
            return _rewritten(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise AttachmentInvalid(_("照片的像素过高，无法处理。请在相册中选择“标准”尺寸后再传。")) from None
    except (OSError, ValueError, SyntaxError):
        raise AttachmentInvalid(_("照片已损坏，无法打开。请重新拍摄或选择另一张。")) from None


def _rewritten(picture: Image.Image) -> tuple[bytes, str]:
    if picture.width * picture.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    keeps_alpha = upright.mode in ("RGBA", "LA", "P") and picture.format == "PNG"
    kind = "PNG" if keeps_alpha else "JPEG"
    bare = upright.convert("RGBA" if keeps_alpha else "RGB")
    bare.info.clear()
    buffer = io.BytesIO()
    bare.save(buffer, format=kind, quality=QUALITY, optimize=True)
    return buffer.getvalue(), FORMATS[kind]


def keep_upload(
    uow: UnitOfWork, actor: Actor, upload: Upload, *, user_task_id: str | None = None
) -> AttachmentView:
    """
    Check, clean and keep one uploaded file.

    Raises:
        PayloadTooLarge: more than 10 MiB.
        AttachmentInvalid: empty, damaged, or of a kind that is not taken.
    """
    content = upload.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise PayloadTooLarge.of(11 * 1024 * 1024)
    if not content:
        raise AttachmentInvalid(_("文件是空的，请重新选择。"))
    media_type = media_type_of(content)
    if media_type is None:
        raise AttachmentInvalid(_("不支持这种文件。请上传照片（JPG、PNG）、PDF、Word、Excel 或音视频。"))
    if media_type in IMAGES:
        content, media_type = cleaned(content)
    name = ended(safe_name(upload.filename or ""), media_type)
    return attachments.add(
        uow, actor, name=name, media_type=media_type, content=content, user_task_id=user_task_id
    )


def safe_name(name: str) -> str:
    """
    Return the last part of a file name as it may be shown (``forms/text.py``); it is never a path.

    >>> safe_name("../../etc/passwd"), safe_name("现场\\x00照片.jpg")
    ('passwd', '现场照片.jpg')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return clean_line(last)[:120] or _("未命名")


def ended(name: str, media_type: str) -> str:
    """
    Return a name that ends as its content asks, so that nobody's machine takes the file for something else.

    >>> ended("现场.JPG", "image/jpeg"), ended("发票.exe", "image/jpeg"), ended("图", "image/png")
    ('现场.JPG', '发票.exe.jpg', '图.png')
    """
    endings = ENDINGS.get(media_type, ())
    return name if not endings or name.lower().endswith(endings) else name + endings[0]


@router.post("/tasks/{task_id}/files")
def upload_to_task(task_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Keep what was chosen; scripts get the reference, a plain form goes back to its page."""
    with engine.begin() as uow:
        user_tasks.get(uow, actor, task_id)
        kept = [keep_upload(uow, actor, upload, user_task_id=task_id) for _name, upload in form.files]
    return _answer(request, kept, back=f"/tasks/{task_id}")


@router.post("/files")
def upload(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Keep a file that belongs to no case yet (start forms)."""
    with engine.begin() as uow:
        kept = [keep_upload(uow, actor, upload) for _name, upload in form.files]
    return _answer(request, kept, back="/start")


def _answer(request: Request, kept: list[AttachmentView], *, back: str) -> Response:
    if not kept:
        raise AttachmentInvalid(_("没有收到文件，请重新选择。"))
    if "application/json" not in request.headers.get("accept", ""):
        return go(back, "uploaded")
    first = kept[0]
    body = {
        "id": first.id,
        "name": first.name,
        "url": f"/files/{first.id}",
        "image": first.media_type in IMAGES,
    }
    return JSONResponse(body, status_code=201)


@router.get("/files/{file_id}")
def download(file_id: str, engine: EngineOf, actor: SignedIn, original: bool = False) -> Response:
    """
    Return a file; only pictures and PDF open in the browser, sandboxed.

    A picture is shown under its reader's watermark; the original is a download and another line in the audit.
    """
    with engine.begin() as uow:
        view, content = attachments.get(uow, actor, file_id, original=original)
        words = papers.watermark(uow, actor, view)
    if view.media_type in IMAGES and not original:
        copy = stamped_picture(content, view.media_type, words)
        return file_response(copy, reading_name(view.name), view.media_type, inline=True)
    shows = view.media_type == "application/pdf"
    return file_response(content, view.name, view.media_type, inline=shows)


def reading_name(name: str) -> str:
    """Return the name of a reading copy, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    return _("%(title)s（查阅件）") % {"title": stem or name} + (dot + ending if stem else "")


def file_response(content: bytes, name: str, media_type: str, *, inline: bool) -> Response:
    """Return bytes with a safe name and a policy under which nothing in them can run."""
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox",
    }
    if media_type == "application/pdf":
        # A sandboxed document may not use the browser's PDF viewer.
        headers["Content-Security-Policy"] = (
            "default-src 'none'; object-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
    return Response(content, media_type=media_type, headers=headers)
