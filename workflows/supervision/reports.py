"""Use cases of numbers: counts within the actor's scope, no names."""

from __future__ import annotations

from dataclasses import replace

from tasks import rules, small_cells
from tasks.model import Actor, Scope
from workflows.identity import people
from workflows.model import Counts
from workflows.store.unit_of_work import UnitOfWork


def counts(uow: UnitOfWork, actor: Actor, *, process_key: str | None = None) -> Counts:
    """
    Count open, late and finished cases in the actor's scope (R15: the whole district, counts only).

    Small counts of special persons are hidden from all but R06, R13 and R14; so is the total that would give them away.
    """
    scope = counting_scope(uow, actor)
    totals = uow.statistics.totals(scope, uow.now, process_key)
    names = {unit.id: unit.name for unit in uow.people.units()}
    by_unit = uow.statistics.by_unit(scope, uow.now, process_key, ("justice", "station"))
    by_process = _by_process(uow.statistics.by("process_key", scope, process_key), actor)
    late, soon, done = (totals[name] for name in ("overdue", "due_soon", "completed_30_days"))
    return Counts(
        open=by_process.total,
        overdue=late,
        due_soon=soon,
        completed_30_days=done,
        by_unit=tuple((unit, names.get(unit, unit), count, late) for unit, count, late in by_unit),
        by_process=tuple(by_process.cells.items()),
        by_risk=uow.statistics.by("risk", scope, process_key),
        by_element=uow.statistics.by_element(scope, process_key),
    )


def _by_process(counted: tuple[tuple[str, int], ...], actor: Actor) -> small_cells.Shown:
    if rules.is_system(actor) or small_cells.sees_exact(actor.role_codes):
        return small_cells.Shown(cells=dict(counted), total=sum(count for _, count in counted))
    return small_cells.suppress(dict(counted))


def counting_scope(uow: UnitOfWork, actor: Actor) -> Scope:
    """Return the cases that the actor may count; R15 those of the whole district."""
    scope = rules.counting_scope_of(actor)
    if not scope.everything and actor.has("R15"):
        scope = replace(scope, units=scope.units | _district(uow, actor))
    return scope


def _district(uow: UnitOfWork, actor: Actor) -> frozenset[str]:
    """Return every unit below the district that the leading-group office belongs to."""
    organisation = people.organisation(uow)
    tops = {above for role, unit in actor.roles if role == "R15" for above in organisation.above(unit)[:2]}
    return frozenset(below for top in tops for below in organisation.below(top))


def queues(uow: UnitOfWork) -> dict[str, int]:
    """Count what waits for the machines (``/metrics``): jobs, messages, incidents, timers."""
    return dict(uow.statistics.queues())
