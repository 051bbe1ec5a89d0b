"""Servers that lie, break off or never end: a download is what was announced, or one line."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path

import pytest

from isogloss.data.errors import DownloadError, IsoglossError
from isogloss.data.limits import Limits, limited
from isogloss.data.sources.download import download
from isogloss.data.sources.fetching import fetch
from tests.hostile.bad_server import Request, answering, head
from tests.hostile.harness import Attacks, Commands
from tests.hostile.mutation import mutated

OLD = b"OLD OLD\n" * 300_000
NEW = b"".join(b"w%d x%d\n" % (number, number) for number in range(180_000))
DATE = "Mon, 02 Jan 2023 00:00:00 GMT"


def whole(content: bytes, **headers: str | int) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return head("200 OK", {"Content-Length": len(content), **named}) + content


def is_hash(request: Request) -> bool:
    return request[0].endswith(".sha256")


def test_bytes_are_stored_as_they_come(tmp_path: Path) -> None:
    packed = gzip.compress(b"\0" * (20 << 20))

    def reply(_: Request) -> Iterable[bytes]:
        yield whole(packed, Content_Encoding="x-gzip")

    with answering(reply) as url:
        assert download(f"{url}/x.gz", tmp_path / "x.gz").read_bytes() == packed


def test_no_more_is_taken_than_was_announced(tmp_path: Path) -> None:
    def reply(request: Request) -> Iterable[bytes]:
        yield whole(b"dog chien\n") if not is_hash(request) else head("404 Not Found", {})
        yield from repeat(b"x" * 10_000, 100)

    with answering(reply) as url:
        assert download(f"{url}/x", tmp_path / "x").read_bytes() == b"dog chien\n"


@pytest.mark.parametrize("kind", ["announced", "endless"])
def test_a_download_beyond_the_limit_ends(tmp_path: Path, kind: str) -> None:
    def reply(request: Request) -> Iterable[bytes]:
        if is_hash(request):
            yield head("404 Not Found", {})
            return
        yield head("200 OK", {"Content-Length": 1 << 50} if kind == "announced" else {})
        yield from repeat(b"x" * 100_000)

    with (
        answering(reply) as url,
        limited(Limits(download=3_000_000)),
        pytest.raises(DownloadError, match="more than 3,000,000 bytes; if that is right, raise ISOGLOSS_LIMIT_DOWN"),
    ):
        download(f"{url}/x", tmp_path / "x")


@pytest.mark.parametrize("kind", ["endless", "slow"])
def test_a_hash_without_an_end_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    def reply(request: Request) -> Iterable[bytes]:
        if not is_hash(request):
            yield whole(NEW)
            return
        yield head("200 OK", {})
        while True:
            yield b"a" * (1 if kind == "slow" else 1 << 20)
            time.sleep(0.5 if kind == "slow" else 0)

    begun = time.monotonic()
    with answering(reply) as url:
        assert download(f"{url}/x", tmp_path / "x").read_bytes() == NEW
    assert time.monotonic() - begun < 40


# What the first answer proves of the version, what the second says of it, and the range that it claims to send.
RESUMED = {
    "no validator": ({}, {}, None),
    "weak": ({"ETag": 'W/"old"'}, {"ETag": 'W/"new"'}, None),
    "another version": ({"ETag": '"old"'}, {"ETag": '"new"'}, None),
    "another date": ({"Last-Modified": DATE}, {"Last-Modified": DATE.replace("2023", "2024")}, None),
    "starts elsewhere": ({"ETag": '"old"'}, {"ETag": '"old"'}, "bytes 3000000000-3000000003/3000000004"),
    "starts before": ({"ETag": '"old"'}, {"ETag": '"old"'}, "bytes 5-{last}/{total}"),
    "ends early": ({"ETag": '"old"'}, {"ETag": '"old"'}, "bytes {start}-{start}/{total}"),
    "no range": ({"ETag": '"old"'}, {"ETag": '"old"'}, ""),
    "odd range": ({"ETag": '"old"'}, {"ETag": '"old"'}, "bytes -1-" + "9" * 5000 + "/*"),
    "odd validator": ({"ETag": '"\u00e4\u00f6"'}, {"ETag": '"new"'}, None),
}


@pytest.mark.parametrize("kind", RESUMED)
def test_two_versions_of_a_file_are_never_joined(tmp_path: Path, kind: str) -> None:
    first, second, claimed = RESUMED[kind]
    state = {"cut": True}

    def reply(request: Request) -> Iterable[bytes]:
        if is_hash(request):
            yield head("404 Not Found", {})
        elif state["cut"]:
            yield head("200 OK", {"Content-Length": len(OLD), **first}) + OLD[:2_000_000]
        elif "range" not in request[1]:
            yield whole(NEW, **second)
        else:
            start = int(request[1]["range"].removeprefix("bytes=").rstrip("-"))
            names = {"start": start, "last": len(NEW) - 1, "total": len(NEW)}
            spread = "bytes {start}-{last}/{total}" if claimed is None else claimed
            headers = {"Content-Range": spread.format(**names)} if spread else {}
            yield head("206 Partial Content", {"Content-Length": len(NEW) - start, **headers, **second}) + NEW[start:]

    with answering(reply) as url:
        with pytest.raises(DownloadError, match="the connection ended after 2,000,000 bytes"):
            download(f"{url}/x", tmp_path / "x")
        state["cut"] = False
        assert download(f"{url}/x", tmp_path / "x").read_bytes() == NEW
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("version", [{"ETag": '"one"'}, {"Last-Modified": DATE}], ids=["tag", "date"])
def test_the_same_version_is_continued(tmp_path: Path, version: dict[str, str]) -> None:
    requests = []

    def reply(request: Request) -> Iterable[bytes]:
        if is_hash(request):
            yield head("404 Not Found", {})
            return
        requests.append(request[1].get("range"))
        if len(requests) == 1:
            yield head("200 OK", {"Content-Length": len(NEW), **version}) + NEW[:1_500_000]
            return
        assert request[1]["if-range"] == next(iter(version.values()))
        spread = f"bytes 1500000-{len(NEW) - 1}/{len(NEW)}"
        yield head("206 Partial Content", {"Content-Range": spread, "Content-Length": len(NEW) - 1_500_000, **version})
        yield NEW[1_500_000:]

    with answering(reply) as url:
        with pytest.raises(DownloadError):
            download(f"{url}/x", tmp_path / "x")
        assert download(f"{url}/x", tmp_path / "x").read_bytes() == NEW
    assert requests == [None, "bytes=1500000-"]


def odd(headers: bytes, status: bytes = b"200 OK", body: bytes = b"dog chien\n") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\n" + headers + b"\r\n\r\n" + body


ODD = {
    "nothing": b"",
    "no http": b"\xff\xfe SSH-2.0-OpenSSH\r\n\r\n",
    "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status of nine digits": odd(b"A: b", b"200000000 OK"),
    "a length of letters": odd(b"Content-Length: many"),
    "a length below nothing": odd(b"Content-Length: -5"),
    "a length of many digits": odd(b"Content-Length: " + b"9" * 5000),
    "several lengths": odd(b"Content-Length: 5\r\nContent-Length: 7"),
    "a broken chunk": odd(b"Transfer-Encoding: chunked", body=b"zz\r\nabc"),
    "an endless header": odd(b"A: " + b"x" * 1_000_000),
    "many headers": odd(b"\r\n".join(b"A%d: b" % number for number in range(500))),
    "a part that nobody asked for": odd(b"Content-Range: bytes 5-9/10\r\nContent-Length: 5", b"206 Partial", b"chien"),
    "a redirection to a file": odd(b"Location: file:///etc/passwd", b"302 Found"),
    "a redirection elsewhere": odd(b"Location: gopher://host/", b"302 Found"),
    "a redirection to no address": odd(b"Location: http://[::1/x", b"302 Found"),
    "a redirection in no encoding": odd(b"Location: http://\xff\xfe\xc3/\xe9", b"302 Found"),
    "a redirection to itself": odd(b"Location: /x", b"302 Found"),
    "a reason of controls": odd(b"A: b", b"500 \x1b[2J\x07 no"),
    "a validator that splits lines": odd(b'ETag: "a\rb"\r\nContent-Length: 99'),
}


def told(url: str, path: Path) -> str:
    """What a download says, "" where it arrived; one that died of something else fails the test."""
    try:
        download(url, path, force=True)
    except IsoglossError as error:
        return str(error)
    return ""


def test_an_odd_answer_is_one_line(tmp_path: Path, attacks: Attacks) -> None:
    state = {"kind": ""}

    def reply(request: Request) -> Iterable[bytes]:
        yield head("404 Not Found", {}) if is_hash(request) else ODD[state["kind"]]

    with answering(reply) as url:
        for _, kind in zip(attacks.rounds(len(ODD)), ODD, strict=False):
            state["kind"] = kind
            for _ in range(2):  # the second one finds what the first has left
                message = told(f"{url}/x", tmp_path / "x")
                right = message or (tmp_path / "x").read_bytes() == b"dog chien\n"
                attacks.note("\n" not in message and len(message) < 500 and bool(right), f"{kind}: {message}")


def test_mutated_answers_are_one_line(tmp_path: Path, attacks: Attacks) -> None:
    response = whole(NEW[:2000], ETag='"one"', Content_Type="text/plain")
    end = response.index(b"\r\n\r\n")
    state = {"answer": response}

    def reply(request: Request) -> Iterable[bytes]:
        yield head("404 Not Found", {}) if is_hash(request) else state["answer"]

    with answering(reply) as url:
        for chance in attacks.rounds(60):
            state["answer"] = mutated(response[:end], chance) + response[end:]
            message = told(f"{url}/x", tmp_path / "x")
            attacks.note("\n" not in message, message)


@pytest.mark.parametrize(
    "address", ["ftp://host/x", "file:///etc/passwd", "localhost:8000", "x", "http://", "http://[/"]
)
def test_other_addresses_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(DownloadError, match=r"expected (an address with http:// or https://|https://HOST/PATH)"):
        fetch("muse/en-fr", out=tmp_path, mirror=address)
    assert not list(tmp_path.iterdir())


def test_a_hash_is_looked_at_before_anything_is_fetched(tmp_path: Path) -> None:
    requests = []

    def reply(request: Request) -> Iterable[bytes]:
        requests.append(request)
        yield whole(NEW)

    with answering(reply) as url:
        for digest in ("abc", "g" * 64, hashlib.md5(NEW, usedforsecurity=False).hexdigest()):
            with pytest.raises(DownloadError, match="is not a hash: expected 64"):
                fetch("muse/en-fr", out=tmp_path, mirror=url, sha256=digest)
        with pytest.raises(DownloadError, match="leave it out"):
            fetch("cldr/en-fr", out=tmp_path / "c", mirror=url, sha256="0" * 64)
    assert requests == []


def test_a_password_in_an_address_is_never_shown(tmp_path: Path, commands: Commands) -> None:
    def reply(_: Request) -> Iterable[bytes]:
        yield odd(b"Location: http://me:SECRET@127.0.0.1:1/", b"302 Found")

    with answering(reply) as url:
        for mirror in (url.replace("//", "//me:SECRET@"), url.replace("//", "//SECRET@"), "ftp://me:SECRET@host"):
            place = ["--out", str(tmp_path / "SAFE"), "--mirror", mirror]
            result = commands.run("data", "fetch", "dictionary", "en", "fr", "--source", "muse", *place)
            assert result.code == 1
            assert "***" in result.err
            assert "SECRET" not in result.err + result.out
    assert not [file for file in tmp_path.iterdir() if "SECRET" in file.name]
