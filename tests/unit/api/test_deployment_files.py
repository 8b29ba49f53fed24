"""Uploads become a pack without leaving the pack's folder or the machine's memory."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from api.problems import PayloadTooLarge
from api.routes.deployments import files_of
from bpmn.errors import Invalid
from workflows.processes.pack_files import files_of_folder


def zipped(**files: bytes) -> bytes:
    """Return a zip; ``__`` in a name stands for ``/``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def test_a_zip_of_the_folder_is_read_like_a_zip_of_its_content() -> None:
    """People zip the folder as often as what is in it."""
    wanted = {"process.bpmn": b"<x/>"}

    assert files_of([("pack.zip", zipped(**{"pack__process.bpmn": b"<x/>"}))]) == wanted
    assert files_of([("pack.zip", zipped(**{"process.bpmn": b"<x/>"}))]) == wanted


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x.bpmn", "a/../../b"])
def test_paths_out_of_the_pack_are_refused(name: str) -> None:
    """A path that leaves the pack is named and refused."""
    with pytest.raises(Invalid, match="不能使用"):
        files_of([(name, b"x"), ("process.bpmn", b"y")])


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    """The declared size decides."""
    with pytest.raises(PayloadTooLarge, match="解开后过大"):
        files_of([("pack.zip", zipped(**{"process.bpmn": b"0" * (70 * 1024 * 1024)}))])


def test_a_damaged_zip_is_a_sentence() -> None:
    """A truncated zip says what to do."""
    with pytest.raises(Invalid, match="重新打包"):
        files_of([("pack.zip", zipped(a=b"x" * 100)[:40])])


def test_a_pack_may_lie_under_a_hidden_folder(tmp_path: Path) -> None:
    """An installation in ~/.local deploys its packs; what is hidden inside a pack stays out."""
    pack = tmp_path / ".local" / "pack"
    (pack / ".git").mkdir(parents=True)
    (pack / "pack.toml").write_text("title = 't'")
    (pack / ".git" / "config").write_text("secret")

    assert set(files_of_folder(str(pack))) == {"pack.toml"}
