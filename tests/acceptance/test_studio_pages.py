"""The studio's pages without JavaScript: begin, change, check, submit, review as a second person, go back."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.postgres


def begin(editor: Any) -> str:
    """Begin a draft by the button of the list; returns its address."""
    editor.get("/studio")
    return str(editor.post("/studio/drafts", pack="pack").headers["location"])


def shown(page: str, field: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{field}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def change(site: Any, editor: Any, draft: str, word: str, **more: Any) -> Any:
    """Rename the first task in the text of the model."""
    page = editor.get(f"{draft}/text/m0.bpmn")
    text = site.model.decode().replace("登记", word)
    fields = {"content": text, "revision": shown(page, "revision"), **more}
    return editor.post(f"{draft}/text/m0.bpmn", **{"status": 303, **fields})


def test_the_whole_way_by_pages(site: Any) -> None:
    """Two people, no script: the new version is in force and the old one can be brought back."""
    editor, approver = site.browser("editor"), site.browser("approver")
    draft = begin(editor)
    change(site, editor, draft, "接谈")
    assert "没有发现问题" in editor.get(f"{draft}?checked=1")
    editor.post(f"{draft}/submission", note="改名")

    assert f"{draft}/review" in approver.get("/studio")
    review = approver.get(f"{draft}/review")
    assert "m0.bpmn" in review and "改名" in review
    approver.post(f"{draft}/approval", revision=shown(review, "revision"))

    page = editor.get("/studio/packs/pack")
    assert "第 2 版" in page and "approver某" in page
    editor.post("/studio/packs/pack/rollback", version="1", reason="不妥")


def test_the_author_finds_no_button_to_approve(site: Any) -> None:
    """The review page tells whoever may not."""
    editor = site.browser("editor")
    draft = begin(editor)
    editor.post(f"{draft}/submission", note="x")

    page = editor.get(f"{draft}/review")

    assert "/approval" not in page
    editor.post(f"{draft}/approval", revision="1", status=403)


def test_what_is_typed_in_vain_is_shown_again(site: Any) -> None:
    """A colleague took over: the text stays on the page and in the list of revisions."""
    editor, other = site.browser("editor"), site.browser("other-editor")
    draft = begin(editor)
    editor.get(draft)
    change(site, editor, draft, "甲")
    other.get(draft)
    other.post(f"{draft}/takeover", reason="同事请假")

    refused = change(site, editor, draft, "乙乙乙", status=409).text

    assert "other-editor某" in refused and "乙乙乙" in refused
    assert "另存，未采用" in refused


def test_a_refused_submission_lists_its_findings(site: Any) -> None:
    """Each with its element and a link to where it is mended; what was typed stays."""
    editor = site.browser("editor")
    draft = begin(editor)
    page = editor.get(f"{draft}/text/m0.bpmn")
    broken = site.model.decode().replace('jf:form="register"', 'jf:form="gone"')
    editor.post(f"{draft}/text/m0.bpmn", content=broken, revision=shown(page, "revision"))
    editor.get(draft)

    answer = editor.post(f"{draft}/submission", note="试试看", status=422).text

    assert "gone" in answer and "element=a" in answer and "试试看" in answer


def test_script_tags_are_text(site: Any) -> None:
    """In titles, file contents and reasons."""
    editor = site.browser("editor")
    editor.get("/studio")
    draft = editor.post("/studio/drafts", pack="tags", title="<script>alert(1)</script>").headers["location"]

    assert "<script>alert" not in editor.get("/studio") + editor.get(draft) + editor.get(
        f"{draft}/text/process.bpmn"
    )


def test_an_import_says_what_became_of_each_file(site: Any) -> None:
    """On the page, without scripts."""
    editor = site.browser("editor")
    draft = begin(editor)
    editor.get(draft)
    answer = editor.http.post(
        f"{draft}/imports",
        data={"_csrf": editor.csrf},
        files=[("resources", ("new.dmn", b"<nonsense")), ("resources", ("notes.md", b"# x"))],
    )

    assert answer.status_code == 200, answer.text
    assert "没有导入" in answer.text and "notes.md" in answer.text
