"""One file over HTTP: resumed where it was cut off, checked before it takes its place."""

from __future__ import annotations

import fcntl
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from isogloss.data.errors import DownloadError, OutputError
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite, replacing

if TYPE_CHECKING:
    from requests import Response

CHUNK = 1 << 20  # bytes that arrive between two steps of the progress; round number
TIMEOUT = (15, 60)  # seconds to connect, and between two pieces of data; round numbers
LENGTHS = {64: "sha256", 128: "sha512"}
RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+)")


class MissingError(DownloadError):
    """The server has no such file."""


class Answer(NamedTuple):
    """What the server sends: the bytes from ``start`` on of a file of ``total`` bytes, where it says so."""

    response: Response
    start: int
    total: int | None


def download(
    url: str, path: Path, *, digest: str | None = None, force: bool = False, progress: Progress = silent
) -> Path:
    """Fetch ``url`` to ``path``; returns ``path``.

    What arrives is kept in ``path`` with ``.part`` after it, so that the next run goes on from there. ``digest`` is
    the SHA-256 or SHA-512 that is expected, in hexadecimal; without it, a ``.sha256`` beside the file on the server
    is taken. A file that is there already and has this hash is not fetched again.

    Raises:
        DownloadError: The server cannot be reached, has no such file, or sent another one than was expected.
        OutputError: ``path`` is taken by another file and ``force`` is not set, or cannot be written.
    """
    if path.exists() and digest and _hash(path, digest) == digest.lower():
        return path
    refuse_to_overwrite(path, force)
    digest = digest or _digest_on_server(url)
    part = path.with_name(f"{path.name}.part")
    with _locked(part) as stream:
        total = _fetched(url, part, stream, progress)
        if total is not None and part.stat().st_size != total:
            raise _cut_off(url, part.stat().st_size, total)
        if digest and (actual := _hash(part, digest)) != digest.lower():
            part.unlink()
            _version_file(part).unlink(missing_ok=True)
            raise DownloadError(f"{url}: hash is {actual}, expected {digest}; the download was deleted, try again")
        with replacing(path, force=force) as whole:
            part.replace(whole)
    _version_file(part).unlink(missing_ok=True)
    return path


def mirrored(url: str, mirror: str | None) -> str:
    """``url`` with the host replaced by ``mirror``, the address of a copy with the same paths."""
    return url if mirror is None else mirror.rstrip("/") + urlsplit(url).path


def _fetched(url: str, part: Path, stream: IO[bytes], progress: Progress) -> int | None:
    """Append what is missing to ``part``; returns how long the whole file is, where the server says so."""
    import requests

    try:
        answer = _answer(url, part, stream.seek(0, 2))
        with answer.response as response:
            if answer.total is not None and answer.start == answer.total:
                return answer.total
            stream.truncate(answer.start)
            stream.seek(answer.start)
            _remember_version(part, response)
            count = -(-(answer.total - answer.start) // CHUNK) if answer.total is not None else None
            for chunk in progress(response.iter_content(CHUNK), f"Fetching {part.stem}", count):
                stream.write(chunk)
            stream.flush()
            return answer.total
    except requests.RequestException as error:
        stream.flush()
        raise _unreachable(url, part.stat().st_size, error) from error
    except OSError as error:
        raise OutputError(f"{part}: cannot be written ({error.strerror or error}); what has arrived is kept") from error


def _answer(url: str, part: Path, have: int) -> Answer:
    response = _get(url, part, have)
    if response.status_code == 416:  # nothing after what we have: it is whole, or the file has changed
        content_range = RANGE.match(response.headers.get("Content-Range", ""))
        if content_range and int(content_range[2]) == have:
            return Answer(response, have, have)
        response = _get(url, part, 0)
    if response.status_code not in (200, 206):
        kind = MissingError if response.status_code in (403, 404, 410) else DownloadError
        raise kind(
            f"{url}: status {response.status_code} ({response.reason}), expected a file; "
            "check the language and the source, or try later"
        )
    content_range = RANGE.match(response.headers.get("Content-Range", ""))
    if response.status_code == 206 and content_range and content_range[1]:
        return Answer(response, int(content_range[1]), int(content_range[2]))
    length = response.headers.get("Content-Length")
    return Answer(response, 0, int(length) if length else None)


def _get(url: str, part: Path, have: int) -> Response:
    import requests

    headers = {"Accept-Encoding": "identity", "User-Agent": "isogloss"}
    if have:
        headers["Range"] = f"bytes={have}-"
        if _version_file(part).is_file():  # go on only if it is still the same file
            headers["If-Range"] = _version_file(part).read_text("utf-8")
    return requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)


def _version_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.version")


def _remember_version(part: Path, response: Response) -> None:
    version = response.headers.get("ETag") or response.headers.get("Last-Modified")
    if version and not version.startswith("W/"):
        _version_file(part).write_text(version, "utf-8")
    else:
        _version_file(part).unlink(missing_ok=True)


def _digest_on_server(url: str) -> str | None:
    import requests

    try:
        response = requests.get(f"{url}.sha256", timeout=TIMEOUT)
    except requests.RequestException:
        return None  # the fetch itself will say why
    match = re.match(r"[0-9a-fA-F]{64}\b", response.text) if response.status_code == 200 else None
    return match[0] if match else None


def _hash(path: Path, digest: str) -> str:
    if len(digest) not in LENGTHS:
        raise DownloadError(f"{digest!r} is no hash: expected 64 (SHA-256) or 128 (SHA-512) hexadecimal digits")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, LENGTHS[len(digest)]).hexdigest()


def _unreachable(url: str, have: int, error: Exception) -> DownloadError:
    import requests

    if isinstance(error, requests.exceptions.ChunkedEncodingError) or have:
        return _cut_off(url, have, None)
    return DownloadError(
        f"{url}: the server cannot be reached ({_reason(error)}); check the network, or name a local copy with --mirror"
    )


def _reason(error: BaseException) -> str:
    """The innermost reason, without the addresses of objects that the outer ones are full of."""
    while inner := (error.__cause__ or error.__context__):
        error = inner
    return str(error) or type(error).__name__


def _cut_off(url: str, have: int, total: int | None) -> DownloadError:
    whole = f" of {total:,}" if total is not None else ""
    return DownloadError(
        f"{url}: the connection ended after {have:,}{whole} bytes; run the same command again, it goes on from there"
    )


@contextmanager
def _locked(part: Path) -> Iterator[IO[bytes]]:
    """``part`` open for reading and writing, and for one process only."""
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as made:
            made.flush()
        stream = part.open("r+b")
    except OSError as error:
        raise OutputError(f"{part}: cannot be written ({error.strerror or error})") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(f"{part}: another process is fetching this file; wait for it to end") from error
        try:
            yield stream
        finally:
            if part.exists() and not part.stat().st_size:
                part.unlink()
