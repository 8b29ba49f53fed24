"""
Rules of forms and papers: what a person may type, how it is shown, and how it becomes a document.

No database and no web framework. Forms are JSON in our profile of the form-js schema
(``docs/forms.md``); papers are TOML (``docs/documents.md``).
"""
