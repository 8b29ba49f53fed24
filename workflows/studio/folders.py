"""A pack as a zip of its folder, the same every time: what is exported can be imported again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_AGE = (1980, 1, 1, 0, 0, 0)  #: of every entry: equal files make equal zips


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip of *files* under the folder *folder*."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", date_time=_AGE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return stream.getvalue()
