"""Worked cases: what staff write down, how it is played, and what is expected of it."""
