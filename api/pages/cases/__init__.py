"""One case: what happened, what may be done to it, and why it went that way."""
