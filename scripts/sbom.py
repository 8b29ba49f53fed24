#!/usr/bin/env python3
"""
List what the product is made of: ``python scripts/sbom.py [--licences]``.

Writes a CycloneDX 1.6 document of the locked Python packages and of the browser packages to standard output; with
``--licences`` a table of names, versions and licences. Needs no network.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def python_packages() -> Iterator[tuple[str, str, str]]:
    """Yield name, version and licence of the locked runtime packages."""
    for name, version in PINNED.findall((ROOT / "requirements/runtime.txt").read_text()):
        yield name, version, _licence(name)


def _licence(name: str) -> str:
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    expression = found.get("License-Expression")
    if expression:
        return expression
    classes = [c.split(" :: ")[-1] for c in found.get_all("Classifier") or () if c.startswith("License")]
    return "; ".join(classes) or (found.get("License") or "unknown").splitlines()[0][:60]


def browser_packages() -> Iterator[tuple[str, str, str]]:
    """Yield the packages that the shipped browser code was built from."""
    lock = json.loads((ROOT / "api/web/package-lock.json").read_text())
    for path, entry in lock["packages"].items():
        if path and not entry.get("dev"):
            yield path.rsplit("node_modules/", 1)[-1], entry["version"], str(entry.get("license", "unknown"))


def document() -> dict[str, object]:
    """Return the CycloneDX document."""
    kinds = (("pypi", python_packages()), ("npm", browser_packages()))
    components = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:{kind}/{name.replace('@', '%40')}@{version}",
            "licenses": [{"license": {"name": licence}}],
        }
        for kind, packages in kinds
        for name, version, licence in sorted(packages)
    ]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}


def main() -> None:
    """Write the document or the table."""
    if "--licences" in sys.argv:
        for name, version, licence in sorted([*python_packages(), *browser_packages()]):
            sys.stdout.write(f"{name}\t{version}\t{licence}\n")
    else:
        sys.stdout.write(json.dumps(document(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
