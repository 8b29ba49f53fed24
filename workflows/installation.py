"""
What one process of the installation keeps between transactions: settings, the secret, the law, parsed packs.

Everything cached here is immutable in the database (versions, content-addressed files) or stamped with a version.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from cryptography.hazmat.primitives import hashes, hmac

from bpmn import deadlines, feel
from bpmn.deadlines import lawpack
from forms.code_lists import options_of_lists
from forms.documents import labels
from workflows.settings import Settings

Made = TypeVar("Made")
DIGESTS: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sm3": hashes.SM3}
KEPT = 1024  #: parsed definitions, forms and papers in memory: those of the shipped packs, and as many again
PATIENCE = 2.0  #: seconds that a thread waits for another which makes the same


class Installation:
    """Settings and caches of one operating-system process; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        secret: str,
        law: lawpack.LawPack,
        calendar: deadlines.Calendar | None = None,
        digest: str = "sha256",
    ) -> None:
        self.settings = settings
        self.law = law
        self.calendar = calendar or law.calendar
        self.law_stamp: object = None  #: of the edition in memory
        self.superseded: Mapping[str, tuple[Any, ...]] = {}  #: code -> rules that held before
        self._looked_at = 0.0
        self._secret = secret.encode()
        self._digest = DIGESTS[digest]
        self._labels = labels(options_of_lists(law.code_lists))
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._guard = threading.Lock()
        self._turns: dict[Hashable, threading.Lock] = {}  #: of what is being made right now

    def keep(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """
        Return what *make* made for the key, made at most once in a while; the least used goes first.

        Threads that want the same at the same time, as all do after a start, let the first of them make it. They wait for
        a moment only: the first may be waiting for a transaction of theirs.
        """
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[no-any-return]
            turn = self._turns.setdefault(key, threading.Lock())
        is_mine = turn.acquire(timeout=PATIENCE)
        try:
            return self._kept[key] if key in self._kept else self._put(key, make())
        finally:
            self._turns.pop(key, None)
            if is_mine:
                turn.release()

    def _put(self, key: Hashable, made: Made) -> Made:
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def environment(self, now: datetime) -> feel.Environment:
        """Return the clock and the functions that every expression of a step sees."""
        functions = deadlines.feel_functions(self.law.catalogue, self.calendar, now=now)
        return feel.Environment(now=now, functions={**functions, **self._labels})

    def take_law(
        self, law: lawpack.LawPack, superseded: Mapping[str, tuple[Any, ...]], stamp: object
    ) -> None:
        """Use another edition of the law pack from now on."""
        self.law, self.superseded, self.law_stamp = law, superseded, stamp
        self._labels = labels(options_of_lists(law.code_lists))

    def may_be_stale(self, seconds: float) -> bool:
        """Tell, once in *seconds*, that somebody should look whether law or calendar changed."""
        now = time.monotonic()
        if now - self._looked_at < seconds:
            return False
        self._looked_at = now
        return True

    def look_again(self) -> None:
        """Let the next unit of work look at once."""
        self._looked_at = 0.0

    def load_calendar(self, calendar: deadlines.Calendar) -> None:
        """Use another calendar from now on."""
        self.calendar = calendar

    def keyed_hash(self, text: str) -> str:
        """Return a keyed hash (HMAC, hex): equality can be asked, the text cannot be guessed without the secret."""
        made = hmac.HMAC(self._secret, self._digest())
        made.update(text.encode())
        return made.finalize().hex()
