"""A draft is tried as a shadow case, the run is saved as a scenario, and the scenario guards the publication; differences in words."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.postgres
COUNTED = (
    "process_instance",
    "user_task",
    "job",
    "timer",
    "notice",
    "delivery",
    "history_event",
    "paper",
    "deadline",
)


@pytest.fixture
def editor(site: Any) -> Any:
    """Yield a policy editor's program."""
    return site.api("editor")


@pytest.fixture
def desk(site: Any) -> Any:
    """Yield a policy editor's browser."""
    return site.browser("editor")


def model(site: Any, *changes: tuple[str, str]) -> bytes:
    """Return the site's model, started by a form, with texts replaced."""
    text = site.model.decode().replace(
        '<startEvent id="s"/>', '<startEvent id="s" jf:form="register" jf:roles="R02"/>'
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return bytes(text.encode())


def begun(site: Any, editor: Any, *changes: tuple[str, str]) -> str:
    """Return a draft of the site's pack with its model changed."""
    draft = editor.post("/v2/drafts", json={"packKey": "pack"}).json()
    save(editor, draft["draftKey"], model(site, *changes))
    return str(draft["draftKey"])


def save(editor: Any, draft: str, data: bytes, path: str = "m0.bpmn") -> None:
    """Write a file of a draft on its newest revision."""
    files = editor.get(f"/v2/drafts/{draft}").json()["files"]
    revision = next((one["revision"] for one in files if one["path"] == path), 0)
    answer = editor.put(
        f"/v2/drafts/{draft}/files/{path}", content=data, headers={"If-Match": f'"{revision}"'}
    )
    assert answer.status_code == 200, answer.text


def played(desk: Any, draft: str) -> None:
    """Begin a shadow case and do its first step."""
    desk.get(f"/studio/{draft}/try/s")
    desk.post(f"/studio/{draft}/try/s", _do="submit", place="海光社区")
    desk.get(f"/studio/{draft}/try/a?as=R02@station=R02甲")
    desk.post(
        f"/studio/{draft}/try/a",
        _do="submit",
        _who="R02@station=R02甲",
        place="海光社区",
        hurt="on",
        hospital="人民医院",
    )


def rows(site: Any) -> dict[str, int]:
    """Count the rows of everything that a real case leaves behind."""
    with site.engine.begin() as uow:
        connection = uow.instances._connection
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in COUNTED
        }


def test_a_shadow_case_leaves_nothing_behind(site: Any, editor: Any, desk: Any) -> None:
    """A run over thirty days shows the next step under the sign 演练 and touches no table of cases."""
    draft = begun(site, editor)
    before = rows(site)

    played(desk, draft)
    desk.post(f"/studio/{draft}/try", _do="720")
    page = desk.get(f"/studio/{draft}/try")

    assert "演练，不是真实案件" in page and "审批" in page and "登记" in page
    assert rows(site) == before


def test_the_form_refuses_what_the_real_one_refuses(site: Any, editor: Any, desk: Any) -> None:
    """A required field left empty is shown with the words of the real form, and the case stays where it was."""
    draft = begun(site, editor)
    played(desk, draft)
    desk.get(f"/studio/{draft}/try/b?as=R04")
    desk.post(f"/studio/{draft}/try", _do="undo")

    page = desk.http.post(
        f"/studio/{draft}/try/a",
        data={"_csrf": desk.csrf, "_do": "submit", "place": ""},
        follow_redirects=False,
    )

    assert page.status_code == 422 and "请填写地点" in page.text


def test_another_role_cannot_do_the_step(site: Any, editor: Any, desk: Any) -> None:
    """Who the task does not name is refused in the shadow case as in a real one."""
    draft = begun(site, editor)
    played(desk, draft)
    desk.get(f"/studio/{draft}/try/b?as=R02")

    page = desk.post(f"/studio/{draft}/try/b", status=422, _do="submit", _who="R02@station=R02甲").text

    assert "任务“审批”由 R04 办理" in page


def test_a_saved_run_guards_the_publication(site: Any, editor: Any, desk: Any) -> None:
    """The run becomes a scenario of the draft; a change that breaks it is refused with the name of the step."""
    draft = begun(site, editor)
    played(desk, draft)
    desk.get(f"/studio/{draft}/try")
    desk.post(f"/studio/{draft}/try", _do="save", name="case-1", title="有人受伤")
    good = editor.post(f"/v2/drafts/{draft}/submission", json={"note": "加场景"})
    editor.post(f"/v2/drafts/{draft}/withdrawal", json={})

    save(
        editor,
        draft,
        model(
            site,
            (
                'name="登记" jf:form="register" jf:roles="R02"',
                'name="登记" jf:form="register" jf:roles="R05"',
            ),
        ),
    )
    refused = editor.post(f"/v2/drafts/{draft}/submission", json={"note": "换人"})

    assert good.status_code == 200, good.text
    assert refused.status_code == 422
    assert "演练用例“case-1”（有人受伤）在第1步“登记”不符" in refused.text


def test_the_difference_is_told_in_words(site: Any, editor: Any, desk: Any) -> None:
    """A draft that changes who approves says so, with the step, on the page and to programs."""
    draft = begun(
        site,
        editor,
        ('name="审批" jf:roles="R04" jf:at="station"', 'name="审批" jf:roles="R04" jf:at="justice"'),
    )

    found = editor.get(f"/v2/drafts/{draft}/difference").json()
    page = desk.get(f"/studio/{draft}/difference")

    assert "第2步“审批”由派出所改为司法所办理" in [one["sentence"] for one in found["changes"]]
    assert "第2步“审批”由派出所改为司法所办理" in page
    assert "第2步“审批”由派出所改为司法所办理" in desk.get(f"/studio/{draft}/review")


def test_versions_are_compared_like_drafts(site: Any, editor: Any) -> None:
    """A version does not differ from itself; an unknown one is not found."""
    same = editor.get("/v2/packs/pack/versions/1/difference/1")

    assert same.json()["identical"] is True
    assert editor.get("/v2/packs/pack/versions/1/difference/99").status_code == 404
