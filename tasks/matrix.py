"""
Who may do what with which kind of thing: the matrix of ``docs/permissions.md`` as data.

A cell is letters (C create, R read, M masked read, U update, A approve), ``*`` for own unit or assigned only, and
qualifiers. What the matrix does not name is denied. R03 never closes, approves or signs; R18 and R20 see no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Action = Literal["create", "read", "masked", "update", "approve"]
LETTERS: Mapping[str, Action] = MappingProxyType(
    {"C": "create", "R": "read", "M": "masked", "U": "update", "A": "approve"}
)
#: Words that may follow the letters of a cell.
QUALIFIERS = frozenset(
    [
        "assist",
        "assigned",
        "stat",
        "need",
        "reason",
        "case",
        "status",
        "result",
        "task",
        "own",
        "unit",
        "district",
        "grant",
        "flag",
        "audit",
        "log",
        "respondent",
        "convener",
        "topics",
        "suggest",
        "deploy",
        "request",
        "major",
        "second-person",
        "consent",
        "referred",
    ]
)
#: Roles that see the cases of their units; all others see the cases in which they take part.
SUPERVISORS = frozenset({"R04", "R06", "R13", "R14"})
ROLES = tuple(f"R{number:02d}" for number in range(1, 23))


@dataclass(frozen=True, kw_only=True)
class Right:
    """One cell of the matrix."""

    actions: frozenset[Action] = frozenset()
    own: bool = False  #: within own unit or assignment only
    qualifiers: frozenset[str] = frozenset()

    def allows(self, action: Action) -> bool:
        """Tell whether the cell grants the action; clear reading includes masked reading."""
        return action in self.actions or (action == "masked" and "read" in self.actions)


NONE = Right()


def parse(cell: str) -> Right:
    """
    Read a cell.

    >>> right = parse("RU* assigned")
    >>> right.allows("update"), right.allows("approve"), right.own, sorted(right.qualifiers)
    (True, False, True, ['assigned'])
    """
    actions: set[Action] = set()
    own, qualifiers = False, set[str]()
    for word in cell.split():
        if word in QUALIFIERS:
            qualifiers.add(word)
            continue
        own = own or word.endswith("*")
        actions.update(LETTERS[letter] for letter in word.rstrip("*"))
    return Right(actions=frozenset(actions), own=own or "own" in qualifiers, qualifiers=frozenset(qualifiers))


_TABLE = """
object          | R02          | R03           | R04        | R05        | R06        | R07     | R08     | R09   | R10           | R11         | R13           | R14          | R15   | R16    | R18 | R19   | R20
dispatch        | CU*          | C* assist     | RA*        | RA*        | R*         | M*      |         | C     | M* assigned   |             | M             | R            | stat  |        |     | audit |
police-case     | R*           |               | R*         | R*         | status     | status  |         |       | status        |             |               | R            |       |        |     |       |
case            | R* referred  | R* assist     | R*         | R*         | RUA*       | CU*     | CU*     | R own | RU* assigned  | R* assigned | R             | M            | stat  |        |     | audit |
party-clear     | R*           |               | R*         | R*         | R* case    | R* case | R* case |       | R* assigned   | R* assigned | R reason      | R reason     |       | R case |     | log   |
agreement       | result       |               | result     | result     | R*         | CU*     | CU*     |       | R*            |             | R             |              | stat  |        |     | audit |
special-list    | R* need      | task          | R*         | R*         | R*         |         | task    |       | R* own consent | R*         | R             | R            | stat  |        |     | audit |
sealed          | R grant      |               | R grant    | R grant    | R grant    |         |         |       |               | R grant     | R grant       | R grant      |       |        |     | audit |
health-level    | flag         |               | flag       | flag       | flag       |         |         |       |               |             |               | flag         |       |        |     | audit |
review          | R* respondent |              | R*         | R*         | R*         |         |         |       | R* assigned   |             | R convener    | R respondent | topics | CUA   |     | audit |
supervision     | R* unit      |               | R* unit    | R* unit    | CU*        |         |         |       | R             |             | CUA           | R            | stat  |        |     | audit |
model           |              |               |            |            | suggest    |         |         |       |               |             | A second-person | A          | A major |      | CU  | R     | deploy
reports         | own          |               | unit       | unit       | unit       | own     | own     | own   | own           | own         | district      | district     | stat  | own    |     | R     |
users           |              |               |            |            |            |         |         |       |               |             | request       | request      |       |        |     | R     | CU
"""


def _read(table: str) -> Mapping[str, Mapping[str, Right]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    roles = rows[0][1:]
    return MappingProxyType(
        {
            name: MappingProxyType({r: parse(c) for r, c in zip(roles, cells, strict=True) if c})
            for name, *cells in rows[1:]
        }
    )


#: object -> role -> right. Every lookup goes through ``right`` or ``rights``.
MATRIX = _read(_TABLE)


def right(thing: str, role: str) -> Right:
    """Return the right of one role; nothing when the matrix does not name the pair."""
    return MATRIX.get(thing, {}).get(role, NONE)


def roles_allowed(thing: str, action: Action) -> frozenset[str]:
    """Return the roles whose cell grants the action."""
    return frozenset(role for role, cell in MATRIX.get(thing, {}).items() if cell.allows(action))


def allows(thing: str, action: Action, roles: Iterable[str]) -> bool:
    """
    Tell whether one of the roles has the action, before asking whose unit it is.

    >>> allows("case", "read", ["R18", "R20"])
    False
    """
    return any(right(thing, role).allows(action) for role in roles)


def has_qualifier(thing: str, qualifier: str, roles: Iterable[str]) -> bool:
    """Tell whether a cell of one of the roles carries the qualifier, e.g. ``stat``."""
    return any(qualifier in right(thing, role).qualifiers for role in roles)
