"""Official papers (文书) and attached files: outside the variables, bound by hash."""
