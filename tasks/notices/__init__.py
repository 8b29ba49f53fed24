"""Letters and messages to people: what they say, and which channels may carry what."""
