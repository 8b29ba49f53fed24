"""The JSON API with bearer tokens, as a program uses it."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.postgres


def test_a_case_from_start_to_end(site: Any) -> None:
    """Create, search, claim, complete, look at the history."""
    officer, leader = site.api("officer"), site.api("leader")

    case = officer.post(
        "/v2/process-instances",
        json={"processDefinitionId": "p", "variables": {"units": {"station": "station"}}},
    ).json()
    key = case["processInstanceKey"]
    task = officer.post("/v2/user-tasks/search", json={"filter": {"processInstanceKey": key}}).json()[
        "items"
    ][0]
    officer.post(f"/v2/user-tasks/{task['userTaskKey']}/assignment", json={})
    done = officer.post(
        f"/v2/user-tasks/{task['userTaskKey']}/completion", json={"variables": {"place": "城东"}}
    )
    second = site.task(key, "b")
    ended = leader.post(f"/v2/user-tasks/{second}/completion", json={}).json()

    assert done.status_code == 200
    assert ended["state"] == "completed"
    assert officer.get(f"/v2/process-instances/{key}/history").json()["items"]


def test_a_repeated_key_gets_the_first_answer(site: Any) -> None:
    """Two deliveries of one request start one case; another request with the key is refused."""
    officer = site.api("officer")
    body = {"processDefinitionId": "p", "variables": {"units": {"station": "station"}}}
    key = {"Idempotency-Key": "k-1"}

    first = officer.post("/v2/process-instances", json=body, headers=key).json()
    second = officer.post("/v2/process-instances", json=body, headers=key).json()
    other = officer.post("/v2/process-instances", json=body | {"businessKey": "x"}, headers=key)

    assert first == second
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency-key-reused"


def test_faults_of_a_submission_have_paths(site: Any) -> None:
    """A program learns which field is wrong."""
    officer = site.api("officer")

    answer = officer.post(f"/v2/user-tasks/{site.task(site.start())}/completion", json={"variables": {}})

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["path"] == "place"


def test_lists_are_read_by_cursor(site: Any) -> None:
    """Each case comes once, in slices."""
    officer, started = site.api("officer"), {site.start() for _ in range(5)}
    seen, cursor = [], None

    for _ in range(50):
        body = {"page": {"limit": 2} | ({"after": cursor} if cursor else {})}
        found = officer.post("/v2/process-instances/search", json=body).json()
        seen += [item["processInstanceKey"] for item in found["items"]]
        cursor = found["page"]["endCursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen))
    assert started <= set(seen)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v2/process-instances", {"processDefinitionId": "p", "nonsense": 1}, 422),
        ("/v2/process-instances", {"processDefinitionId": "none"}, 404),
        ("/v2/process-instances", {"processDefinitionId": "p", "variables": {"a": "\x00"}}, 400),
        ("/v2/user-tasks/none/completion", {}, 404),
        ("/v2/user-tasks/search", {"page": {"limit": 0}}, 422),
        ("/v2/expression/evaluation", {"expression": "1 +"}, 422),
    ],
)
def test_bad_input_is_a_problem_with_the_right_number(site: Any, path: str, body: Any, status: int) -> None:
    """Nothing answers 500, everything is a problem document."""
    answer = site.api("officer").post(path, json=body)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_feel_over_http(site: Any) -> None:
    """A value, its type, and why something became null."""
    officer = site.api("officer")

    answer = officer.post(
        "/v2/expression/evaluation", json={"expression": "=a + 1", "variables": {"a": 2}}
    ).json()

    assert answer["result"] == 3
    assert answer["type"] == "number"


def test_only_administrators_deploy_files(site: Any) -> None:
    """A refused model carries every finding; an officer may not even try."""
    broken = {"resources": ("broken.bpmn", b"<definitions/>")}

    assert site.api("officer").post("/v2/deployments", files=broken).status_code == 403
    assert site.api("editor").post("/v2/deployments", files=broken).status_code == 403
    refused = site.api("admin").post("/v2/deployments", files=broken)

    assert refused.status_code == 422
    assert refused.json()["findings"]


def test_the_definition_comes_back_as_it_was_deployed(site: Any) -> None:
    """The XML is the one that was sent."""
    editor = site.api("editor")
    found = editor.post("/v2/process-definitions/search", json={}).json()["items"]

    xml = editor.get(f"/v2/process-definitions/{found[0]['processDefinitionKey']}/xml")

    assert xml.headers["content-type"].startswith("text/xml")
    assert b'id="p"' in xml.content


def test_a_cookie_session_needs_the_token_at_the_api_too(site: Any) -> None:
    """A page of another site cannot use the API with the person's cookie."""
    browser = site.browser("officer")

    without = browser.http.post("/v2/user-tasks/search", json={})
    with_token = browser.http.post("/v2/user-tasks/search", json={}, headers={"x-csrf-token": browser.csrf})

    assert without.status_code == 403
    assert with_token.status_code == 200


def test_me(site: Any) -> None:
    """Who the token belongs to."""
    me = site.api("leader").get("/v2/authentication/me").json()

    assert me["account"] == "leader"
    assert me["roles"] == [{"role": "R04", "unitId": "station"}]


def test_an_unknown_cloud_event_is_taken_once(site: Any) -> None:
    """A repeated id changes nothing."""
    officer = site.api("officer")
    event = {"specversion": "1.0", "id": "1", "source": "/x", "type": "M-NOBODY", "data": {}}
    headers = {"content-type": "application/cloudevents+json"}

    first = officer.post("/messages", content=json.dumps(event), headers=headers)
    second = officer.post("/messages", content=json.dumps(event), headers=headers)

    assert first.status_code == second.status_code == 200, first.text


def test_programs_store_no_invisible_characters(site: Any) -> None:
    """Direction marks and zero-width signs go, rare and private characters of names stay; a reason of nothing else is none."""
    client, name = site.api("officer"), "\u200b张\U00020bb7\ue000三\u202e "
    body = {"processDefinitionId": "p", "variables": {"place": "e\u0301", "parties": [{"name": name}]}}

    key = client.post("/v2/process-instances", json=body).json()["processInstanceKey"]
    refused = site.api("leader").post(f"/v2/process-instances/{key}/sealing", json={"reason": "\u200b\u2066"})

    with site.engine.begin() as uow:
        kept = uow.instances.get(key).variables
    assert (kept["place"], kept["parties"][0]["name"]) == ("é", "张\U00020bb7\ue000三")
    assert refused.status_code == 422
