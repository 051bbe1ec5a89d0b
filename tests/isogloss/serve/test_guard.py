from __future__ import annotations

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from isogloss.serve.guard import is_loopback
from tests.isogloss.serve.site import Site


def port(site: Site) -> int:
    number = urlsplit(site.address).port
    assert number
    return number


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "", "127.0.0.1@evil", "10.0.0.1"]
)
def test_another_host_name_is_refused(site: Site, host: str) -> None:
    answer = site.get("/api/languages", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert "fr" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]", "[::1]:80"])
def test_this_machine_may_be_called_by_each_of_its_names(site: Site, host: str) -> None:
    assert site.get("/api/languages", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1.evil.example"]
)
def test_another_origin_is_refused(site: Site, origin: str) -> None:
    assert site.get("/api/languages", headers={"Origin": origin}).status_code == 403
    assert site.get("/api/languages", headers={"Origin": site.address}).status_code == 200


def test_a_page_of_another_site_may_link_here_and_nothing_else(site: Site) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert site.get("/", headers={**cross, "Sec-Fetch-Mode": "navigate"}).status_code == 200
    for mode in ("no-cors", "cors", "websocket"):
        assert site.get("/api/stats", headers={**cross, "Sec-Fetch-Mode": mode}).status_code == 403
    assert site.ask("POST", "/", headers={**cross, "Sec-Fetch-Mode": "navigate"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/word?word=dog&lang=en", "/nothing", "/api/stats", "/api/nothing", "/static/page.js", "/random"]
)
def test_every_answer_tells_the_browser_what_it_may_do(site: Site, path: str) -> None:
    headers = site.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(site: Site, method: str) -> None:
    before = site.graph.stat()
    for path in ("/", "/word?word=dog&lang=en", "/api/translate?word=dog&from=en&to=fr", "/edit/accept"):
        assert site.ask(method, path, data={"word": "x"}).status_code in (403, 404, 405)
    assert (site.graph.stat().st_mtime_ns, site.graph.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_long_addresses_and_bodies_are_refused(site: Site) -> None:
    assert site.get("/word?word=" + "x" * 5000).status_code == 414
    assert site.get("/word?word=" + "x" * 100_000).status_code in (400, 414, 431)
    assert site.get("/word?lang=en&word=" + "x" * 301).status_code == 422
    assert site.ask("POST", "/", data="x" * 20_000, headers={"Origin": site.address}).status_code == 413
    assert site.get("/").status_code == 200


def test_a_body_of_unknown_length_is_cut_off(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port(site), timeout=20)
    connection.request("POST", "/", body=(b"x" * 1000 for _ in range(100)), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked", "Origin": site.address})  # fmt: skip
    with closing(connection), connection.getresponse() as answer:
        assert answer.status in (400, 405)


def test_files_outside_the_static_ones_are_out_of_reach(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port(site), timeout=20)
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/",
    ):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 404, path
        assert b"import" not in answer.read()
    connection.close()


def test_what_is_no_loopback_is_told() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.1.2", "::", "example.org")))
