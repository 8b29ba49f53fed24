"""File contents, kept once by their hash; deployments and drafts point to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository


class Contents(Repository):
    """``file_content``: what deployments and drafts keep."""

    def keep(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Keep contents by their hash, equal ones once; returns name -> hash."""
        digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        for path, content in files.items():
            statement = upsert(t.file_content).values(digest=digests[path], content=content)
            self._write(statement.on_conflict_do_nothing())
        return digests
