"""Dispatches from the police gateway, one by one or as files."""
