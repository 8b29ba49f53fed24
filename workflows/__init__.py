"""Use cases, transactions and clockwork."""
