"""What stands between the page and the rest of the world: names it answers to, who may ask, what a browser may do."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 16_384  # bytes of a form that are read at most; round number
ADDRESS = 4_096  # bytes of an address; round number

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]/@\s]+)(?::\d{1,5})?", re.IGNORECASE)
_log = logging.getLogger("isogloss.serve")

LOCAL = ("localhost", "127.0.0.1", "::1")


class Guard:
    """Middleware that refuses foreign hosts and origins and long requests, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = frozenset(name.casefold() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the application answer."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # no web sockets
        refusal = self._refusal(scope)
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", _POLICY)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, sent)
            return
        try:
            await self.app(scope, _bounded(receive), sent)
        except Exception:
            _log.exception("a fault of isogloss at %s", scope["path"])
            if not begun:
                await PlainTextResponse("a fault of isogloss\n", 500)(scope, receive, sent)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or _name(host) not in self.names:
            return PlainTextResponse("this page answers to its own name only; see isogloss serve --help\n", 421)
        origin = headers.get("origin")
        if origin is not None and origin.casefold() not in (f"http://{host}".casefold(), f"https://{host}".casefold()):
            return PlainTextResponse("asked by the page of another site\n", 403)
        site, mode = headers.get("sec-fetch-site", "same-origin"), headers.get("sec-fetch-mode", "navigate")
        reading = scope["method"] in ("GET", "HEAD")
        if not reading and origin is None and "sec-fetch-site" not in headers:
            return PlainTextResponse("a change without an origin\n", 403)
        if site not in ("same-origin", "none") and not (reading and mode == "navigate"):
            return PlainTextResponse("asked by the page of another site\n", 403)
        if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS:
            return PlainTextResponse(f"the address has more than {ADDRESS} bytes\n", 414)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY:
            return PlainTextResponse(f"the request has more than {BODY} bytes\n", 413)
        return None


def _bounded(receive: Receive) -> Receive:
    """``receive`` that ends a body which says nothing about its length, and is too long."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if read > BODY else message

    return bounded


def _name(host: str) -> str:
    match = _HOST.fullmatch(host)
    return match["name"].strip("[]").casefold() if match else ""


def is_loopback(address: str) -> bool:
    """Whether nobody outside this machine can reach an address."""
    if address.casefold() == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
