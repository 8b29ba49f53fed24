"""Built browser files: precompressed, immutable, found by their logical name in the manifest."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

DIST: Final = Path(__file__).parent / "static" / "dist"
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
FOREVER: Final = "public, max-age=31536000, immutable"


class BuiltFiles(StaticFiles):
    """
    Serve ``x.js.br`` or ``x.js.gz`` in place of ``x.js`` where the browser accepts it.

    Every name carries a content hash, so an answer may be kept for ever.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, compressed at build time."""
        for encoding, suffix in ENCODINGS:
            if encoding in _accepted(scope) and (Path(str(self.directory)) / (path + suffix)).is_file():
                response = await super().get_response(path + suffix, scope)
                response.headers["Content-Encoding"] = encoding
                response.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
                return _kept(response)
        return _kept(await super().get_response(path, scope))

    def is_not_modified(self, *_: object) -> bool:
        """Immutable files are never asked for again; do not answer 304 with the wrong encoding."""
        return False


def _accepted(scope: Scope) -> set[str]:
    value = next((v for k, v in scope["headers"] if k == b"accept-encoding"), b"").decode("latin-1")
    return {
        part.split(";")[0].strip() for part in value.split(",") if not part.replace(" ", "").endswith(";q=0")
    }


def _kept(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER
    return response


class Assets:
    """The manifest of one build: ``assets.url("app.js")`` -> ``/static/app-3F….js``."""

    def __init__(self, folder: Path = DIST) -> None:
        self.folder = folder
        path = folder / "manifest.json"
        self.names: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}

    def url(self, name: str) -> str | None:
        """Return the address of a built file; None when the front end is not built."""
        return f"/static/{self.names[name]}" if name in self.names else None
