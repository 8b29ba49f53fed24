"""
One choice from a list that lies open.
"""

from __future__ import annotations

from dataclasses import replace

from forms.components import select

COMPONENT = replace(select.COMPONENT, template="radio.html.jinja")
