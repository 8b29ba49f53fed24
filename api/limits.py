"""
How often somebody may knock: token buckets by address and by person, in this process.

Locking out whoever guesses passwords is not here (``workflows/identity/sessions.py``, shared through the database); these
buckets only keep one caller from taking the machine away from the others.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from api.problems import TooManyRequests
from workflows.errors import SettingInvalid

#: Buckets remembered at most; the one that was touched longest ago is forgotten first.
MOST_BUCKETS: Final = 50_000


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second in the long run."""

    burst: float
    per_second: float


#: What the doors give by default; ``JINGFA_LIMITS`` changes any of them by name.
DEFAULTS: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "address": Rate(6000, 800),  #: every request of an address: a whole office may stand behind one
        "person": Rate(3000, 300),  #: every request of a person
        "login": Rate(500, 10),  #: tries to log in from an address: each costs a slow hash
        "account": Rate(300, 5),  #: tries to log in to an account
        "evaluate": Rate(300, 20),  #: expressions and decisions tried by a person
        "check": Rate(120, 2),  #: packs checked and deployed by a person
        "export": Rate(60, 1),  #: papers and exports made by a person
        "upload": Rate(200, 5),  #: files sent by a person
    }
)
#: Doors that cost more than a page: path and bucket, first match counts, for requests that change or compute.
COSTLY: Final = (
    (re.compile(r"^/v2/(expression|decision-definitions)/evaluation$|^/decisions/"), "evaluate"),
    (re.compile(r"^/(v2/)?deployments$|/check$"), "check"),
    (re.compile(r"/(papers|export)$|/export[./]"), "export"),
    (re.compile(r"/files$"), "upload"),
)
NUMBERS: Final = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)/(\d{1,9}(?:\.\d{1,6})?)")


def parse(text: str) -> Mapping[str, Rate]:
    """
    Read ``JINGFA_LIMITS``: ``name=burst/per-second`` separated by spaces, or ``off``.

    >>> parse("login=50/1")["login"]
    Rate(burst=50.0, per_second=1.0)
    >>> dict(parse("off"))
    {}

    Raises:
        SettingInvalid: a name is unknown or a number is none.
    """
    if text.strip() == "off":
        return MappingProxyType({})
    rates = dict(DEFAULTS)
    for word in text.split():
        name, _, numbers = word.partition("=")
        found = NUMBERS.fullmatch(numbers)
        if name not in DEFAULTS or found is None:
            raise SettingInvalid.of(
                "JINGFA_LIMITS", word, f"应为 名称=一次/每秒，名称为 {'、'.join(DEFAULTS)} 之一"
            )
        rates[name] = Rate(float(found[1]), float(found[2]))
    return MappingProxyType(rates)


class Limiter:
    """The buckets of one process; used from its event loop or its threads."""

    def __init__(self, rates: Mapping[str, Rate], clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._clock = clock
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def spend(self, name: str, who: str) -> None:
        """
        Take one from a bucket.

        Raises:
            TooManyRequests: it is empty; says when the next one is there.
        """
        rate = self._rates.get(name)
        if rate is None:
            return
        now = self._clock()
        level, at = self._levels.pop((name, who), (rate.burst, now))
        level = min(rate.burst, level + (now - at) * rate.per_second)
        self._levels[name, who] = (max(level - 1, 0.0) if level >= 1 else level, now)
        while len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        if level < 1:
            raise TooManyRequests.after((1 - level) / rate.per_second if rate.per_second else 3600)

    def spend_at(self, method: str, path: str, person_id: str) -> None:
        """Take one of the person's requests, and one of the door's own where it is a costly one."""
        self.spend("person", person_id)
        if method == "POST":
            name = next((name for pattern, name in COSTLY if pattern.search(path)), None)
            if name is not None:
                self.spend(name, person_id)
