"""Official papers and attached files."""
