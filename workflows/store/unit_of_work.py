"""
The unit of work: one transaction with its repositories and its clock.

Lock order everywhere: the instance row first. Use cases never commit; leaving ``engine.begin()`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import text

from workflows.store import rekeying
from workflows.store.absences import Absences
from workflows.store.audit import Audit
from workflows.store.batching import is_untouched
from workflows.store.case_list import CaseList
from workflows.store.deadlines import Deadlines
from workflows.store.grants import Grants
from workflows.store.held import Holding
from workflows.store.indicators import Indicators
from workflows.store.instances import Instances
from workflows.store.jobs import Jobs
from workflows.store.law import LawChanges
from workflows.store.messages import Incidents, Messages
from workflows.store.packs import Packs
from workflows.store.people import People, StoredSettings
from workflows.store.privacy import Privacy
from workflows.store.proofs import Proofs
from workflows.store.records import Comments, Dispatches, Files, History, IdempotencyKeys, Notices
from workflows.store.sealing import SealedText
from workflows.store.sessions import Sessions
from workflows.store.statements import Statement
from workflows.store.statistics import Statistics
from workflows.store.steps import Steps
from workflows.store.studio import Drafts
from workflows.store.supervision import Exports, Orders, Searches
from workflows.store.tokens import Tokens
from workflows.store.tryouts import Tryouts
from workflows.store.user_tasks import UserTasks
from workflows.store.wait_states import WaitStates
from workflows.store.work_lists import WorkLists

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from workflows.installation import Installation

HASTEN = Statement(text("SET LOCAL synchronous_commit TO off"))


class UnitOfWork:
    """One transaction. Opened by ``Engine.begin()`` only."""

    def __init__(
        self,
        connection: Connection,
        installation: Installation,
        *,
        clock: Callable[[UnitOfWork], datetime],
        real_now: datetime,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self.installation = installation  #: what outlives transactions: settings, law, parsed definitions
        self.real_now = real_now  #: when it began, on the real clock; sessions and lock-outs use it

    @cached_property
    def now(self) -> datetime:
        """Business instant of this transaction, aware; a demo reads at the first use how far its clock was moved."""
        return self._clock(self)

    def savepoint(self) -> AbstractContextManager[object]:
        """Return a context manager: what fails inside it is undone, the transaction goes on."""
        return self._connection.begin_nested()

    def flush(self) -> None:
        """Write what was gathered; ``Engine.begin()`` calls it before the commit."""
        self.audit.flush()

    def hasten(self) -> None:
        """Commit what was written without waiting for the disk: for what is made again after a power cut."""
        if not is_untouched(self._connection):
            HASTEN.later(self._connection)

    def has_work(self) -> bool:
        """Tell whether a job is due or a message waits to be delivered."""
        run_at = self.jobs.next_run()
        return (run_at is not None and run_at <= self.now) or bool(self.messages.pending(limit=1))

    def check_keys(self) -> None:
        """
        Read what the first start wrote encrypted.

        Raises:
            KeyMissing: the keys are not those of this database.
        """
        kept = self.settings.put_if_absent("key-check", self._sealed_setting("key-check", "jingfa"))
        SealedText("setting.key-check").process_result_value(kept, self._connection.dialect)

    def kept_secret(self, fresh: str) -> str:
        """
        Return the secret of this database, made at the first start: sealed, because whoever has a dump and this secret
        tries all identity numbers of a district against the hashes of parties in minutes.

        Raises:
            KeyMissing: the keys are not those of this database.
        """
        kept = str(self.settings.put_if_absent("secret", self._sealed_setting("secret", fresh)))
        secret = str(SealedText("setting.secret").process_result_value(kept, self._connection.dialect))
        if kept == secret:  # written by an earlier release
            self.settings.put("secret", self._sealed_setting("secret", secret))
        return secret

    def rewrite_sealed(self) -> int:
        """Write all encrypted values with the current key; returns how many rows."""
        self.settings.put("key-check", self._sealed_setting("key-check", "jingfa"))
        if self.settings.get("secret") is not None:
            self.settings.put("secret", self._sealed_setting("secret", self.kept_secret("")))
        return rekeying.rewrite(self._connection)

    def _sealed_setting(self, name: str, value: str) -> str | None:
        return SealedText(f"setting.{name}").process_bind_param(value, self._connection.dialect)

    @cached_property
    def instances(self) -> Instances:
        """Process instances and what hangs on them."""
        return Instances(self._connection)

    @cached_property
    def holding(self) -> Holding:
        """A task with its locked case."""
        return Holding(self._connection)

    @cached_property
    def steps(self) -> Steps:
        """What cases looked like before their human steps."""
        return Steps(self._connection)

    @cached_property
    def waits(self) -> WaitStates:
        """Timers, subscriptions, the index of wait states."""
        return WaitStates(self._connection)

    @cached_property
    def user_tasks(self) -> UserTasks:
        """User tasks, pools and drafts."""
        return UserTasks(self._connection)

    @cached_property
    def work_lists(self) -> WorkLists:
        """What a person has in hand, may claim, has done."""
        return WorkLists(self._connection)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs of service tasks."""
        return Jobs(self._connection)

    @cached_property
    def deadlines(self) -> Deadlines:
        """Deadlines, ledgers and rungs."""
        return Deadlines(self._connection)

    @cached_property
    def messages(self) -> Messages:
        """Messages and signals."""
        return Messages(self._connection)

    @cached_property
    def incidents(self) -> Incidents:
        """Incidents."""
        return Incidents(self._connection)

    @cached_property
    def people(self) -> People:
        """People, roles, units."""
        return People(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        """Sessions and failed logins."""
        return Sessions(self._connection)

    @cached_property
    def settings(self) -> StoredSettings:
        """Settings that change while the system runs."""
        return StoredSettings(self._connection)

    @cached_property
    def packs(self) -> Packs:
        """Deployments and definitions."""
        return Packs(self._connection)

    @cached_property
    def audit(self) -> Audit:
        """The audit chains."""
        return Audit(self._connection)

    @cached_property
    def grants(self) -> Grants:
        """Sealed cases, named grants, requests for them, looks at clear data."""
        return Grants(self._connection)

    @cached_property
    def privacy(self) -> Privacy:
        """People's requests, legal holds, restrictions, disposals, reviews of the audit."""
        return Privacy(self._connection)

    @cached_property
    def absences(self) -> Absences:
        """Absences and the tasks they moved."""
        return Absences(self._connection)

    @cached_property
    def history(self) -> History:
        """History events."""
        return History(self._connection)

    @cached_property
    def comments(self) -> Comments:
        """Notes on cases."""
        return Comments(self._connection)

    @cached_property
    def notices(self) -> Notices:
        """Inboxes and deliveries."""
        return Notices(self._connection)

    @cached_property
    def files(self) -> Files:
        """Attachments, papers, signatures."""
        return Files(self._connection)

    @cached_property
    def idempotency_keys(self) -> IdempotencyKeys:
        """Idempotency keys."""
        return IdempotencyKeys(self._connection)

    @cached_property
    def dispatches(self) -> Dispatches:
        """Dispatches taken in."""
        return Dispatches(self._connection)

    @cached_property
    def statistics(self) -> Statistics:
        """Counts."""
        return Statistics(self._connection)

    @cached_property
    def tokens(self) -> Tokens:
        """Where the running cases wait."""
        return Tokens(self._connection)

    @cached_property
    def case_list(self) -> CaseList:
        """Cases as lists show them."""
        return CaseList(self._connection)

    @cached_property
    def indicators(self) -> Indicators:
        """What the indicators read."""
        return Indicators(self._connection)

    @cached_property
    def orders(self) -> Orders:
        """Supervision orders."""
        return Orders(self._connection)

    @cached_property
    def searches(self) -> Searches:
        """Saved searches."""
        return Searches(self._connection)

    @cached_property
    def exports(self) -> Exports:
        """Lists written to files."""
        return Exports(self._connection)

    @cached_property
    def proofs(self) -> Proofs:
        """Proofs of submitted drafts."""
        return Proofs(self._connection)

    @cached_property
    def tryouts(self) -> Tryouts:
        """Shadow cases of drafts."""
        return Tryouts(self._connection)

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts of process packs."""
        return Drafts(self._connection)

    @cached_property
    def law_changes(self) -> LawChanges:
        """Changes of the law pack."""
        return LawChanges(self._connection)
