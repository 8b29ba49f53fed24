"""Doors: JSON API, pages for people, command line."""
