"""``jingfa run``: what it does when a port is not free."""

from __future__ import annotations

import socket

from api.commands import run


def test_prefect_gets_a_port_of_its_own_when_its_usual_one_is_taken() -> None:
    """Flows that drain our database are never given to somebody else's server."""
    with socket.socket() as stranger:
        stranger.bind((run.PREFECT_HOST, 0))
        stranger.listen()
        taken = stranger.getsockname()[1]

        assert run.free_port(run.PREFECT_HOST, taken) != taken
