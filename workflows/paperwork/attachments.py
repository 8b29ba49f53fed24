"""Use cases of files and photos: outside the variables, checked by content, never by name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.text import clean_line
from tasks import disclosure, rules
from tasks.model import Actor
from workflows import cases
from workflows.errors import AttachmentInvalid, AttachmentNotFound
from workflows.model import AttachmentView
from workflows.paperwork import upload_rules
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

LARGEST = 20 * 1024 * 1024  #: bytes of one attachment


def add(
    uow: UnitOfWork,
    actor: Actor,
    *,
    name: str,
    media_type: str,
    content: bytes,
    instance_id: str | None = None,
    user_task_id: str | None = None,
) -> AttachmentView:
    """
    Keep a file; one that belongs to no case yet is bound when a form that names its id is submitted.

    Raises:
        AttachmentInvalid: too large, empty, or of a kind that is not allowed.
    """
    _ensure_acceptable(name, media_type, content)
    if user_task_id is not None:
        task, _ = cases.task_for(uow, actor, user_task_id)
        instance_id = task.instance_id
    if instance_id is not None:
        cases.visible(uow, actor, instance_id)
    row: dict[str, Any] = {
        "id": new_id(),
        "instance_id": instance_id,
        "name": _safe_name(name),
        "media_type": media_type,
        "size": len(content),
        "digest": hashlib.sha256(content).hexdigest(),
        "created_at": uow.now,
        "created_by": actor.person_id,
    }
    uow.files.add_attachment(**row, content=content)
    audit.record(
        uow, actor, "attach", instance_id=instance_id, detail={"id": row["id"], "digest": row["digest"]}
    )
    return AttachmentView(**row)


def get(
    uow: UnitOfWork, actor: Actor, attachment_id: str, *, original: bool = False
) -> tuple[AttachmentView, bytes]:
    """
    Return a file; audited.

    Args:
        original: A picture goes out as it is, as evidence; else doors lay ``papers.watermark`` over it.

    Raises:
        AttachmentNotFound: no such file, or the actor may not see its case.
    """
    row = uow.files.attachment(attachment_id)
    if row is None or not _may_see(uow, actor, row):
        raise AttachmentNotFound
    audit.record(
        uow,
        actor,
        "view-attachment",
        instance_id=row["instance_id"],
        detail={"id": attachment_id} | ({"original": True} if original else {}),
    )
    return _view(row), bytes(row["content"])


def of_instance(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[AttachmentView, ...]:
    """List the files of a case, oldest first; of those who never see clear data, their own ones."""
    if rules.sees_no_cases(actor):
        return ()
    cases.visible(uow, actor, instance_id)
    clear = disclosure.may_see_papers(actor, uow.instances.facts(instance_id))
    rows = uow.files.attachments(instance_id)
    return tuple(_view(row) for row in rows if clear or row["created_by"] == actor.person_id)


#: Kinds of file that are kept, with the bytes they begin with; nothing that a browser would run.
SIGNATURES: Mapping[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF8",),
    "image/webp": (b"RIFF",),
    "image/heic": (b"",),
    "application/pdf": (b"%PDF-",),
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "audio/mp4": (b"",),
    "audio/wav": (b"RIFF",),
    "audio/ogg": (b"OggS",),
    "audio/webm": (b"\x1a\x45\xdf\xa3",),
    "video/mp4": (b"",),
    "video/webm": (b"\x1a\x45\xdf\xa3",),
    "text/plain": (b"",),
    "application/msword": (b"\xd0\xcf\x11\xe0",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (b"PK",),
}
_ID = re.compile(r"[0-9a-f]{32}")


def bind(uow: UnitOfWork, actor: Actor, instance_id: str, content: Mapping[str, Any]) -> None:
    """Give the actor's loose files that a submission names to the case."""
    ids = [text for text in _texts(content) if _ID.fullmatch(text)]
    if ids:
        uow.files.bind(ids, instance_id, actor.person_id)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _ensure_acceptable(name: str, media_type: str, content: bytes) -> None:
    if not content:
        raise AttachmentInvalid(f"附件“{name[:80]}”是空文件。请重新选择。")
    if len(content) > LARGEST:
        raise AttachmentInvalid(f"附件“{name[:80]}”超过 20 MB。请压缩后再上传，或改用较小的照片。")
    beginnings = SIGNATURES.get(media_type)
    if beginnings is None or not any(content.startswith(beginning) for beginning in beginnings):
        raise AttachmentInvalid(
            f"附件“{name[:80]}”的类型不允许或与内容不符。请上传图片、PDF、音视频或办公文档。"
        )
    upload_rules.ensure_harmless(name, media_type, content)


def _safe_name(name: str) -> str:
    """Keep the last part of a file name, without control characters and direction marks; rare characters stay."""
    return clean_line(re.split(r"[\\/]", name)[-1])[:200] or "附件"


def _may_see(uow: UnitOfWork, actor: Actor, row: Mapping[str, Any]) -> bool:
    if row["instance_id"] is None:
        return bool(row["created_by"] == actor.person_id) or rules.is_system(actor)
    # A photo of an identity card says what the masks on the pages hide.
    facts = uow.instances.facts(row["instance_id"])
    mine = row["created_by"] == actor.person_id and rules.may_see_case(actor, facts)
    return mine or disclosure.may_see_papers(actor, facts)


def _view(row: Mapping[str, Any]) -> AttachmentView:
    return AttachmentView(**{k: v for k, v in row.items() if k != "content"})
