from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.errors import FormatError
from isogloss.serve.reports import named_reports
from tests.isogloss.serve.site import served


def test_reports_are_linked_from_the_first_page_and_may_do_nothing(graph: Path, tmp_path: Path) -> None:
    for name in ("en-ar", "<b>odd"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(f"<h1>{len(name)}</h1><script>x</script>", "utf-8")
    (tmp_path / "secret.html").write_text("secret", "utf-8")
    with served(graph, "--report", str(tmp_path / "en-ar"), "--report", str(tmp_path / "<b>odd")) as site:
        start = site.get("/").text
        assert 'href="/report/en-ar"' in start
        assert 'href="/report/%3Cb%3Eodd"' in start
        assert "<b>odd" not in start
        answer = site.get("/report/en-ar")
        assert (answer.status_code, answer.text) == (200, "<h1>5</h1><script>x</script>")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in site.get("/").headers["content-security-policy"]
        assert site.get("/sources").text.count('href="/report/en-ar"') == 1, "the source that is induced en-ar"
        for other in ("/report/", "/report/secret.html", "/report/..%2Fsecret.html", "/report/fi"):
            assert site.get(other).status_code == 404


def test_a_folder_without_a_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"has no report\.html; expected a folder that `lexicon build`"):
        named_reports([tmp_path])


def test_two_reports_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a/en-fr", "b/en-fr"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "report.html").touch()
    assert list(named_reports([tmp_path / "a/en-fr", tmp_path / "b/en-fr"])) == ["en-fr", "en-fr-2"]
