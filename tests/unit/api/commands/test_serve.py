"""The socket that ``jingfa serve`` listens on."""

from __future__ import annotations

import asyncio
import socket

from api.commands import serve


def test_answers_leave_at_once_on_a_kept_connection() -> None:
    """
    A connection that the server takes has Nagle's algorithm switched off; with it each answer waits 40 ms.
    """

    async def delay_is_off() -> bool:
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            taken.set_result(bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        listening = serve.bound("127.0.0.1", 0)
        assert listening is not None
        async with await asyncio.start_server(note, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            found = await taken
            writer.close()
            return found

    assert asyncio.run(delay_is_off())
