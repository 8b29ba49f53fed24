"""Reading ``sources.toml``: acts, and their articles by id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bpmn.deadlines.findings import Findings
from bpmn.deadlines.rules import Source

FILE = "sources.toml"
CONFIDENCES = frozenset({"F-H", "F-M", "T-H", "T-M", "T-L", "P", "S"})


def read(document: Mapping[str, Any], findings: Findings) -> dict[str, Source]:
    """Return every source by id; an act is a source too, under its own code."""
    acts: dict[str, Source] = {}
    for entry in document.get("act", []):
        act = _act(entry, findings)
        if act is not None and _is_new(act.id, acts, findings):
            acts[act.id] = act
    sources = dict(acts)
    for code, articles in document.get("article", {}).items():
        if code not in acts:
            findings.error(
                "source-unknown-act",
                f"条文“{code}”所属的法规没有登记。",
                "请先在 [[act]] 登记该法规。",
                FILE,
                code,
            )
            continue
        sources.update(_articles(acts[code], articles))
    return sources


def _act(entry: Mapping[str, Any], findings: Findings) -> Source | None:
    code = str(entry.get("code", ""))
    if not code or not entry.get("title") or entry.get("confidence") not in CONFIDENCES:
        findings.error(
            "source-incomplete",
            f"法规“{code or '（无代码）'}”缺少代码、名称或核对程度。",
            "请补全 code、title、confidence（F-H、F-M、T-H、T-M、T-L、P、S）。",
            FILE,
            code or None,
        )
        return None
    return Source(
        id=code,
        act=str(entry["title"]),
        article="",
        version=str(entry.get("version", "")),
        confidence=str(entry["confidence"]),
        valid_from=_date(entry.get("valid_from")),
        valid_to=_date(entry.get("valid_to")),
        verify=bool(entry.get("verify", False)),
        note=str(entry.get("note", "")),
    )


def _articles(act: Source, articles: Mapping[str, Any]) -> dict[str, Source]:
    found = {}
    for source_id, value in articles.items():
        given = value if isinstance(value, Mapping) else {"article": value}
        found[source_id] = Source(
            id=source_id,
            act=act.act,
            article=str(given.get("article", "")),
            version=str(given.get("version", act.version)),
            confidence=str(given.get("confidence", act.confidence)),
            valid_from=_date(given.get("valid_from")) or act.valid_from,
            valid_to=_date(given.get("valid_to")) or act.valid_to,
            verify=bool(given.get("verify", act.verify)),
            note=str(given.get("note", act.note)),
        )
    return found


def _is_new(code: str, known: Mapping[str, Source], findings: Findings) -> bool:
    if code in known:
        findings.error("source-duplicate", f"法规“{code}”登记了两次。", "请删去重复的一条。", FILE, code)
    return code not in known


def _date(value: Any) -> date | None:
    return value if isinstance(value, date) else None
