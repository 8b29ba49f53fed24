"""Indicators (K01–K22): what is counted, over which cases, and what each reader may see of it."""
