"""All built-in functions by name. The imports fill the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bpmn.feel.library import contexts, conversion, days, lists, numeric, ranges, statistics, strings
from bpmn.feel.library.registry import LIBRARY, Builtin

BUILTINS: Final[Mapping[str, Builtin]] = LIBRARY.all()
MODULES: Final = (conversion, strings, lists, statistics, numeric, days, ranges, contexts)
