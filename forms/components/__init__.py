"""
One form component a file: ``parse``, ``validate``, ``json_schema``, ``shown`` and ``words``, and its template beside it.

``forms/registry.py`` writes the list out.
"""
