"""Who is there, asked again: before accounts and rights are changed, on a page that stays open, at every door that takes a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import houses
import pyotp
import pytest

from api.live import Feed
from api.pages.supervision import board
from workflows.identity import second_factor, sessions

pytestmark = pytest.mark.postgres
LEADER = {"role": "R04", "unit": "station"}


@pytest.fixture
def _long_ago(site: Any) -> Iterator[None]:
    """Let every password count as typed too long ago."""
    installation = site.engine.installation
    kept, installation.settings = (
        installation.settings,
        replace(installation.settings, confirmation=timedelta(seconds=-1)),
    )
    yield
    installation.settings = kept


@pytest.fixture(autouse=True)
def _no_lock(site: Any) -> Iterator[None]:
    """Begin each test without wrong passwords of the one before."""
    yield
    with site.engine.begin() as uow:
        for account in ("admin", "officer", "leader"):
            uow.sessions.forget_attempts(account)


@pytest.mark.usefixtures("_long_ago")
def test_an_account_is_changed_after_the_password_was_typed_again(site: Any) -> None:
    """A page left open changes no roles: the password, once more, then what was filled in goes on."""
    admin = site.browser("admin")
    admin.get("/accounts/officer")
    asked = admin.post("/accounts/officer/roles", status=403, **LEADER).text
    admin.post("/me/confirmation", status=403, password="wrong", **_hidden(asked))
    site.engine.installation.settings = replace(
        site.engine.installation.settings, confirmation=timedelta(minutes=15)
    )

    page = admin.post("/me/confirmation", status=200, password=houses.PASSWORD, **_hidden(asked)).text
    admin.post("/accounts/officer/roles", **_hidden(page))

    with site.engine.begin() as uow:
        assert ("R04", "station") in uow.people.roles("officer")
        uow.people.revoke("officer", "R04", "station")


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "_csrf"}


@pytest.mark.usefixtures("_long_ago")
@pytest.mark.parametrize("act", ["sealing", "unsealing", "grants"])
def test_programs_are_told_to_confirm(site: Any, act: str) -> None:
    """The problem document has a code; nothing is written down as an attempt to break in."""
    body = {"personId": "officer", "purpose": "V01", "days": 7} if act == "grants" else {"reason": "r"}

    answer = site.api("leader").post(f"/v2/process-instances/{site.start()}/{act}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "confirmation-needed")


def test_a_program_confirms_and_goes_on(site: Any) -> None:
    """The password again, and with one-time codes a code, too."""
    client = site.api("leader")
    confirm = "/v2/authentication/confirmation"

    assert client.post(confirm, json={"password": "wrong"}).status_code == 403
    assert client.post(confirm, json={"password": houses.PASSWORD}).status_code == 204


def test_one_time_codes_begin_with_the_password(site: Any) -> None:
    """Whoever found an open session ties no telephone of theirs to it."""
    client = site.api("officer")
    begin = "/v2/authentication/second-factor"

    assert client.post(begin, json={"password": "wrong"}).status_code == 403
    assert client.post(begin, json={"password": houses.PASSWORD}).json()["secret"]


def test_a_stolen_session_guesses_no_further(site: Any) -> None:
    """Wrong passwords and codes inside a session count as at the log-in, and lock the account for a while."""
    client, officer = site.api("officer"), site.people["officer"]
    with site.engine.begin() as uow:
        secret = second_factor.enrol(uow, officer).secret
        second_factor.confirm(uow, officer, pyotp.TOTP(secret).at(uow.real_now))
    for _ in range(sessions.FAILURES):
        client.post("/v2/authentication/second-factor/removal", json={"code": "000000"})
    with site.engine.begin() as uow:
        right = pyotp.TOTP(secret).at(uow.real_now + timedelta(seconds=30))

    refused = client.post("/v2/authentication/second-factor/removal", json={"code": right})

    assert refused.status_code == 403
    with site.engine.begin() as uow:
        assert second_factor.is_on(uow, "officer")
        uow.sessions.drop_second_factor("officer")


def test_a_board_that_stays_open_ends_with_its_session(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed off from afar, a stream sends nothing more; it is kept by nobody on its way."""
    monkeypatch.setattr(board, "SIGNED_IN_SECONDS", -1)
    leader, count = site.browser("leader"), Feed.numbers

    async def and_then_sign_off(self: Feed, *given: Any) -> Any:
        with site.engine.begin() as uow:
            uow.sessions.drop_of("leader")
        return await count(self, *given)

    monkeypatch.setattr(Feed, "numbers", and_then_sign_off)

    answer = leader.http.get("/board/stream?version=p%3A1")

    assert answer.text.count("data:") == 1
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
