"""One file over HTTP: resumed where it was cut off, checked before it takes its place.

What a server says is not trusted: bytes are stored as they come, no more of them than were announced, and a part is
continued only if the server proves that it belongs to the same version of the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from isogloss.data.addresses import masked
from isogloss.data.errors import DownloadError, OutputError
from isogloss.data.limits import limits
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite, replacing

if TYPE_CHECKING:
    from requests import Response

CHUNK = 1 << 20  # bytes that arrive between two steps of the progress; round number
TIMEOUT = (15, 60)  # seconds to connect, and between two pieces of data; round numbers
HASH_FILE = 1000  # bytes at most, and ...
HASH_SECONDS = 15  # ... seconds, for a file that holds a hash; round numbers
PART = ".isogloss-part"  # after the name of what has not all arrived; ``.part`` alone is what browsers leave
LENGTHS = {64: "sha256", 128: "sha512"}  # hexadecimal digits of a hash
RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18})")
LENGTH = re.compile(r"\d{1,18}")
VERSION = re.compile(r'"[\x21\x23-\x7e]{1,200}"|[A-Z][a-z]{2}, [\w: ]{15,25}GMT')  # a strong ETag, or a date


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

    What arrives is kept in ``path`` with ``PART`` after it, so that the next run goes on from there. ``digest`` is
    the SHA-256 or SHA-512 that is expected, in hexadecimal; without it, a ``.sha256`` beside the file on the server
    is taken. A file that is there already and has this hash is not fetched again.

    Raises:
        DownloadError: The server cannot be reached, has no such file, or sent another one than was expected.
        OutputError: ``path`` is taken by another file and ``force`` is not set, or cannot be written.
    """
    _check(url, digest)
    if path.exists() and digest and _hash(path, digest) == digest.lower():
        return path
    refuse_to_overwrite(path, force)
    digest = digest or _digest_on_server(url)
    part = path.with_name(f"{path.name}{PART}")
    with _locked(part) as stream:
        total = _fetched(url, part, stream, progress)
        if total is not None and part.stat().st_size != total:
            raise _cut_off(url, part, total)
        if digest and (actual := _hash(part, digest)) != digest.lower():
            part.unlink()
            _version_file(part).unlink(missing_ok=True)
            raise DownloadError(
                f"{masked(url)}: hash is {actual}, expected {digest}; the download was deleted, try again"
            )
        with replacing(path, force=force) as complete:
            part.replace(complete)
    _version_file(part).unlink(missing_ok=True)
    return path


def mirrored(url: str, mirror: str | None) -> str:
    """``url`` with the host replaced by ``mirror``, the address of a copy with the same paths."""
    return url if mirror is None else mirror.rstrip("/") + urlsplit(url).path


def _check(url: str, digest: str | None) -> None:
    """Refuse what cannot be fetched or compared, before anything is."""
    try:
        scheme, host = urlsplit(url)[:2]
    except ValueError as error:
        raise DownloadError(f"{masked(url)}: not a valid address ({error}), expected https://HOST/PATH") from error
    if scheme not in ("http", "https") or not host:
        raise DownloadError(f"{masked(url)}: found scheme {scheme!r}, expected an address with http:// or https://")
    if digest is not None and (len(digest) not in LENGTHS or not re.fullmatch("[0-9a-fA-F]+", digest)):
        shown = repr(digest[:130])
        raise DownloadError(f"{shown} is not a hash: expected 64 (SHA-256) or 128 (SHA-512) hexadecimal digits")


def _fetched(url: str, part: Path, stream: IO[bytes], progress: Progress) -> int | None:
    """Append what is missing to ``part``; returns how long the whole file is, where the server says so."""
    try:
        with _told(url, part):
            answer = _answer(url, part, stream.seek(0, 2))
        with answer.response:
            if answer.total is not None and answer.start == answer.total:
                return answer.total
            most = limits().download
            if (answer.total or 0) > most:
                raise _too_large(url, most)
            stream.truncate(answer.start)
            stream.seek(answer.start)
            _remember_version(part, answer.response)
            count = -(-(answer.total - answer.start) // CHUNK) if answer.total is not None else None
            pieces = progress(_pieces(url, part, answer.response), f"Fetching {part.stem}", count)
            for piece in pieces:
                stream.write(piece)
                if stream.tell() > most:
                    raise _too_large(url, most)
            stream.flush()
            return answer.total
    except OSError as error:
        raise OutputError(f"{part}: cannot be written ({error.strerror or error}); what has arrived is kept") from error
    finally:
        stream.flush()


def _pieces(url: str, part: Path, response: Response) -> Iterator[bytes]:
    """The bytes as they come; nothing is unpacked, whatever encoding is named."""
    with _told(url, part):
        yield from response.raw.stream(CHUNK, decode_content=False)


@contextmanager
def _told(url: str, part: Path) -> Iterator[None]:
    """What a network or an odd server does is one line."""
    import requests
    import urllib3

    try:
        yield
    except (DownloadError, MemoryError):
        raise
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _unreachable(url, part, error) from error
    except OSError:
        raise
    except Exception as error:  # headers and redirections that the libraries did not foresee
        raise DownloadError(f"{masked(url)}: a response that cannot be read ({_reason(error)}); try later") from error


def _answer(url: str, part: Path, have: int) -> Answer:
    """The answer to a request for what comes after the ``have`` bytes of ``part``, or for the whole file."""
    version = _version(part) if have else None
    if version is not None:
        response = _get(url, {"Range": f"bytes={have}-", "If-Range": version})
        if response.status_code == 200:
            return _whole(url, response)
        if response.status_code in (206, 416):
            answer = _rest(response, have, version)
            if answer is not None:
                return answer
            response.close()
    return _whole(url, _get(url, {}))


def _rest(response: Response, have: int, version: str) -> Answer | None:
    """The answer, if it is what was asked for: all bytes from ``have`` on, of the same version."""
    content_range = RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if content_range is None or (_version_of(response) or version) != version:
        return None
    first, last, total = content_range.groups()
    if response.status_code == 416:  # nothing after what we have: it is whole, or the file has changed
        return Answer(response, have, have) if int(total) == have else None
    right = first is not None and int(first) == have and int(last) == int(total) - 1
    return Answer(response, have, int(total)) if right else None


def _whole(url: str, response: Response) -> Answer:
    if response.status_code != 200:
        kind = MissingError if response.status_code in (403, 404, 410) else DownloadError
        raise kind(
            f"{masked(url)}: status {response.status_code} ({_line(str(response.reason))}), expected a file; "
            "check the language and the source, or try later"
        )
    length = response.headers.get("Content-Length")
    if length is not None and not LENGTH.fullmatch(length):
        raise DownloadError(f"{masked(url)}: found a length of {_line(length)!r}, expected a number; try later")
    return Answer(response, 0, int(length) if length else None)


def _get(url: str, headers: dict[str, str]) -> Response:
    import requests

    headers = {"Accept-Encoding": "identity", "User-Agent": "isogloss", **headers}
    return requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)


def _version_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.version")


def _version(part: Path) -> str | None:
    """What names the version of the file that ``part`` is of; without it nothing can be continued."""
    try:
        version = _version_file(part).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return version if VERSION.fullmatch(version) else None


def _version_of(response: Response) -> str | None:
    """The strong validator of an answer: its ETag, or its date if it has none."""
    version = response.headers.get("ETag") or response.headers.get("Last-Modified")
    return version if version and VERSION.fullmatch(version) else None


def _remember_version(part: Path, response: Response) -> None:
    version = _version_of(response)
    if version:
        _version_file(part).write_text(version, "utf-8")
    elif response.status_code != 206:  # which may leave out what was asked for by it
        _version_file(part).unlink(missing_ok=True)


def _digest_on_server(url: str) -> str | None:
    """The hash in the ``.sha256`` beside the file, if there is one that comes soon."""
    import requests
    import urllib3

    ends, content = time.monotonic() + HASH_SECONDS, b""
    try:
        with requests.get(f"{url}.sha256", stream=True, timeout=HASH_SECONDS, headers={"User-Agent": "isogloss"}) as it:
            if it.status_code != 200:
                return None
            for byte in it.raw.stream(1, decode_content=False):
                content += byte
                if len(content) >= HASH_FILE or time.monotonic() > ends:
                    break
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
        return None  # the fetch itself will say why
    match = re.match(rb"[0-9a-fA-F]{64}\b", content)
    return match[0].decode() if match else None


def _hash(path: Path, digest: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, LENGTHS[len(digest)]).hexdigest()


def _unreachable(url: str, part: Path, error: Exception) -> DownloadError:
    import urllib3

    if isinstance(error, urllib3.exceptions.HTTPError) or part.stat().st_size:
        return _cut_off(url, part, None)
    return DownloadError(
        f"{masked(url)}: the server cannot be reached ({_reason(error)}); check the network, or fetch from a copy "
        "of it: `isogloss data fetch NAME --mirror URL`"
    )


def _reason(error: BaseException) -> str:
    """The innermost reason, without the addresses of objects that the outer ones are full of."""
    while inner := (error.__cause__ or error.__context__):
        error = inner
    return masked(_line(str(error))) or type(error).__name__


def _line(text: str) -> str:
    """What a server said, as a part of a line."""
    return " ".join(text.split())[:200]


def _cut_off(url: str, part: Path, total: int | None) -> DownloadError:
    of_total = f" of {total:,}" if total is not None else ""
    then = "goes on from there" if _version(part) else "starts anew, since the server names no version of the file"
    return DownloadError(
        f"{masked(url)}: the connection ended after {part.stat().st_size:,}{of_total} bytes; run the same command "
        f"again, it {then}"
    )


def _too_large(url: str, most: int) -> DownloadError:
    return DownloadError(f"{masked(url)}: more than {most:,} bytes; if that is right, raise ISOGLOSS_LIMIT_DOWNLOAD")


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
                _version_file(part).unlink(missing_ok=True)
