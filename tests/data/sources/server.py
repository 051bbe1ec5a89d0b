"""A web server on this machine with the layout of the real ones, for tests that fetch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """What the server has, and what it was asked."""

    files: dict[str, bytes]
    url: str = ""
    cut_after: int | None = None  # bytes after which the connection breaks
    ranges: bool = True
    requests: list[tuple[str, str | None]] = field(default_factory=list)  # path and range


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Site]:
    """Serve ``files``, by path, on a free port of this machine."""
    site = Site(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            requested = self.headers.get("Range")
            site.requests.append((self.path, requested))
            content = site.files.get(self.path)
            if content is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            version = f'"{hash(content)}"'
            start = 0
            if requested and site.ranges and self.headers.get("If-Range", version) == version:
                start = int(requested.removeprefix("bytes=").rstrip("-"))
            if start and start >= len(content):
                self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("ETag", version)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if site.cut_after is not None:
                self.wfile.write(content[start : start + site.cut_after])
                self.close_connection = True
            else:
                self.wfile.write(content[start:])

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
