"""Signing in and out, accounts, devices."""
