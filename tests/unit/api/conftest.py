"""An application without a database: enough for everything that is decided before a use case is called."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI

from api.app import create_app
from workflows.engine import Engine
from workflows.settings import Settings

with warnings.catch_warnings():
    # The test client asks for a successor of httpx that is not out yet.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """Return the application around an engine that nobody may use."""
    return create_app(cast("Engine", SimpleNamespace(settings=Settings(base_url="http://testserver"))))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a browser without cookies."""
    with TestClient(app, raise_server_exceptions=False) as browser:
        yield browser


@pytest.fixture
def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the API description."""
    return app.openapi()
