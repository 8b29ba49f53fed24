"""Every command, setting, error, service task and form component is in the docs."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import forms.components
from api.cli import COMMANDS
from bpmn.errors import JingfaError
from tasks.registry import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]


def documentation(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    """docs/commands.md names it."""
    assert f"`jingfa {command}" in documentation("commands.md")


def test_settings_are_documented() -> None:
    """docs/operations.md names every environment variable that is read."""
    source = (ROOT / "workflows" / "settings.py").read_text("utf-8")
    variables = set(re.findall(r'"((?:JINGFA|DATABASE|PREFECT)_[A-Z_]+)"', source))

    assert {name for name in variables if name not in documentation("operations.md")} == set()


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_service_task_is_documented(operation: str) -> None:
    """docs/service-tasks.md names it."""
    assert f"`{operation}`" in documentation("service-tasks.md")


def test_form_components_are_documented() -> None:
    """docs/forms.md names each type of field."""
    names = [module.name for module in pkgutil.iter_modules(forms.components.__path__)]
    types = {
        str(component.type)
        for name in names
        for component in vars(importlib.import_module(f"forms.components.{name}")).values()
        if inspect.isclass(component) and isinstance(getattr(component, "type", None), str)
    }

    assert {name for name in types if f"`{name}`" not in documentation("forms.md")} == set()


def test_errors_are_documented() -> None:
    """docs/errors.md holds the code of every error that a caller can meet."""
    for package in ("bpmn", "tasks", "forms", "workflows", "api"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".migrations" not in module.name and not module.name.endswith(("__main__", "hatch_build")):
                importlib.import_module(module.name)
    known = documentation("errors.md")

    assert sorted(one.code for one in _tree(JingfaError) if f"`{one.code}`" not in known) == []


def _tree(error: type[JingfaError]) -> list[type[JingfaError]]:
    return [error, *(inner for one in error.__subclasses__() for inner in _tree(one))]
