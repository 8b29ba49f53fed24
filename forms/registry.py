"""
Every component a form may use, written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forms.components import (
    checkbox,
    checklist,
    datetime,
    dynamiclist,
    filepicker,
    group,
    number,
    radio,
    select,
    separator,
    spacer,
    text,
    textarea,
    textfield,
)
from forms.field import ComponentType, Field

COMPONENTS: Mapping[str, ComponentType] = MappingProxyType(
    {
        "text": text.COMPONENT,
        "separator": separator.COMPONENT,
        "spacer": spacer.COMPONENT,
        "textfield": textfield.COMPONENT,
        "textarea": textarea.COMPONENT,
        "number": number.COMPONENT,
        "datetime": datetime.COMPONENT,
        "select": select.COMPONENT,
        "radio": radio.COMPONENT,
        "checkbox": checkbox.COMPONENT,
        "checklist": checklist.COMPONENT,
        "filepicker": filepicker.COMPONENT,
        "group": group.COMPONENT,
        "dynamiclist": dynamiclist.COMPONENT,
    }
)
"""Components by their form-js ``type``."""


def component_of(field: Field) -> ComponentType:
    """Return the component that a field of a parsed form is."""
    return COMPONENTS[field.type]
