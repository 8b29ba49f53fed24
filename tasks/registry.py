"""The list of handlers, written out: operation of a service task -> what does it. No scanning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from bpmn.model import Value
from tasks.errors import UnknownOperation
from tasks.handlers import (
    archive_case,
    calculate_compensation,
    collect_figures,
    deliver_referral,
    find_registered,
    find_repeats,
    list_towns,
    match_grid,
    next_number,
    notify_external,
    prepare_guidance,
    render_paper,
    send_notice,
    write_back,
)
from tasks.model import Job
from tasks.outcomes import Outcome
from tasks.ports import Ports

Handler: TypeAlias = Callable[[Mapping[str, Value], Job, Ports], Outcome]

OPERATIONS: Mapping[str, Handler] = MappingProxyType(
    {
        "archive-case": archive_case.handle,
        "calculate-compensation": calculate_compensation.handle,
        "collect-figures": collect_figures.handle,
        "deliver-referral": deliver_referral.handle,
        "find-registered": find_registered.handle,
        "find-repeats": find_repeats.handle,
        "list-towns": list_towns.handle,
        "match-grid": match_grid.handle,
        "next-number": next_number.handle,
        "notify-external": notify_external.handle,
        "prepare-guidance": prepare_guidance.handle,
        "render-paper": render_paper.handle,
        "send-notice": send_notice.handle,
        "write-back": write_back.handle,
    }
)

#: operation -> what its handler gives back, for the proofs about data
RESULTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "archive-case": frozenset({"archived"}),
        "calculate-compensation": frozenset({"calculation"}),
        "collect-figures": frozenset({"figures", "counted", "carried", "persons"}),
        "deliver-referral": frozenset({"delivered"}),
        "find-registered": frozenset({"registered"}),
        "find-repeats": frozenset({"repeats"}),
        "list-towns": frozenset({"towns", "units"}),
        "match-grid": frozenset({"place", "specialNames"}),
        "next-number": frozenset({"number"}),
        "notify-external": frozenset({"notified"}),
        "prepare-guidance": frozenset({"prepared"}),
        "render-paper": frozenset({"paper"}),
        "send-notice": frozenset({"notice"}),
        "write-back": frozenset({"writtenBack"}),
    }
)
#: operation -> business errors that a diagram has to catch
FAILURES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "calculate-compensation": frozenset({"E-PARAM-MISSING"}),
        "deliver-referral": frozenset({"E-ADAPTER"}),
        "notify-external": frozenset({"E-ADAPTER"}),
        "write-back": frozenset({"E-ADAPTER"}),
    }
)


def find(operation: str) -> Handler:
    """
    Return the handler of an operation.

    Raises:
        UnknownOperation: nobody handles it; the sentence names it.
    """
    handler = OPERATIONS.get(operation)
    if handler is None:
        raise UnknownOperation(f"没有处理“{operation}”的程序。请核对模型中的操作名称，或联系系统管理员。")
    return handler
