"""The papers of the dispute-referral pack beside the law pack."""

from paper_builders import PACK

from bpmn.deadlines import lawpack
from forms.code_lists import options_of_lists
from forms.documents import Paper
from forms.documents.functions import labels

PAPERS = [Paper.parse(path.read_bytes(), file=path.name) for path in sorted(PACK.glob("*.toml"))]


def test_every_paper_names_sources_of_the_law_pack():
    """Each id under ``source`` is one that the law pack knows."""
    pack = lawpack.load()

    unknown = {
        (paper.code, source) for paper in PAPERS for source in paper.source if pack.source(source) is None
    }

    assert all(paper.source for paper in PAPERS)
    assert unknown == set()


def test_code_lists_become_choices_with_the_name_of_their_head():
    """A leaf carries the name of its head; a head that has leaves is no choice."""
    lists = options_of_lists(lawpack.load().code_lists)

    types = {option.value: option.label for option in lists["dispute-types"]}
    assert types["0202"] == "邻里·漏水"
    assert "02" not in types
    assert labels(lists)["label of"]("dispute-types", "0202") == "邻里·漏水"
