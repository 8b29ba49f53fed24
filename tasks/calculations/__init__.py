"""Calculations of law and money: pure functions with every number from a parameter set and every step in words."""
