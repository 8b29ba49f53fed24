"""The search of a dump finds what stands in clear, also inside binary values, and nothing in what the product wrote."""

from __future__ import annotations

import importlib.util
import lzma
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
NUMBER = "990000199001010017"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Load the script, which needs nothing of the product."""
    spec = importlib.util.spec_from_file_location("search_dump", ROOT / "scripts" / "search_dump.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "written", [f"{NUMBER}", r"\\x" + f"张三 {NUMBER}".encode().hex(), '{"phone": "13900001234"}']
)
def test_a_number_in_clear_is_found(script: ModuleType, written: str) -> None:
    """
    In text, inside JSON, inside bytes.
    """
    found = script.hits(["COPY public.comment (id, text) FROM stdin;\n", f"1\t{written}\n"])

    assert len(found["comment"]) == 1


@pytest.mark.parametrize("release", ["0003", "0009"])
def test_the_dumps_of_our_demo_show_none(script: ModuleType, release: str) -> None:
    """
    Numbers stand in the samples of packs alone, which are made up and no case.
    """
    dump = lzma.decompress(
        (ROOT / "tests" / "golden" / "releases" / f"{release}.sql.xz").read_bytes()
    ).decode()

    assert set(script.hits(dump.splitlines())) <= set(script.PACKS)
