"""The columns that tables are made of. Personal data stands only in the sealed ones, which are encrypted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, MetaData, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from workflows.store.sealing import SealedBytes, SealedJson, SealedText

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def key() -> Column[str]:
    """Return the id: time-ordered text made here, so that new rows land at the end of an index."""
    return Column("id", Text, primary_key=True)


def ref(name: str, target: str, *, null: bool = False, pk: bool = False) -> Column[str]:
    """Return a reference to another table's row, ``table.column``."""
    return Column(name, Text, ForeignKey(target), nullable=null and not pk, primary_key=pk)


def string(name: str, *, null: bool = False, pk: bool = False) -> Column[str]:
    """Return text."""
    return Column(name, Text, nullable=null and not pk, primary_key=pk)


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """Return an instant, ``timestamptz``."""
    return Column(name, DateTime(timezone=True), nullable=null)


def jsonb(name: str, *, null: bool = False) -> Column[Any]:
    """Return plain JSON."""
    return Column(name, JSONB(none_as_null=True), nullable=null)


def sealed_json(place: str, name: str = "", *, null: bool = False) -> Column[Any]:
    """Return encrypted JSON; ``place`` is ``table.column``."""
    return Column(name or place.split(".")[1], SealedJson(place), nullable=null)


def sealed_bytes(place: str, name: str = "") -> Column[bytes]:
    """Return encrypted bytes; ``place`` is ``table.column``."""
    return Column(name or place.split(".")[1], SealedBytes(place), nullable=False)


def sealed_text(place: str, *, null: bool = False) -> Column[str]:
    """Return encrypted text; ``place`` is ``table.column``."""
    return Column(place.split(".")[1], SealedText(place), nullable=null)


def flag(name: str) -> Column[bool]:
    """Return a truth value, false unless said."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def number(name: str, default: int = 0) -> Column[int]:
    """Return a whole number."""
    return Column(name, Integer, nullable=False, server_default=text(str(default)))
