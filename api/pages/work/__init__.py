"""One's own work: what is next, one task, handing it on, being away, starting a case, entering a letter."""
