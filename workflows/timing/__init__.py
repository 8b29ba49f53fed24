"""Deadlines of cases: their ledgers explained, extended, escalated."""
