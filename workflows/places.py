"""From an address to the units that are responsible for it."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.model import Organisation, Unit, UnitKind

#: slot of the variable ``units`` -> kind of unit.
SLOTS = {
    "station": UnitKind.STATION,
    "justice": UnitKind.JUSTICE,
    "legal": UnitKind.LEGAL,
    "room": UnitKind.ROOM,
    "village": UnitKind.VILLAGE,
    "town": UnitKind.TOWN,
    "district": UnitKind.DISTRICT,
    "police-district": UnitKind.POLICE_DISTRICT,
    "justice-district": UnitKind.JUSTICE_DISTRICT,
}


def find(tree: Organisation, address: str, village_code: str | None = None) -> Unit | None:
    """Return the village (else the town) that the code or the address names; the longest name wins."""
    if village_code and (unit := tree.get(village_code)) is not None:
        return unit
    for kind in (UnitKind.VILLAGE, UnitKind.TOWN):
        named = [unit for unit in tree if unit.kind is kind and unit.name in address]
        if named:
            return max(named, key=lambda unit: len(unit.name))
    return None


def units_of(tree: Organisation, area: str) -> dict[str, str]:
    """Return slot -> unit id for a village or town."""
    return {slot: unit.id for slot, kind in SLOTS.items() if (unit := _serving(tree, area, kind)) is not None}


def around(tree: Organisation, unit: Unit) -> dict[str, str]:
    """Return slot -> unit id for what begins by itself in a unit: those that serve it, and the two bureaus."""
    slots = units_of(tree, unit.area or unit.id)
    for kind in (UnitKind.POLICE_DISTRICT, UnitKind.JUSTICE_DISTRICT):
        found = next((one.id for one in tree if one.kind is kind), None)
        if found:
            slots.setdefault(str(kind), found)
    return slots


def _serving(tree: Organisation, area: str, kind: UnitKind) -> Unit | None:
    for place in tree.above(area):
        unit = tree.get(place)
        if unit is not None and unit.kind is kind:
            return unit
    return tree.serving(area, kind)


def units_of_person(tree: Organisation, roles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the units around a person's first unit that serves a town or village."""
    for _, unit_id in sorted(roles):
        unit = tree.get(unit_id)
        area = unit.area if unit else None
        if unit is not None and (area or unit.kind in (UnitKind.TOWN, UnitKind.VILLAGE)):
            return units_of(tree, area or unit.id)
    return {}
