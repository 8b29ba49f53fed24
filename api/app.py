"""The application: every door, with its guards, around one engine."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import FastAPI

from api import auth, limits, openapi, problems
from api.crowding import CrowdGuard
from api.i18n import LocaleMiddleware
from api.limits import Limiter
from api.metrics import Measured
from api.pages import ROUTERS as PAGES
from api.pages.identity import again
from api.routes import ROUTERS as ROUTES
from api.security import RequestGuard, SecurityHeaders
from api.static import DIST, BuiltFiles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from workflows.engine import Engine


class UndeclaredRouteError(RuntimeError):
    """A route does not say who may use it."""


def create_app(engine: Engine) -> FastAPI:
    """
    Build the application on an engine that the caller owns (and closes).

    Raises:
        UndeclaredRouteError: a route does not say who may use it; nothing is served then.
    """
    app = FastAPI(title="警法通 API", version="2", docs_url=None, redoc_url=None, lifespan=_lifespan)
    # The framework would redirect ``/cases/`` to whatever host the request names.
    app.router.redirect_slashes = False
    app.state.engine = engine
    app.state.limiter = limiter = Limiter(limits.parse(engine.settings.limits))
    # Routers carry their full paths; taking the routes themselves keeps the inventory below complete.
    for router in (*ROUTES, *PAGES):
        app.router.routes.extend(router.routes)
    _ensure_declared(app)
    problems.install(app)
    again.install(app)
    openapi.install(app)
    DIST.mkdir(parents=True, exist_ok=True)
    app.mount("/static", BuiltFiles(directory=DIST), name="static")
    # Outermost last: measured, headers, language, guard.
    app.add_middleware(CrowdGuard)
    app.add_middleware(RequestGuard, hosts=engine.settings.host_names, limiter=limiter)
    for middleware in (LocaleMiddleware, SecurityHeaders, Measured):
        app.add_middleware(middleware)
    return app


def _ensure_declared(app: FastAPI) -> None:
    missing = auth.undeclared(app)
    if missing:
        raise UndeclaredRouteError(", ".join(missing))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # One thread a connection: with more threads than connections a click would wait inside the pool instead of in the queue.
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.engine.settings.pool_size
    yield
