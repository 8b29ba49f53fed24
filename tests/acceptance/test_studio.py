"""The studio over HTTP: a draft, one editor at a time, checks, approval by a second person, versions and the way back."""

from __future__ import annotations

from typing import Any

import houses
import pytest

pytestmark = pytest.mark.postgres


@pytest.fixture
def editor(site: Any) -> Any:
    """Yield a policy editor's client."""
    return site.api("editor")


@pytest.fixture
def approver(site: Any) -> Any:
    """Yield an approver's client."""
    return site.api("approver")


def begin(editor: Any, pack: str = "pack", **more: Any) -> dict[str, Any]:
    """Begin a draft."""
    answer = editor.post("/v2/drafts", json={"packKey": pack, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def put(client: Any, draft: str, path: str, data: bytes, revision: int | None) -> Any:
    """Save a file on a revision."""
    headers = {} if revision is None else {"If-Match": f'"{revision}"'}
    return client.put(f"/v2/drafts/{draft}/files/{path}", content=data, headers=headers)


def act(client: Any, draft: str, what: str, **body: Any) -> Any:
    """Post an act on a draft."""
    return client.post(f"/v2/drafts/{draft}/{what}", json=body)


def renamed(site: Any, word: str) -> bytes:
    """Return the site's model with the first task renamed."""
    return bytes(site.model).replace("登记".encode(), word.encode())


def publish(site: Any, editor: Any, approver: Any, word: str) -> dict[str, Any]:
    """Publish the site's pack with the first task renamed."""
    draft = begin(editor)
    assert put(editor, draft["draftKey"], "m0.bpmn", renamed(site, word), 1).status_code == 200
    sent = act(editor, draft["draftKey"], "submission", note="改名")
    assert sent.status_code == 200, sent.text
    done = act(approver, draft["draftKey"], "approval", revision=sent.json()["revision"])
    assert done.status_code == 200, done.text
    return dict(done.json())


def first_task(site: Any, case: str) -> str:
    """Return the name of a case's first task."""
    with site.engine.begin() as uow:
        return str(uow.user_tasks.of_instance(case)[0].name)


def test_a_new_case_takes_the_new_version_and_the_way_back(site: Any, editor: Any, approver: Any) -> None:
    """Edit, check, submit, approve as a second person, publish; the old case keeps its version; roll back."""
    old = site.start()
    publish(site, editor, approver, "接谈")
    new = site.start()
    versions = editor.get("/v2/packs/pack/versions").json()["items"]
    back = editor.post(
        "/v2/packs/pack/rollback", json={"version": versions[-1]["version"], "reason": "新名称难懂"}
    ).json()
    act(approver, back["draftKey"], "approval", revision=back["revision"])

    assert [first_task(site, case) for case in (old, new, site.start())] == ["登记", "接谈", "登记"]
    assert editor.get("/v2/packs/pack/versions").json()["items"][0]["rollbackTo"] == versions[-1]["version"]


def test_the_author_cannot_approve(site: Any, editor: Any) -> None:
    """Neither by role nor, with the role, by having had a hand in it."""
    draft = begin(editor)["draftKey"]
    revision = act(editor, draft, "submission", note="无改动").json()["revision"]
    with site.engine.begin() as uow:
        uow.people.grant("other-editor", "R13", "bureau", by="system", at=uow.now)
    other = site.api("other-editor")

    assert act(editor, draft, "approval", revision=revision).status_code == 403
    assert act(editor, draft, "withdrawal").json()["state"] == "editing"
    assert put(other, draft, "m0.bpmn", renamed(site, "乙"), 1).status_code == 200
    again = act(other, draft, "submission", note="乙改").json()
    refused = act(other, draft, "approval", revision=again["revision"])
    assert (refused.status_code, refused.json()["code"]) == (403, "second-person-needed")
    act(other, draft, "withdrawal")
    act(other, draft, "withdrawal")
    with site.engine.begin() as uow:
        uow.people.revoke("other-editor", "R13", "bureau")


def test_a_draft_that_changed_after_it_was_seen_is_not_approved(
    site: Any, editor: Any, approver: Any
) -> None:
    """The approval names the revision that was looked at."""
    draft = begin(editor)["draftKey"]
    seen = act(editor, draft, "submission", note="一").json()["revision"]
    act(editor, draft, "withdrawal")
    put(editor, draft, "m0.bpmn", renamed(site, "改"), 1)
    act(editor, draft, "submission", note="二")

    answer = act(approver, draft, "approval", revision=seen)

    assert answer.status_code == 409 and "又有修改" in answer.json()["detail"]
    assert act(approver, draft, "rejection", reason="不必").json()["state"] == "editing"


def test_saving_names_the_revision_it_began_from(site: Any, editor: Any) -> None:
    """428 without, 412 with who changed it and when; the same content again is no change."""
    draft = begin(editor)["draftKey"]
    assert put(editor, draft, "m0.bpmn", renamed(site, "甲"), None).status_code == 428
    first = put(editor, draft, "m0.bpmn", renamed(site, "甲"), 1)
    again = put(editor, draft, "m0.bpmn", renamed(site, "甲"), 1)
    stale = put(editor, draft, "m0.bpmn", renamed(site, "乙"), 1)

    assert first.headers["etag"] == again.headers["etag"] == '"2"'
    assert stale.status_code == 412
    assert stale.json()["savedBy"] == "editor某" and "editor某" in stale.json()["detail"]


def test_a_take_over_loses_nothing(site: Any, editor: Any) -> None:
    """The former editor's next save is refused by name and kept as a revision of its own."""
    other = site.api("other-editor")
    draft = begin(editor)["draftKey"]
    act(editor, draft, "editing")
    assert act(other, draft, "editing").status_code == 409
    assert act(other, draft, "takeover", reason="同事请假").json()["editor"]["name"] == "other-editor某"

    refused = put(editor, draft, "m0.bpmn", renamed(site, "未保存的"), 1)
    kept = editor.get(f"/v2/drafts/{draft}/files/m0.bpmn/revisions").json()["items"][0]
    text = editor.get(f"/v2/drafts/{draft}/files/m0.bpmn?revision={kept['revision']}").content

    assert refused.status_code == 409 and refused.json()["editor"]["id"] == "other-editor"
    assert kept["aside"] and text == renamed(site, "未保存的")
    assert editor.get(f"/v2/drafts/{draft}/files/m0.bpmn").headers["etag"] == '"1"'


def test_a_used_form_is_not_deleted(site: Any, editor: Any) -> None:
    """The refusal names the task; a form that nothing uses goes, its revisions stay."""
    draft = begin(editor)["draftKey"]
    put(editor, draft, "forms/spare.json", b"{}", 0)

    refused = editor.delete(f"/v2/drafts/{draft}/files/forms/register.json")
    done = editor.delete(f"/v2/drafts/{draft}/files/forms/spare.json")

    assert refused.status_code == 409 and "登记" in refused.json()["detail"]
    assert "forms/spare.json" not in [file["path"] for file in done.json()["files"]]
    assert len(editor.get(f"/v2/drafts/{draft}/files/forms/spare.json/revisions").json()["items"]) == 2


def test_checks_look_at_the_unsaved_file(site: Any, editor: Any) -> None:
    """A form that does not exist is found on its element; nothing is written, and nothing faulty is submitted."""
    draft = begin(editor)["draftKey"]
    broken = site.model.replace(b'jf:form="register"', b'jf:form="gone"').decode()

    found = act(editor, draft, "checks", path="m0.bpmn", content=broken).json()
    saved = act(editor, draft, "checks").json()

    assert not found["ok"] and saved["ok"]
    assert {one["element_id"] for one in found["findings"] if one["severity"] == "error"} == {"a"}
    put(editor, draft, "m0.bpmn", broken.encode(), 1)
    refused = act(editor, draft, "submission", note="坏的")
    assert refused.status_code == 422 and refused.json()["findings"]


@pytest.mark.parametrize(
    "path",
    [
        "../x.bpmn",
        "..%2Fx.bpmn",
        "/etc/x.bpmn",
        "forms/../../x.json",
        "CON.bpmn",
        ".x.bpmn",
        "x.exe",
        "a\\b.bpmn",
    ],
)
def test_paths_mean_files_of_the_pack(site: Any, editor: Any, path: str) -> None:
    """Tricks with names are refused in a sentence."""
    draft = begin(editor)["draftKey"]

    assert put(editor, draft, path, b"x", 0).status_code in (404, 405, 422)


@pytest.mark.parametrize("who", ["officer", "leader", "mediator"])
def test_others_have_no_studio(site: Any, who: str) -> None:
    """Whoever neither edits nor approves opens nothing."""
    client = site.api(who)

    assert client.get("/v2/drafts").status_code == client.get("/v2/packs").status_code == 403


def test_publication_on_a_day_happens_once(site: Any, editor: Any, approver: Any) -> None:
    """Two workers at the same moment publish a planned draft exactly once."""
    from datetime import timedelta
    from threading import Thread

    from workflows.studio import publication

    draft = begin(editor)["draftKey"]
    put(editor, draft, "m0.bpmn", renamed(site, "下周"), 1)
    revision = act(editor, draft, "submission", note="下周起").json()["revision"]
    at = (site.engine.now() + timedelta(days=7)).isoformat()
    assert act(approver, draft, "approval", revision=revision, effectiveAt=at).json()["state"] == "scheduled"
    before = len(editor.get("/v2/packs/pack/versions").json()["items"])

    publication.publish_due(site.engine)
    early = len(editor.get("/v2/packs/pack/versions").json()["items"])
    houses.move(site.engine, days=8)
    workers = [Thread(target=publication.publish_due, args=(site.engine,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert early == before
    assert len(editor.get("/v2/packs/pack/versions").json()["items"]) == before + 1
    assert editor.get(f"/v2/drafts/{draft}").json()["state"] == "published"


CAMUNDA = b"""<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:x="urn:other" id="d" targetNamespace="t">
 <process id="q" isExecutable="true" camunda:historyTimeToLive="P30D"><startEvent id="s"/>
 <userTask id="u" name="&lt;script&gt;alert(1)&lt;/script&gt;" camunda:candidateGroups="clerks" camunda:formKey="register">
 <extensionElements><x:mine colour="red"/></extensionElements></userTask><endEvent id="e"/>
 <sequenceFlow id="f" sourceRef="s" targetRef="u"/><sequenceFlow id="g" sourceRef="u" targetRef="e"/></process></definitions>"""


def upload(client: Any, draft: str, *files: tuple[str, bytes]) -> Any:
    """Import files."""
    parts = [("resources", (name, data)) for name, data in files]
    return client.post(f"/v2/drafts/{draft}/imports", files=parts)


def test_an_import_keeps_what_other_tools_wrote_and_lists_it(site: Any, editor: Any) -> None:
    """The file comes back byte for byte; the list says what was understood; what is no pack's file is named."""
    draft = begin(editor)["draftKey"]
    found = upload(editor, draft, ("order.bpmn", CAMUNDA), ("virus.exe", b"MZ")).json()["items"]

    assert [item["outcome"] for item in found] == ["added", "lost"]
    assert found[0]["notes"] and "virus.exe" in found[1]["reason"]
    assert editor.get(f"/v2/drafts/{draft}/files/order.bpmn").content == CAMUNDA


def test_an_exported_folder_can_be_imported_again(site: Any, editor: Any) -> None:
    """What goes out as a zip comes in as the same files."""
    draft = begin(editor)["draftKey"]
    folder = editor.get(f"/v2/drafts/{draft}/export").content
    other = begin(editor)["draftKey"]

    items = upload(editor, other, ("pack.zip", folder)).json()["items"]

    assert {item["outcome"] for item in items} == {"unchanged"}


def test_a_zip_bomb_is_refused_before_it_is_unpacked(site: Any, editor: Any) -> None:
    """A small file that unpacks to 100 MiB."""
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("process.bpmn", b"0" * 100 * 1024 * 1024)

    assert upload(editor, begin(editor)["draftKey"], ("pack.zip", stream.getvalue())).status_code == 413


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<startEvent id="s"><timerEventDefinition><timeCycle>R/PT0S</timeCycle></timerEventDefinition></startEvent>'
         '<endEvent id="e"/>' + houses.flows("s>e"), "bad-timer"),
        ('<startEvent id="s"/><callActivity id="c" calledElement="p"/><endEvent id="e"/>' + houses.flows("s>c", "c>e"),
         "endless-recursion"),
    ],
)  # fmt: skip
def test_what_never_ends_is_found(site: Any, editor: Any, body: str, code: str) -> None:
    """A timer without a pause and a process that calls itself are errors with a sentence."""
    draft = begin(editor)["draftKey"]
    found = act(editor, draft, "checks", path="m0.bpmn", content=houses.model(body).decode()).json()

    assert code in {one["code"] for one in found["findings"] if one["severity"] == "error"}


def test_a_large_model_is_answered_within_seconds(site: Any, editor: Any) -> None:
    """Five megabytes of elements: findings come back, the server goes on."""
    draft = begin(editor)["draftKey"]
    tasks = "".join(f'<task id="t{n}" name="{"长" * 24}"/>' for n in range(50_000))
    model = houses.model(f'<startEvent id="s"/>{tasks}').decode()

    found = act(editor, draft, "checks", path="m0.bpmn", content=model)

    assert len(model.encode()) > 4_500_000
    assert found.status_code == 200 and not found.json()["ok"]


def test_a_new_pack_begins_with_a_diagram_that_opens(site: Any, editor: Any) -> None:
    """Script tags in a title are text."""
    draft = begin(editor, "brand-new", title="<script>alert('新')</script>")
    model = editor.get(f"/v2/drafts/{draft['draftKey']}/files/process.bpmn").text

    assert act(editor, draft["draftKey"], "checks").json()["ok"]
    assert "<script>" not in model
