"""The built-in functions of DMN 1.5 clause 10.3.4, one module for each table."""
