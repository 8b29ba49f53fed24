"""The names of functions that the check knows are those that expressions can call."""

from bpmn.deadlines import lawpack
from bpmn.deadlines.feel_functions import feel_functions
from bpmn.lint.functions import OFFERED
from forms.documents import labels


def test_the_check_knows_the_functions_that_the_engine_offers() -> None:
    """No more and no fewer, or a right call would be refused and a wrong one pass."""
    pack = lawpack.load()

    assert {*feel_functions(pack.catalogue, pack.calendar), *labels({})} == OFFERED
