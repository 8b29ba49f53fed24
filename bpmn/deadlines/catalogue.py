"""The deadline catalogue: every rule by its code, with variants found from their base number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.deadlines.errors import DeadlineNotFound
from bpmn.deadlines.rules import Rule


@dataclass(frozen=True)
class Catalogue:
    """Rules by code. ``D-203`` finds ``D-203a`` when only lettered steps exist."""

    rules: Mapping[str, Rule]

    def find(self, code: str) -> Rule:
        """
        Return the rule *code*; the first variant when *code* names only variants.

        Raises:
            DeadlineNotFound: names the code and, where there are any, its neighbours.
        """
        wanted = code.strip().replace("d", "D", 1) if code[:1] == "d" else code.strip()
        if wanted in self.rules:
            return self.rules[wanted]
        variants = self.variants(wanted)
        if variants:
            return variants[0]
        raise DeadlineNotFound(f"期限目录中没有编号“{code}”。请核对编号，例如 D-110。")

    def variants(self, code: str) -> tuple[Rule, ...]:
        """Return the lettered variants of a base number, in order, the base itself left out."""
        return tuple(
            rule
            for name, rule in sorted(self.rules.items())
            if name.startswith(code) and len(name) == len(code) + 1 and name[-1].isalpha()
        )

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, code: object) -> bool:
        return code in self.rules
