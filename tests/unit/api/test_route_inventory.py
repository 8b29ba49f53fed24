"""Default deny: every route says who may use it, and the list of who is looked at as code."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import app as module
from api.auth import declared
from workflows.engine import Engine
from workflows.settings import Settings

GOLDEN = Path(__file__).parents[2] / "golden" / "api" / "routes.txt"


def inventory(app: FastAPI) -> str:
    """Return one line for each method of each route: who, method, path."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    lines = [f"{declared(r)!r:<32} {method:<7} {r.path}" for r in routes for method in sorted(r.methods)]
    return "\n".join(sorted(lines)) + "\n"


def test_golden_inventory_of_routes(app: FastAPI) -> None:
    """Who may use which route is exactly what the golden file says."""
    found = inventory(app)

    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(found, encoding="utf-8")

    assert found == GOLDEN.read_text(encoding="utf-8")


def test_a_route_that_declares_nothing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application with an undeclared route is not built at all."""
    stray = SimpleNamespace(routes=[APIRoute("/stray", lambda: None)])
    monkeypatch.setattr(module, "PAGES", (stray,))

    with pytest.raises(module.UndeclaredRouteError, match="/stray"):
        module.create_app(cast("Engine", SimpleNamespace(settings=Settings())))


def test_strangers_reach_nothing_but_the_public_list(app: FastAPI) -> None:
    """Without a login only these paths answer."""
    public = {r.path for r in app.routes if isinstance(r, APIRoute) and (who := declared(r)) and who.public}

    assert public == {
        "/login",
        "/login/oidc",
        "/login/oidc/callback",
        "/language",
        "/icon.svg",
        "/sw.js",
        "/offline",
        "/robots.txt",
        "/.well-known/security.txt",
        "/health/live",
        "/health/ready",
        "/v2/authentication/login",
    }
