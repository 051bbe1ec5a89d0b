"""Serving until stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from isogloss.data.errors import OutputError
from isogloss.serve.guard import ADDRESS, Guard

CONNECTIONS = 800  # at once, beyond which the answer is 503; below the usual limit of 1,024 files; round number


def serve(app: Guard, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve ``app`` at ``host`` and ``port`` (0 takes a free one) until the process is told to stop.

    ``ready`` is called with the address once it can be visited.

    Raises:
        OutputError: The address is taken, or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio only then turns Nagle's algorithm off, which costs 40 ms an answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise OutputError(
                f"{host}:{port}: cannot listen there ({error.strerror or error}); name another with --port"
            ) from error
        where = f"[{host}]" if ":" in host else host
        settings = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=1,  # the command line ends within a second or two
            h11_max_incomplete_event_size=4 * ADDRESS,
            http="h11",
            ws="none",
            lifespan="on",
        )
        listening.listen(CONNECTIONS)
        ready(f"http://{where}:{listening.getsockname()[1]}/")
        uvicorn.Server(settings).run(sockets=[listening])
