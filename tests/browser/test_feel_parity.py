"""One expression, three evaluators in step: bpmn.feel, api/web/src/feel.js and feelin, the last two in Chromium."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bpmn import feel

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
WEB = ROOT / "api" / "web"
SHARED = json.loads((ROOT / "tests" / "golden" / "feel" / "browser.json").read_text("utf-8"))
ENTRY = """
import { evaluate, FeelUnsupported } from "./src/feel.js";
import { evaluate as feelin } from "feelin";
const plain = (answer) => (answer && typeof answer === "object" && "value" in answer && "warnings" in answer ? answer.value : answer);
window.parity = (vectors, context) => vectors.map(({ expression, tree }) => ({
  ours: evaluate(tree, context),
  feelin: plain(feelin(expression, context)) ?? null,
}));
window.refuses = (tree) => {
  try { evaluate(tree, {}); return false; } catch (error) { return error instanceof FeelUnsupported; }
};
"""


@pytest.fixture(scope="module")
def page():
    """A page of headless Chromium with both evaluators in it."""
    bundle = subprocess.run(
        ["node_modules/.bin/esbuild", "--bundle", "--format=iife", "--loader=js"],
        input=ENTRY,
        cwd=WEB,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        opened = browser.new_page()
        opened.add_script_tag(content=bundle)
        yield opened
        browser.close()


def with_trees(vectors):
    """Return the vectors with the syntax trees that the server would send."""
    known = SHARED["context"].keys()
    return [
        {"expression": each["expression"], "tree": feel.compile(each["expression"], names=known).tree}
        for each in vectors
    ]


def test_browser_evaluator_agrees_with_the_server(page):
    """
    feel.js gives the shared value for every shared vector.
    """
    vectors = SHARED["vectors"]

    answers = page.evaluate("([v, c]) => parity(v, c)", [with_trees(vectors), SHARED["context"]])

    pairs = zip(vectors, answers, strict=True)
    assert [(v["expression"], a["ours"]) for v, a in pairs if a["ours"] != v["value"]] == []


def test_feelin_agrees_except_where_the_vectors_say_why(page):
    """
    feelin gives the shared value too; a difference is written down in the vectors with its reason.
    """
    vectors = SHARED["vectors"]

    answers = page.evaluate("([v, c]) => parity(v, c)", [with_trees(vectors), SHARED["context"]])

    pairs = zip(vectors, answers, strict=True)
    assert [
        (v["expression"], a["feelin"]) for v, a in pairs if a["feelin"] != v.get("feelin", v["value"])
    ] == []


def test_browser_evaluator_refuses_what_it_does_not_know(page):
    """
    An expression outside the profile is refused, so that the server decides.
    """
    tree = feel.compile('now() > @"2024-05-06T00:00:00Z"').tree

    assert page.evaluate("(tree) => refuses(tree)", tree)
