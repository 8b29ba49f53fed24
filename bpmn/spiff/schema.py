"""The XML schema of BPMN 2.0 (OMG), as it comes with SpiffWorkflow."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from lxml import etree


@cache
def bpmn() -> etree.XMLSchema:
    """Return the compiled schema; reading it takes about 10 ms, once a process."""
    with as_file(files("SpiffWorkflow") / "bpmn" / "parser" / "schema") as folder:
        return etree.XMLSchema(etree.parse(str(folder / "BPMN20.xsd")))
