"""
Deadlines that can be trusted: calendars, counting, the ledger and its explanation, the law pack.

Everything is pure: the same rule, ledger and calendar give the same reckoning.
"""

from bpmn.deadlines.calendar import Calendar, china
from bpmn.deadlines.catalogue import Catalogue
from bpmn.deadlines.feel_functions import feel_functions
from bpmn.deadlines.ledger import LedgerEvent, LedgerEventKind
from bpmn.deadlines.reckoning import Reckoning, reckon, reckon_from, share
from bpmn.deadlines.rules import DeadlineClass, Rule, Source, Unit
from bpmn.deadlines.rungs import Rung

__all__ = [
    "Calendar",
    "Catalogue",
    "DeadlineClass",
    "LedgerEvent",
    "LedgerEventKind",
    "Reckoning",
    "Rule",
    "Rung",
    "Source",
    "Unit",
    "china",
    "feel_functions",
    "reckon",
    "reckon_from",
    "share",
]
