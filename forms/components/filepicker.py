"""
Files, held elsewhere: the form carries only their ids, each uploaded to its own address when chosen.
"""

from __future__ import annotations

import re

from bpmn.model import Json, Value
from forms.field import ComponentType, Fault, Field, Kind, Situation, Unreadable
from forms.locale import N_, Translate

DEFAULT_MAX_FILES = 20

_FILE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """
    Return the ids of the files, each once.

    Raises:
        Unreadable: anything but ids, e.g. the bytes of a file or a path.
    """
    items = raw if isinstance(raw, list | tuple) else [raw]
    ids = [item.get("id") if isinstance(item, dict) else item for item in items if item not in (None, "")]
    if not all(isinstance(file_id, str) and _FILE_ID.fullmatch(file_id) for file_id in ids):
        raise Unreadable(N_("{label}请重新上传"))
    return list(dict.fromkeys(ids))


def validate(field: Field, value: Value, situation: Situation) -> Fault | None:
    """Check that the files exist for this case, and how many there are."""
    most = 1 if not field.settings.get("multiple") else field.number("max") or DEFAULT_MAX_FILES
    least = field.number("min") or 0
    if situation.files is not None and any(file_id not in situation.files for file_id in value):
        return Fault(N_("{label}中有文件已失效，请重新上传"))
    if len(value) > most:
        return Fault(N_("{label}最多上传 {n} 个文件"), n=most)
    if len(value) < least:
        return Fault(N_("{label}至少上传 {n} 个文件"), n=least)
    return None


def json_schema(_field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    return {"type": "array", "items": {"type": "string", "pattern": f"^{_FILE_ID.pattern}$"}}


def shown(_field: Field, value: object) -> object:
    """Return the ids as a list."""
    items = value if isinstance(value, list | tuple) else [value]
    ids = [item.get("id") if isinstance(item, dict) else item for item in items]
    return [str(file_id) for file_id in ids if file_id not in (None, "")]


def words(field: Field, value: object, _situation: Situation, translate: Translate) -> str:
    """Return how many files there are."""
    ids = shown(field, value)
    return translate(N_("{n} 个文件")).format(n=len(ids)) if isinstance(ids, list) and ids else ""


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="filepicker.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请上传{label}"),
    is_many=True,
)
