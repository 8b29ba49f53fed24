"""Notices to people: put into inboxes, queued for other channels, read."""
