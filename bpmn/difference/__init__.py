"""
What changed between two sets of models, in sentences that policy staff read: one true sentence for each change.

Pure: two mappings of file name to bytes go in, :class:`~bpmn.difference.change.Change` values come out. Drawing, order of
XML and white space are no changes. Forms, papers and whole packs are compared above this layer.
"""

from __future__ import annotations

from bpmn.difference.change import Area, Change, Kind
from bpmn.difference.diagrams import of_diagrams
from bpmn.difference.names import Names
from bpmn.difference.tables import of_tables

__all__ = ["Area", "Change", "Kind", "Names", "of_diagrams", "of_tables"]
