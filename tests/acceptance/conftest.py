"""A small installation behind its doors: people, one pack with forms, browsers that keep cookies and tokens."""

from __future__ import annotations

import json
import re
import sys
import uuid
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from tasks.model import Actor
from tests.builders.databases import database, run
from workflows.engine import Engine
from workflows.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

FORM = {
    "type": "default",
    "id": "register",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "key": "place", "label": "地点", "validate": {"required": True}},
        {"type": "textarea", "key": "summary", "label": "经过"},
        {"type": "checkbox", "key": "hurt", "label": "有人受伤"},
        {"type": "textfield", "key": "hospital", "label": "医院", "conditional": {"hide": "=hurt != true"}},
        {"type": "filepicker", "key": "photos", "label": "照片", "multiple": True},
    ],
}
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" name="登记" jf:form="register" jf:roles="R02" jf:at="station"/>'
    '<userTask id="b" name="审批" jf:roles="R04" jf:at="station" jf:signs="W07"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>b", "b>e")
)


@dataclass
class Browser:
    """A person's browser: cookies, and the token of the page that is open."""

    http: TestClient
    csrf: str = ""

    def get(self, path: str, *, status: int = 200) -> str:
        """Open a page."""
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        found = re.search(r'name="_csrf" value="([^"]+)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer.text

    def post(self, path: str, *, status: int = 303, **fields: Any) -> Any:
        """Send a form of the page that is open."""
        answer = self.http.post(path, data={"_csrf": self.csrf, **fields}, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer

    def log_in(self, account: str, password: str = houses.PASSWORD) -> Browser:
        """Sign in by the form."""
        self.get("/login")
        self.post("/login", account=account, password=password, next="/")
        self.get("/")
        return self


@dataclass
class Site:
    """The installation."""

    engine: Engine
    people: dict[str, Actor]
    open: Callable[[], TestClient]
    model: bytes = MODEL

    def browser(self, account: str | None = None) -> Browser:
        """Return a browser, signed in when an account is given."""
        browser = Browser(self.open())
        return browser.log_in(account) if account else browser

    def api(self, account: str) -> TestClient:
        """Return a program's client with a bearer token."""
        client = self.open()
        body = {"account": account, "password": houses.PASSWORD}
        token = client.post("/v2/authentication/login", json=body).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        return client

    def start(self, **variables: Any) -> str:
        """Start a case; returns its id."""
        return houses.start(self.engine, self.people["officer"], **variables).id

    def task(self, case: str, element: str = "a") -> str:
        """Return the id of an open task."""
        return houses.task_ids(self.engine, case)[element]


@pytest.fixture(scope="module")
def site(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield an installation with the pack deployed; one for all tests of a file, each with its own cases."""
    name = f"t_{uuid.uuid4().hex}"
    url = database(postgres, name)
    data = tmp_path_factory.mktemp("data")
    engine = Engine.from_settings(
        Settings(database_url=url, demo=True, secret="test", data=data, pool_size=5)
    )
    who = houses.house(engine)
    houses.deploy(engine, MODEL, **{"forms/register.json": json.dumps(FORM).encode()})
    app = create_app(engine)
    yield Site(engine, who, lambda: TestClient(app, client=("127.0.0.1", 5000)))
    engine.close()
    run(postgres, f"DROP DATABASE {name} WITH (FORCE)")
