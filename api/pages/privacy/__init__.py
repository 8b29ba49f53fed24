"""Who sees personal data, on what ground; the room of the data-protection officer."""
