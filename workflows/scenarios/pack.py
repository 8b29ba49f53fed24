"""A process pack as a simulation needs it: a folder on disk, or the files of a draft in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from bpmn import parser, toml
from bpmn.deadlines import lawpack
from bpmn.deadlines.lawpack import LawPack
from bpmn.definition import ProcessDefinition
from forms.code_lists import options_of_lists
from forms.model import Form
from workflows.scenarios import model as scenario_model
from workflows.scenarios.model import Scenario, ScenarioInvalid


class Pack(Protocol):
    """What a simulated case asks of its pack."""

    @property
    def key(self) -> str:
        """Key of the process that starts when nobody names another."""

    @property
    def definition(self) -> ProcessDefinition:
        """The parsed model with its decisions."""

    @property
    def forms(self) -> Mapping[str, Form]:
        """All forms by key."""

    @property
    def lawpack(self) -> LawPack:
        """The law pack that the packs share."""

    @property
    def samples(self) -> Mapping[str, Any]:
        """Typical answers by form key and message name."""


@dataclass(frozen=True)
class PackFiles:
    """
    A pack whose files are at hand: path -> content, models and forms of used packs included.

    Raises, like a folder, ``DeploymentInvalid``, ``FormInvalid`` or ``ScenarioInvalid`` when a part is asked for that is faulty.
    """

    files: Mapping[str, bytes]
    lawpack: LawPack
    used_samples: Mapping[str, Any] = field(default_factory=dict)  #: of the packs that it uses

    @cached_property
    def key(self) -> str:
        """Key of the process that starts when nobody names another."""
        return str(toml.loads(self.files.get("pack.toml", b"").decode("utf-8")).get("key") or "")

    @cached_property
    def definition(self) -> ProcessDefinition:
        """The parsed model with its decisions."""
        models = {n.rpartition("/")[2]: d for n, d in self.files.items() if n.endswith((".bpmn", ".dmn"))}
        return parser.parse(models, process_id=self.key or None)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """All forms by key, with the options of the law pack."""
        lists = options_of_lists(self.lawpack.code_lists)
        return {
            PurePosixPath(name).stem: Form.parse(json.loads(data), file=name, code_lists=lists)
            for name, data in self.files.items()
            if name.startswith("forms/") and name.endswith(".json")
        }

    @cached_property
    def samples(self) -> Mapping[str, Any]:
        """Typical answers by form key and message name."""
        own = scenario_model.samples_of(self.files.get(f"scenarios/{scenario_model.SAMPLES}", b""))
        return {**self.used_samples, **own}


LIBRARY = Path(__file__).parents[2] / "bpmn" / "library"


@dataclass(frozen=True)
class PackFolder:
    """One folder of ``bpmn/library`` or anywhere else."""

    path: Path
    settings: Mapping[str, Any] = field(default_factory=dict)  #: pack.toml

    @property
    def key(self) -> str:
        """Key of the process that starts when nobody names another."""
        return str(self.settings.get("key") or self.path.name)

    @cached_property
    def definition(self) -> ProcessDefinition:
        """
        The parsed model with its decisions.

        Raises:
            DeploymentInvalid: with every finding.
        """
        return parser.parse(self.models(), process_id=self.key)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """All forms by key."""
        own = {
            file.stem: Form.parse(json.loads(file.read_text(encoding="utf-8")), file=file.name)
            for file in sorted(self.path.glob("forms/*.json"))
        }
        return {**{key: form for pack in self.used for key, form in pack.forms.items()}, **own}

    @cached_property
    def lawpack(self) -> LawPack:
        """The law pack that the packs share."""
        return lawpack.load()

    @cached_property
    def samples(self) -> Mapping[str, Any]:
        """Typical answers by form key and message name."""
        file = self.path / "scenarios" / scenario_model.SAMPLES
        own = scenario_model.load(file) or {} if file.exists() else {}
        return {**{key: value for pack in self.used for key, value in pack.samples.items()}, **own}

    @cached_property
    def used(self) -> tuple[PackFolder, ...]:
        """
        The packs whose processes, forms and papers this one shares (``uses`` of ``pack.toml``).

        Raises:
            ScenarioInvalid: one of them is not there.
        """
        return tuple(open_pack(_place(self.path, name)) for name in self.settings.get("uses") or ())

    def models(self) -> dict[str, bytes]:
        """Return diagrams and tables by file name, those of used packs included."""
        files = [*sorted(self.path.glob("*.bpmn")), *sorted(self.path.glob("decisions/*.dmn"))]
        own = {file.name: file.read_bytes() for file in files}
        return {**{name: data for pack in self.used for name, data in pack.models().items()}, **own}

    def scenarios(self) -> tuple[Scenario, ...]:
        """
        Read all scenarios in order of file name.

        Raises:
            ScenarioInvalid: one of them is malformed.
        """
        files = sorted(self.path.glob("scenarios/*.yaml"))
        return tuple(scenario_model.read(file) for file in files if file.name != scenario_model.SAMPLES)


def open_pack(path: Path) -> PackFolder:
    """
    Open a pack by its folder.

    Raises:
        ScenarioInvalid: the folder has no readable ``pack.toml``.
    """
    try:
        settings = toml.loads((path / "pack.toml").read_text(encoding="utf-8"))
    except (OSError, toml.TOMLDecodeError) as problem:
        raise ScenarioInvalid(f"{path.name} 不是流程包：没有可读的 pack.toml。") from problem
    return PackFolder(path, settings)


def _place(path: Path, name: str) -> Path:
    """Return the folder of a pack that another one uses: beside it, else the shipped one."""
    return path.parent / name if (path.parent / name / "pack.toml").is_file() else LIBRARY / name


def shipped() -> tuple[Path, ...]:
    """Return the folders of the packs that come with the product."""
    return tuple(sorted(file.parent for file in LIBRARY.glob("*/pack.toml")))
