"""
A line between parts of a form.
"""

from __future__ import annotations

from dataclasses import replace

from forms.components import text

COMPONENT = replace(text.COMPONENT, template="separator.html.jinja")
