"""Files are what their bytes say; pictures are written anew."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from api.pages.paperwork.attachments import cleaned, media_type_of, safe_name
from workflows.errors import AttachmentInvalid


def photo(size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Return a JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(buffer, format="JPEG", **options)
    return buffer.getvalue()


def test_place_and_camera_are_removed() -> None:
    """The EXIF block, where phones write coordinates, does not survive."""
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"

    content, media_type = cleaned(photo(exif=exif))

    assert media_type == "image/jpeg"
    assert b"PhoneMaker" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_a_payload_behind_the_picture_is_gone() -> None:
    """What was appended to a picture is not written again."""
    content, _ = cleaned(photo() + b"<script>alert(1)</script>")

    assert b"<script>" not in content


def test_an_upright_phone_photo_stays_upright() -> None:
    """Orientation is applied before the mark that said so is removed."""
    exif = Image.Exif()
    exif[0x0112] = 6

    content, _ = cleaned(photo((64, 48), exif=exif))

    assert Image.open(io.BytesIO(content)).size == (48, 64)


def test_large_photos_are_scaled_down() -> None:
    """Nobody needs more than 2560 pixels to read a scene."""
    content, _ = cleaned(photo((4000, 1000)))

    assert Image.open(io.BytesIO(content)).size == (2560, 640)


@pytest.mark.parametrize("content", [photo()[:200], b"\xff\xd8\xff" + b"\0" * 50, b"\x89PNG\r\n\x1a\n junk"])
def test_damaged_pictures_are_refused_in_words(content: bytes) -> None:
    """Half a photo is a sentence, not a crash."""
    with pytest.raises(AttachmentInvalid, match="照片"):
        cleaned(content)


def test_a_picture_with_absurd_dimensions_is_refused() -> None:
    """A small file that unpacks to gigabytes is not unpacked."""
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, format="PNG")

    with pytest.raises(AttachmentInvalid, match="像素"):
        cleaned(buffer.getvalue())


@pytest.mark.parametrize(
    "content", [b"<html><script>", b"MZ\x90\0", b"<svg onload=alert(1)>", b"#!/bin/sh", b""]
)
def test_what_could_run_is_no_known_type(content: bytes) -> None:
    """Pages, programs and SVG are not taken, whatever they are called."""
    assert media_type_of(content) is None


def test_a_zip_is_only_taken_as_an_office_document() -> None:
    """Word and Excel files are zips with known folders."""
    assert media_type_of(zipped("word/document.xml")) is not None
    assert media_type_of(zipped("evil.exe")) is None


def zipped(name: str) -> bytes:
    """Return a zip with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


def test_names_are_shown_never_used_as_paths() -> None:
    """Folders, control characters and direction marks are dropped."""
    assert safe_name("C:\\photos\\现场.jpg") == "现场.jpg"
    assert safe_name("a\u202egpj.exe") == "agpj.exe"
