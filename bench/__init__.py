"""Benchmarks with their comparators: ratios within one run, printed as tables by ``python -m bench``."""
