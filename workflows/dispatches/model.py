"""What taking in dispatches gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class IntakeReceipt:
    """What the sender of one dispatch gets back."""

    outcome: Literal["accepted", "merged"]
    instance_id: str
    business_key: str
    message: str  #: Chinese sentence


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    """A row of a file that was not taken in."""

    row: int  #: as the spreadsheet counts, header = 1
    reason: str


@dataclass(frozen=True, kw_only=True)
class IntakeReport:
    """What ``jingfa intake`` prints."""

    accepted: int
    merged: int
    rejected: tuple[RejectedRow, ...] = ()
