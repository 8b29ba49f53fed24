"""What a draft changes, in plain words beside two synced diagrams; a plain list without scripts and on phones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.frame import show
from api.routes.drafts import RAW, Reader
from bpmn.difference import Area, Change
from forms.locale import N_
from workflows.studio import comparing, drafts
from workflows.studio.errors import DraftFileNotFound

router = APIRouter(prefix="/studio", include_in_schema=False)
AREAS: Final = {
    Area.DIAGRAM: N_("流程图"),
    Area.FORM: N_("表单"),
    Area.DECISION: N_("决策表"),
    Area.PAPER: N_("文书"),
    Area.SCENARIO: N_("场景"),
    Area.LAW: N_("法规包"),
    Area.PACK: N_("流程包说明"),
}
KINDS: Final = {"added": N_("新增"), "changed": N_("修改"), "removed": N_("删除")}


@router.get("/{draft_key}/difference")
def difference_page(draft_key: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show what a draft changes."""
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_key)
        found = comparing.of_draft(uow, actor, draft_key)
        context = {
            "draft": draft,
            "difference": found.difference,
            "running": found.running,
            "groups": grouped(found.difference.changes),
            "files": _drawn(found),
            "say": orjson.dumps({kind: _(words) for kind, words in KINDS.items()}).decode(),
        }
        return show(request, uow, actor, "studio/difference.html", context, active="studio")


def grouped(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return changes under what they belong to: the process by name, else the kind of file."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in changes:
        title = f"{_(AREAS[one.area])} · {one.place}" if one.place else _(AREAS[one.area])
        shown = {"one": one, "kind": _(KINDS[one.kind]), "drawn": one.area is Area.DIAGRAM}
        groups.setdefault(title, []).append(shown)
    return [{"title": title, "changes": found} for title, found in groups.items()]


def _drawn(found: comparing.Compared) -> list[str]:
    """Diagrams with changes, each once."""
    return list(dict.fromkeys(one.file for one in found.difference.changes if one.area is Area.DIAGRAM))


@router.get("/{draft_key}/difference/{side}/{path:path}")
def diagram(
    draft_key: str, side: Literal["before", "after"], path: str, engine: EngineOf, actor: Reader
) -> Response:
    """Return a diagram of either state for the viewers."""
    with engine.begin() as uow:
        found = comparing.of_draft(uow, actor, draft_key)
    data = (found.before if side == "before" else found.after).get(path)
    if data is None or not path.endswith((".bpmn", ".xml")):
        raise DraftFileNotFound
    return Response(data, media_type="application/xml", headers=RAW)
