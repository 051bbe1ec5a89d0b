import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from tests.conftest import Command
from tests.data.sources.server import serving


def isogloss(*arguments: object, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"ISOGLOSS_CACHE": str(cache)} if cache else {})
    command = [sys.executable, "-c", "from isogloss.cli import main; main()", "data", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def rows(text: str) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in text.splitlines())


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    matrix = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    write_vectors(Vectors("fr", ("Le", "le", "chien", "1999"), matrix), tmp_path / "wiki.fr.vec")
    return tmp_path / "wiki.fr.vec"


def test_info_prints_what_a_file_holds(vectors: Path) -> None:
    result = isogloss("info", vectors)
    assert result.returncode == 0
    table = rows(result.stdout)
    assert (table["kind"], table["words"], table["dimensions"], table["language"]) == ("text", "4", "3", "fr")
    assert table["collisions"] == "1"
    assert "warning: only 4 words" in result.stderr


def test_info_prints_json(vectors: Path) -> None:
    result = isogloss("info", vectors, "--json", "--lang", "oc")
    report = json.loads(result.stdout)
    assert report["language"] == "oc"
    assert report["words"] == 4
    assert len(report["norms"]) == 3
    assert report["warnings"]
    assert result.stderr == ""


def test_info_counts_a_dictionary(tmp_path: Path) -> None:
    (tmp_path / "en-fr.txt").write_text("dog chien\ncat chat\n")
    table = rows(isogloss("info", tmp_path / "en-fr.txt").stdout)
    assert (table["source"], table["target"], table["pairs"]) == ("en", "fr", "2")


def test_a_broken_file_ends_with_one_line_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "x.vec").write_text("2 2\na 1 2\nb 1\n")
    result = isogloss("info", tmp_path / "x.vec", "--strict")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == f"error: {tmp_path}/x.vec:3: 1 numbers after 'b 1', expected 2 as line 1 says\n"


@pytest.mark.parametrize(
    "arguments", [["info"], ["fetch", "vectors", "fr", "--source", "x"], ["train", "x"], ["nothing"]]
)
def test_wrong_usage_ends_with_status_2(arguments: list[str]) -> None:
    assert isogloss(*arguments).returncode == 2


def test_fetch_shows_the_licence_and_prints_the_place(tmp_path: Path) -> None:
    with serving({"/arrival/dictionaries/en-fr.txt": b"dog chien\n"}) as site:
        arguments = ("fetch", "dictionary", "en", "fr", "--source", "muse", "--out", tmp_path, "--mirror", site.url)
        result = isogloss(*arguments)
        again = isogloss(*arguments)
    assert result.returncode == 0
    assert result.stdout == f"{tmp_path}/en-fr.txt\n"
    assert "licence: CC-BY-NC-4.0; NOT for commercial use" in result.stderr
    assert again.returncode == 1
    assert "to overwrite" in again.stderr


def test_fetch_of_vectors_says_what_is_wrong(tmp_path: Path) -> None:
    with serving({}) as site:
        result = isogloss("fetch", "vectors", "fr", "--out", tmp_path, "--mirror", site.url)
    assert result.returncode == 1
    assert "status 404" in result.stderr
    assert "licence: CC-BY-SA-3.0" in result.stderr


def test_train_repeats_with_a_seed(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("le chat dort et le chien dort\n" * 50)
    options = ("--lang", "fr", "--dim", 5, "--epochs", 1, "--min-count", 1, "--seed", 3, "--model", "cbow")
    for name in ("a.vec", "b.vec"):
        result = isogloss("train", tmp_path / "text", "--out", tmp_path / name, *options)
        assert (result.returncode, result.stdout) == (0, f"{tmp_path}/{name}\n")
    assert (tmp_path / "a.vec").read_bytes() == (tmp_path / "b.vec").read_bytes()
    threaded = isogloss("train", tmp_path / "text", "--out", tmp_path / "c.vec", "--threads", 2, *options)
    assert "2 threads: the result will differ a little from run to run" in threaded.stderr


def test_the_cache_is_listed_and_cleared(tmp_path: Path) -> None:
    from isogloss.data.reading import read_vectors

    matrix = np.random.default_rng(0).standard_normal((2000, 100)).astype(np.float32)
    write_vectors(Vectors("fr", tuple(f"w{row}" for row in range(2000)), matrix), tmp_path / "x.vec")
    read_vectors(tmp_path / "x.vec", "fr", cache=tmp_path / "cache")
    (entry,) = json.loads(isogloss("cache", "list", "--json", cache=tmp_path / "cache").stdout)
    assert (entry["path"], entry["words"], entry["dimensions"]) == (str(tmp_path / "x.vec"), 2000, 100)
    assert "0.8 MB freed" in isogloss("cache", "clear", "--cache", tmp_path / "cache").stderr
    assert isogloss("cache", "list", cache=tmp_path / "cache").stdout == "key\tpath\twords\tdimensions\tbytes\n"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from isogloss.cli import app\n"
        "try: app(['data', 'info', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'faiss', 'fasttext', 'numpy', 'requests', 'sqlalchemy'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_list_says_in_one_table_what_there_is_for_a_language(command: Command) -> None:
    result = command("data", "list", "Basque")
    assert result.status == 0
    assert result.rows[0] == ["name", "contents", "size", "licence", "terms", "hash"]
    by_name = {row[0]: row for row in result.rows[1:]}
    assert {"wiki/eu", "cc/eu", "cldr/en-eu", "apertium/eu-en", "omw/eu"} <= set(by_name)
    assert by_name["wiki/eu"][3:] == ["CC-BY-SA-3.0", "share-alike, attribution", "yes"]
    (wordnet,) = [listed for listed in command("data", "list", "eu", "--json").json if listed["name"] == "omw/eu"]
    assert (wordnet["kind"], wordnet["languages"], wordnet["licence"]) == ("wordnet", ["eu"], "CC-BY-3.0")


def test_list_puts_many_pairs_on_one_line_unless_asked_for_all(command: Command) -> None:
    (line,) = [row for row in command("data", "list", "en").rows if row[0].startswith("muse/")]
    assert line[:2] == ["muse/…", line[1]]
    assert " en-fr " in line[1]
    assert "muse/en-fr" in [row[0] for row in command("data", "list", "en", "--all").rows]
    assert [row[0] for row in command("data", "list", "en", "fr").rows if "muse" in row[0]] == [
        "muse/en-fr",
        "muse/fr-en",
    ]


def test_list_without_a_language_lists_the_collections(command: Command) -> None:
    listed = {row[0]: row for row in command("data", "list").rows}
    assert set(listed) >= {
        "wiki",
        "cc",
        "muse",
        "freedict",
        "kaikki",
        "cldr",
        "omw",
        "oewn",
        "panlex",
        "apertium",
        "spacy",
    }
    assert listed["muse"][-1].startswith("NOT for commercial use")


def test_list_of_no_language_says_what_may_be_meant(command: Command) -> None:
    result = command("data", "list", "jp")
    assert result.status == 1
    assert "did you mean ja (Japanese)?" in result.err


def test_names_are_fetched_without_a_verb(command: Command, tmp_path: Path) -> None:
    with serving({"/arrival/dictionaries/en-fr.5000-6500.txt": b"dog chien\n"}) as site:
        result = command("data", "fetch", "muse/en-fr/test", "--out", tmp_path, "--mirror", site.url)
        assert (result.status, result.out) == (0, f"{tmp_path}/en-fr.5000-6500.txt\n")
        assert "licence: CC-BY-NC-4.0; NOT for commercial use" in result.err
        site.requests.clear()
        both = command("data", "fetch", "muse/en-fr", "muse/en-xx", "--out", tmp_path, "--mirror", site.url)
    assert (both.status, site.requests) == (1, []), "a name that is none is found before anything is fetched"
    assert "muse has no 'en-xx'" in both.err
    assert command("data", "fetch", "wiki/eu", "wiki/fr", "--sha256", "0" * 64).status == 2
