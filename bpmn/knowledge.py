"""What is known about data outside the models: fields of forms, what papers read, what messages and operations bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FieldFact:
    """One field of a form: where its value lands, of what FEEL type it is, and which values it can have."""

    path: Path
    type: str  #: ``text``, ``number``, ``boolean``, ``date``, ``list`` or ``any``
    options: frozenset[str] | None = None  #: None: anything of the type


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All of it; what is missing here is unknown, and unknown things silence the proofs."""

    forms: Mapping[str, tuple[FieldFact, ...]] = field(default_factory=dict)
    form_reads: Mapping[str, frozenset[Path]] = field(
        default_factory=dict
    )  #: what a form's expressions read beside it
    papers: Mapping[str, frozenset[Path]] = field(default_factory=dict)  #: what a template reads
    messages: Mapping[str, tuple[FieldFact, ...]] = field(default_factory=dict)
    operations: Mapping[str, frozenset[str]] = field(default_factory=dict)  #: results of a service task
    failures: Mapping[str, frozenset[str]] = field(default_factory=dict)  #: error codes of an operation
    decisions: Mapping[str, tuple[FieldFact, ...]] = field(default_factory=dict)  #: outputs, below the result
    given: frozenset[str] = frozenset({"units", "cadence"})  #: what the server sets by itself

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known: a model that comes alone."""
        return not self.forms and not self.messages

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, for the child process that reads uploads."""
        return {
            "forms": {key: [_fact(one) for one in facts] for key, facts in self.forms.items()},
            "form_reads": {key: sorted(map(list, paths)) for key, paths in self.form_reads.items()},
            "papers": {key: sorted(map(list, paths)) for key, paths in self.papers.items()},
            "messages": {key: [_fact(one) for one in facts] for key, facts in self.messages.items()},
            "operations": {key: sorted(names) for key, names in self.operations.items()},
            "failures": {key: sorted(codes) for key, codes in self.failures.items()},
            "given": sorted(self.given),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Knowledge:
        """Read what ``to_json`` wrote."""
        return cls(
            forms={key: tuple(map(_read_fact, facts)) for key, facts in raw["forms"].items()},
            form_reads={key: frozenset(map(tuple, paths)) for key, paths in raw["form_reads"].items()},
            papers={key: frozenset(map(tuple, paths)) for key, paths in raw["papers"].items()},
            messages={key: tuple(map(_read_fact, facts)) for key, facts in raw["messages"].items()},
            operations={key: frozenset(names) for key, names in raw["operations"].items()},
            failures={key: frozenset(codes) for key, codes in raw["failures"].items()},
            given=frozenset(raw["given"]),
        )


def _fact(one: FieldFact) -> list[Any]:
    return [list(one.path), one.type, None if one.options is None else sorted(one.options)]


def _read_fact(raw: list[Any]) -> FieldFact:
    path, kind, options = raw
    return FieldFact(path=tuple(path), type=kind, options=None if options is None else frozenset(options))
