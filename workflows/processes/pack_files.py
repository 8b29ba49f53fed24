"""The files of a pack as they come in: a folder or a zip; odd paths, links and bombs are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from bpmn.errors import DeploymentInvalid
from bpmn.model import Finding, Severity

MOST_FILES, LARGEST_PACK = 500, 64 * 1024 * 1024


def files_of_folder(path: str) -> Mapping[str, bytes]:
    """Read a pack folder or zip into the mapping that ``Deploy.files`` wants; refuses links and odd paths."""
    place = Path(path)
    if place.is_dir():
        return {str(p.relative_to(place).as_posix()): p.read_bytes() for p in _regular_files(place)}
    if zipfile.is_zipfile(place):
        return files_of_zip(place.read_bytes())
    return {place.name: place.read_bytes()}


def files_of_zip(content: bytes) -> Mapping[str, bytes]:
    """
    Read a zip into the mapping that ``Deploy.files`` wants.

    Raises:
        DeploymentInvalid: it is no zip, too large when unpacked, or holds odd paths.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_PACK:
                raise DeploymentInvalid(
                    [_refusal("pack-too-large", "流程包解压后过大或文件过多。", "请去掉无关文件。")]
                )
            files = {entry.filename: _unpacked(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise DeploymentInvalid(
            [_refusal("not-a-zip", "文件不是有效的 ZIP 包。", "请重新打包后上传。")]
        ) from error
    ensure_names(files)
    return files


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read no more than the entry declares: a bomb lies about its size."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise zipfile.BadZipFile
    return data


def _regular_files(place: Path) -> Iterator[Path]:
    for path in sorted(place.rglob("*")):
        # Below the pack only: a house under ~/.local is none of its hidden files.
        hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def ensure_names(files: Mapping[str, bytes]) -> None:
    """Refuse paths that could mean something outside the pack."""
    for name in files:
        path = PurePosixPath(name)
        odd = path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name or len(name) > 300
        if odd or not name:
            raise DeploymentInvalid(
                [_refusal("odd-path", f"流程包里的路径“{name[:80]}”不允许。", "请使用包内相对路径。")]
            )


def _refusal(code: str, message: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, remedy=remedy)
