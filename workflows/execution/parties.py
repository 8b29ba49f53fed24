"""Who a case is about, as keyed hashes: equal parties of two cases are found, nobody is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bpmn.model import Value
from workflows.installation import Installation


def identities(variables: Mapping[str, Value]) -> Iterator[str]:
    """
    Yield one text for each way to know a party again: by identity number, credit code, or name with telephone.

    >>> list(identities({"parties": [{"name": "张三", "phone": "139 0000 0000", "idNo": "99000019850615902x"}]}))
    ['id:99000019850615902X', 'name:张三:13900000000']
    """
    parties = variables.get("parties")
    for party in parties if isinstance(parties, list | tuple) else ():
        if isinstance(party, Mapping):
            yield from _of(party)


def _of(party: Mapping[str, Value]) -> Iterator[str]:
    number = re.sub(r"\s", "", str(party.get("idNo") or party.get("uscc") or "")).upper()
    if number:
        yield f"id:{number}"
    name, phone = str(party.get("name") or "").strip(), re.sub(r"\D", "", str(party.get("phone") or ""))
    if name and phone:
        yield f"name:{name}:{phone}"


def hashes(installation: Installation, variables: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the keyed hashes of every party."""
    return tuple(sorted({installation.keyed_hash(text) for text in identities(variables)}))


def place_hash(installation: Installation, variables: Mapping[str, Value]) -> str | None:
    """Return the keyed hash of the dispatch's address, written without spaces; None when there is none."""
    dispatch = variables.get("dispatch")
    address = dispatch.get("addr") if isinstance(dispatch, Mapping) else None
    text = re.sub(r"\s", "", str(address or ""))
    return installation.keyed_hash(f"place:{text}") if len(text) >= 4 else None
