"""Upper bounds of one expression. They bound time and memory, whatever the text or the data."""

from __future__ import annotations

from typing import Final

MAX_LENGTH: Final = 100_000  #: characters of an expression
MAX_NESTING: Final = 200  #: open brackets at one place
MAX_DEPTH: Final = 120  #: levels of the syntax tree
MAX_STEPS: Final = 1_000_000  #: rounds of loops, list items and blocks of text made in one evaluation
MAX_CALLS: Final = 100  #: FEEL functions that call each other, one inside the other
MAX_STRING: Final = 1_000_000  #: characters of one text
MAX_PATTERN: Final = 1_000  #: characters of one regular expression
REGEX_SECONDS: Final = 0.25  #: time one regular expression may take
STEPS_PER_SECOND: Final = 500_000  #: of regular expressions
MAX_REASONS: Final = 50  #: reasons kept of one evaluation
CHARACTERS_PER_STEP: Final = 32  #: text is charged by this many characters
