"""``jingfa run``: what it does when a port is not free."""

from __future__ import annotations

import socket

import pytest

from api.commands import run


def test_prefect_gets_a_port_of_its_own_when_its_usual_one_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Flows that drain our database are never given to somebody else's server."""
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        monkeypatch.setattr(run, "PREFECT_PORT", taken)

        port = run.prefect_port()

    assert port != taken
    assert f"端口 {taken} 已被占用" in capsys.readouterr().err
