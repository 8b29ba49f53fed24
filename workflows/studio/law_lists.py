"""Code lists as policy staff change them: codes are added, renamed, reordered and retired, never taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpmn.deadlines.lawpack_lists import Code
from bpmn.errors import Invalid
from bpmn.model import Json

MEMBERS = ("code", "name", "name_en", "parent", "note", "retired")


def written(code: Code) -> dict[str, Json]:
    """
    Return a code as an amendment holds it, without empty members.

    >>> written(Code(code="01", name="邻里"))
    {'code': '01', 'name': '邻里'}
    """
    members = {name: getattr(code, name) for name in MEMBERS}
    return {name: value for name, value in members.items() if value}


def canonical(entry: Mapping[str, Any]) -> dict[str, Json]:
    """
    Return a list's entry with its codes all in one shape, so that only what differs is told.

    >>> canonical({"name": "风险", "codes": ["绿", ["红", "红色", "Red"]]})["codes"]
    [{'code': '绿', 'name': '绿'}, {'code': '红', 'name': '红色', 'name_en': 'Red'}]

    Raises:
        Invalid: there is no such list.
    """
    if not entry:
        raise Invalid("法规包里没有这个代码表。请从代码表页面打开。")
    return {**entry, "codes": [_canonical(one) for one in entry.get("codes", [])]}


def _canonical(item: Any) -> dict[str, Json]:
    if isinstance(item, str):
        return {"code": item, "name": item}
    if isinstance(item, list):
        return dict(zip(MEMBERS, (str(part) for part in item), strict=False))
    return {name: item[name] for name in MEMBERS if item.get(name)}


def ensure_kept(before: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    """
    Refuse to take a code away: cases and figures hold it.

    Raises:
        Invalid: a code is missing, has no name, or the list has no shape.
    """
    codes = fields.get("codes", before["codes"])
    if not isinstance(codes, list) or not all(isinstance(one, dict) for one in codes):
        raise Invalid("代码表应为代码的列表，每个代码有 code 和 name。")
    nameless = [one.get("code") for one in codes if not one.get("code") or not one.get("name")]
    if nameless:
        raise Invalid("每个代码都要有编号和名称。")
    gone = {one["code"]: one["name"] for one in before["codes"]}
    for one in codes:
        gone.pop(one["code"], None)
    if gone:
        names = "、".join(f"“{name}”（{code}）" for code, name in gone.items())
        raise Invalid(f"{names}可能已在案件中使用，不能删除，可以停用。")
