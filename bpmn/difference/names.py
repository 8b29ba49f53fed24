"""What the codes of a model are called by people: roles, units, forms, deadlines, papers, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bpmn.difference.change import quoted

#: slot of ``jf:at`` -> what people call the unit
UNITS: Final = {
    "station": "派出所",
    "justice": "司法所",
    "legal": "法律服务所",
    "room": "调解室",
    "village": "村居",
    "town": "镇街",
    "district": "区",
    "police-district": "公安分局",
    "justice-district": "区司法局",
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """Code -> name; a code nobody knows is shown as it is."""

    roles: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, str] = field(default_factory=dict)  #: with their length: ``人民调解，30日``
    papers: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)  #: citations
    decisions: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)

    def form(self, key: str) -> str:
        """Return a form in words, empty for none."""
        return quoted(self.forms.get(key) or key) if key else ""

    def decision(self, key: str) -> str:
        """Return a decision in words, empty for none."""
        return quoted(self.decisions.get(key) or key) if key else ""

    def handlers(self, roles: str, slot: str) -> str:
        """
        Return who handles a task: the unit and the roles in it.

        >>> Names(roles={"R06": "司法所长"}).handlers("R06", "justice")
        '司法所（司法所长）'
        """
        unit = UNITS.get(slot, slot)
        people = "、".join(self.roles.get(role, role) for role in roles.split())
        return f"{unit}（{people}）" if unit and people else unit or people

    def several(self, known: Mapping[str, str], codes: str) -> str:
        """Return codes separated by blanks, each with its name."""
        return "、".join(self.coded(known, code) for code in codes.split())

    @staticmethod
    def coded(known: Mapping[str, str], code: str) -> str:
        """
        Return a code with its name behind it.

        >>> Names.coded({"W07": "调解协议书"}, "W07")
        'W07“调解协议书”'
        """
        return f"{code}{quoted(known[code])}" if known.get(code) else code
