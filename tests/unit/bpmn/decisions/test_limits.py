"""Large, deep, cyclic and shared models, and data of any kind: a clear answer, never an exception or a hang."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn import feel
from bpmn.decisions import load
from bpmn.errors import DeploymentInvalid
from tests.builders import dmn

TABLE = dmn.definitions(
    dmn.data("x"),
    dmn.data("y", "number"),
    dmn.decision(
        dmn.table(
            ["< 5 | - -> x", '"a" | [1..2] -> y', "- | null -> [x, y]"], policy="COLLECT", inputs=("x", "y")
        ),
        requires="i:x i:y",
    ),
    dmn.decision(
        f"<filter><in>{dmn.literal('x')}</in><match>{dmn.literal('item.a > y')}</match></filter>",
        name="kept",
        requires="i:x i:y",
    ),
)
MODEL = load(TABLE)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.timedeltas(),
)
data = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@settings(max_examples=300, deadline=None)
@given(data, data)
def test_no_business_data_raises(x: object, y: object) -> None:
    """Whatever the data, a model gives values."""
    assert set(MODEL.evaluate(None, {"x": x, "y": y}).values) == {"d", "kept"}


def test_model_is_shared_between_threads() -> None:
    """Many threads decide with one model, and each has its own answer and its own matches."""

    def decide(number: int) -> tuple[object, tuple[str, ...]]:
        outcome = MODEL.evaluate("d", {"x": number, "y": 1})
        return outcome.values["d"], outcome.matched["d"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, [1, 9] * 200))

    assert answers == [([Decimal(1)], ("r1",)), ([], ())] * 200


def refused(xml: str, imports: dict[str, bytes] | None = None) -> set[str]:
    """Return the codes of what a deployment refuses."""
    with pytest.raises(DeploymentInvalid) as caught:
        load(xml, imports=imports)
    return {finding.code for finding in caught.value.findings}


def importing(own: str, *others: str) -> str:
    """Return a file that only imports."""
    lines = [
        f'<import importType="{dmn.NAMESPACE}" namespace="{other}" name="m{number}"/>'
        for number, other in enumerate(others)
    ]
    return dmn.definitions(*lines, namespace=own)


def test_boxes_too_deep() -> None:
    """Lists in lists in lists are refused."""
    logic = dmn.literal("1")
    for _ in range(5000):
        logic = f"<list>{logic}</list>"

    assert refused(dmn.definitions(dmn.decision(logic)))


def test_expression_of_five_megabytes() -> None:
    """An expression of five megabytes is refused by its length."""
    assert refused(dmn.definitions(dmn.decision(dmn.literal("1+" * 2_500_000 + "1")))) == {"feel-syntax"}


def test_files_that_import_each_other_under_other_names() -> None:
    """A cycle is seen by namespace, whatever the files are called."""
    first, second = importing("urn:a", "urn:b"), importing("urn:b", "urn:a")

    assert refused(first, {"x.dmn": second.encode(), "y.dmn": first.encode()}) == {"cyclic-import"}


def test_imports_too_deep() -> None:
    """Files that import files that import files are refused beyond a depth, each file read once."""
    files = {f"{n}.dmn": importing(f"urn:{n}", f"urn:{n + 1}", f"urn:{n + 1}").encode() for n in range(60)}

    assert refused(files["0.dmn"].decode(), files) == {"deep-imports"}


def test_table_too_large_to_check_says_so() -> None:
    """A table with too many cells to check is not checked in part: it says that it was not."""
    rules = [f"[{n}..{n + 1}) -> {n}" for n in range(800)]
    model = load(dmn.definitions(dmn.data("x"), dmn.decision(dmn.table(rules), requires="i:x")))

    assert [finding.code for finding in model.check()] == ["table-too-large"]


def test_long_chain_of_decisions() -> None:
    """A chain of decisions does not depend on the depth of the stack."""
    chain = [dmn.decision(dmn.literal("1"), name="d0")] + [
        dmn.decision(dmn.literal(f"d{n - 1} + 1"), name=f"d{n}", requires=f"d:d{n - 1}")
        for n in range(1, 600)
    ]

    assert feel.to_json(load(dmn.definitions(*chain)).evaluate("d599", {}).values) == {"d599": 600}
