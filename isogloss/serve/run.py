"""Serving until stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from pathlib import Path

import uvicorn

from isogloss.data.errors import OutputError
from isogloss.serve.app import LEXICONS, application
from isogloss.serve.guard import ADDRESS

CONNECTIONS = 800  # at once, beyond which the answer is 503; below the usual limit of 1,024 files; round number


def serve(
    place: Path | str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    names: tuple[str, ...] = (),
    edit: bool = False,
    source_name: str = "user",
    reports: Iterable[Path] = (),
    lexicons: Path = LEXICONS,
    lemmas: Path | None = None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve a graph at ``host`` and ``port`` (0 takes a free one) until the process is told to stop.

    Args:
        place: The graph: a file, or the address of a PostgreSQL database.
        host: The address of this machine to listen at.
        port: The port.
        names: Further host names that the page answers to.
        edit: Whether translations can be accepted, rejected and added.
        source_name: The source of what is accepted and rejected.
        reports: Files or folders with reports of lexicons and projects, to be linked.
        lexicons: The folder for lexicons that are built on the page.
        lemmas: A folder for indices of base forms.
        ready: Called with the address once it can be visited.

    Raises:
        GraphError: There is no graph, or it is damaged.
        OutputError: The address is taken, or not of this machine.
    """
    names = (host, *names)
    app = application(
        place, names=names, edit=edit, source_name=source_name, reports=reports, lexicons=lexicons, lemmas=lemmas
    )
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
