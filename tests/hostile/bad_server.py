"""A web server that answers with whatever bytes a test gives, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Request = tuple[str, dict[str, str]]  # path, and headers by their names in lower case
Reply = Callable[[Request], Iterable[bytes]]


def head(status: str, headers: dict[str, str | int]) -> bytes:
    """The beginning of an answer."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items()), "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@contextmanager
def answering(reply: Reply) -> Iterator[str]:
    """The address of a server that sends the pieces of ``reply``; 404 for hashes that it does not know of."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, reply), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _serve(listening: socket.socket, reply: Reply) -> None:
    with suppress(OSError):  # closed
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_answer, args=(connection, reply), daemon=True).start()


def _answer(connection: socket.socket, reply: Reply) -> None:
    with connection, suppress(OSError):  # the client has gone
        request = b""
        while b"\r\n\r\n" not in request and (piece := connection.recv(65_536)):
            request += piece
        first, *lines = request.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        for piece in reply((first.split(" ")[1], headers)):
            connection.sendall(piece)
