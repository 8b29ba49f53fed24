"""Messages and signals: which instance gets what."""
