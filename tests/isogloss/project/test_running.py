from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.storage import file_hash
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.project.results import LOCK, Results
from tests.conftest import Command

ROOT = Path(__file__).resolve().parents[3]
ENGLISH = ("dog", "cat", "house", "water", "bread", "tree", "sun", "moon")
FRENCH = ("chien", "chat", "maison", "eau", "pain", "arbre", "soleil", "lune")
FINNISH = ("koira", "kissa", "talo", "vesi", "leipä", "puu", "aurinko", "kuu")
PROJECT = """
[languages.en]
[languages.fr]
[languages.fi]
[[dictionaries]]
file = "en-fr.tsv"
pair = "en-fr"
licence = "CC0-1.0"
[[dictionaries]]
file = "en-fi.tsv"
pair = "en-fi"
licence = "MIT"
quality = 0.9
[inference]
min_score = 0.0
[concepts]
"""
STEPS = ["dictionaries", "loaded", "inferred:fr-fi", "graph"]


def write(path: Path, words: tuple[str, ...], translations: tuple[str, ...]) -> None:
    path.write_text("".join(f"{a}\t{b}\n" for a, b in zip(words, translations, strict=True)), "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that was never run."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "isogloss.toml").write_text(PROJECT, "utf-8")
    write(folder / "en-fr.tsv", ENGLISH, FRENCH)
    write(folder / "en-fi.tsv", ENGLISH, FINNISH)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ISOGLOSS_CACHE", str(tmp_path / "cache"))
    return folder


def times(folder: Path) -> dict[Path, int]:
    """When each file was written, but the lock."""
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file() and file.name != LOCK}


def states(command: Command) -> dict[str, tuple[str, str]]:
    return {row[0]: (row[1], row[2]) for row in command("status").rows}


def test_a_run_makes_a_graph_that_answers_and_a_second_does_nothing(project: Path, command: Command) -> None:
    planned = command("run", "--dry-run")
    assert [row[:2] for row in planned.rows] == [[name, "missing"] for name in STEPS]
    assert not (project / "results").exists()

    first = command("run")
    assert first.status == 0, first.err
    assert [line.split(":")[0] for line in first.err.splitlines()[:2]] == ["[1/4] dictionaries", "[2/4] loaded"]
    assert {state for state, _ in states(command).values()} == {"done"}
    outcome = command("kg", "translate", "chien", "--from", "fr", "--to", "fi", "--graph", "graph.db")
    assert outcome.rows[0][0:3] == ["chien", "1", "koira"]
    page = (project / "results" / "report.html").read_text("utf-8")
    assert "fr-fi" in page
    assert "French (fr)" in page
    assert "All 4 steps are done." in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)

    assert command("status").err == "4 done of 4 steps\n"
    files = times(project)
    second = command("run")
    assert second.err.splitlines()[0] == "nothing to do: all 4 steps are done"
    assert times(project) == files
    (project / "graph.db").unlink()
    assert "the graph is made, but is not in graph.db" in command("status").err


def test_a_changed_dictionary_or_setting_redoes_what_depends_on_it(project: Path, command: Command) -> None:
    assert command("run").status == 0
    text = (project / "isogloss.toml").read_text("utf-8")
    (project / "isogloss.toml").write_text(text.replace("[concepts]", "[concepts]\nmin_size = 2"), "utf-8")
    assert states(command)["graph"] == ("stale", "concepts changed")
    assert [row[0] for row in command("run", "--dry-run").rows] == ["graph"]
    write(project / "en-fi.tsv", (*ENGLISH, "dog"), (*FINNISH, "hauva"))
    assert states(command)["dictionaries"] == ("stale", "dictionary 2 changed")
    assert [row[0] for row in command("run", "--dry-run").rows] == STEPS
    assert [row[0] for row in command("run", "--dry-run", "--only", "fr-fi").rows] == STEPS[:3]
    (project / "results" / "graph" / ".left.1.by-a-killed-run.part").mkdir()
    assert command("run", "--prune").status == 0
    assert command("kg", "translate", "dog", "--from", "en", "--to", "fi", "--graph", "graph.db").out.count("hauva")
    assert len(list((project / "results" / "graph").iterdir())) == 1


def test_a_graph_that_somebody_edited_is_not_replaced(project: Path, command: Command) -> None:
    assert command("run").status == 0
    assert command("kg", "add", "sun", "päivä", "--from", "en", "--to", "fi", "--graph", "graph.db").status == 0
    write(project / "en-fr.tsv", ENGLISH[:4], FRENCH[:4])
    refused = command("run")
    assert refused.status == 1
    assert "graph.db has been changed since" in refused.err
    assert states(command)["dictionaries"][0] == "stale"  # it was found out before the work
    assert command("kg", "translate", "sun", "--from", "en", "--to", "fi", "--graph", "graph.db").out.count("päivä")
    assert command("run", "--force").status == 0


def test_a_second_run_at_the_same_time_says_so(project: Path, command: Command) -> None:
    with Results(project / "results").alone():
        refused = command("run")
    assert refused.status == 1
    assert f"process {os.getpid()} is running this project" in refused.err


def test_what_is_at_an_address_is_fetched_once(project: Path, command: Command, tmp_path: Path) -> None:
    shutil.move(project / "en-fi.tsv", tmp_path / "en-fi.tsv")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://me:SECRET@127.0.0.1:{server.server_port}/en-fi.tsv"
        text = (project / "isogloss.toml").read_text("utf-8").replace('"en-fi.tsv"', f'"{address}"')
        (project / "isogloss.toml").write_text(text, "utf-8")
        assert command("run").status == 0
        server.shutdown()
    fetched = next(name for name in states(command) if name.startswith("dictionary:"))
    assert states(command)[fetched][0] == "done"
    assert command("run", "--again", "--only", "graph").status == 0  # the server is gone
    assert command("kg", "translate", "dog", "--from", "en", "--to", "fi", "--graph", "graph.db").rows[0][2] == "koira"
    failed = command("run", "--again", "--only", fetched)
    assert failed.status == 1
    assert f"{fetched} failed: " in failed.err
    assert "SECRET" not in failed.err + str(states(command))
    assert not [place for place in (project / "results").rglob("*") if "SECRET" in place.name]
    text_files = [place for place in (project / "results").rglob("*") if place.suffix in (".json", ".html")]
    assert text_files
    assert not [place for place in text_files if "SECRET" in place.read_text("utf-8")]


def test_what_is_in_an_object_store_is_fetched_by_its_hash_where_it_is_used(
    project: Path, command: Command, tmp_path: Path
) -> None:
    fsspec = pytest.importorskip("fsspec")
    store, address = fsspec.filesystem("memory"), "memory://words/en-fi.tsv?token=SECRET"
    store.pipe_file("/words/en-fi.tsv?token=SECRET", (project / "en-fi.tsv").read_bytes())
    text = (project / "isogloss.toml").read_text("utf-8").replace('"en-fi.tsv"', f'"{address}"')
    (project / "isogloss.toml").write_text(text, "utf-8")
    assert command("run").status == 0
    assert command("kg", "translate", "dog", "--from", "en", "--to", "fi", "--graph", "graph.db").rows[0][2] == "koira"
    sha256 = file_hash(project / "en-fi.tsv")
    kept = tmp_path / "cache" / "objects" / sha256
    assert [file.name for file in kept.glob("*.tsv")] == ["en-fi.tsv"]
    written = [file for file in (project / "results").rglob("*") if file.is_file() and file.suffix != ".db"]
    assert not [file for file in written if b"SECRET" in file.read_bytes()]
    assert not [file for file in (project / "results" / "dictionary").rglob("*") if file.suffix == ".tsv"]

    shutil.rmtree(kept)  # as on another machine
    assert command("run", "--again", "--only", "dictionaries").status == 0
    assert kept.is_dir()
    next(kept.glob("*.tsv")).write_text("dog\thauva\n", "utf-8")  # damaged
    store.pipe_file("/words/en-fi.tsv?token=SECRET", b"dog\tkissa\n")
    changed = command("run", "--again", "--only", "dictionaries")
    assert changed.status == 1
    assert f"expected {sha256}; it has changed" in changed.err
    store.rm("/words", recursive=True)
    gone = command("run", "--again", "--only", "dictionary")
    assert "cannot be read" in gone.err
    assert "SECRET" not in changed.err + gone.err


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "graph.db")

    with monkeypatch.context() as disk:
        disk.setattr(shutil, "copyfile", full)  # which is how the step ``loaded`` begins
        failed = command("run")
    assert failed.status == 1
    assert re.search(r"loaded failed: .*cannot be written \(No space left on device\)", failed.err)
    assert "Traceback" not in failed.err
    assert not list(project.glob("results/*/.*.part"))
    resumed = command("run")
    assert resumed.status == 0
    assert [line.split(":")[0] for line in resumed.err.splitlines()[:1]] == ["[1/3] loaded"]


def test_errors_before_a_run_are_one_line(project: Path, command: Command) -> None:
    (project / "en-fi.tsv").unlink()
    assert command("run").err == (
        f"error: {project / 'isogloss.toml'}:10: 'en-fi.tsv', which is not there, expected a file; check the path\n"
    )
    write(project / "en-fi.tsv", ENGLISH, FINNISH)
    assert "no step 'lexicons', expected one such as" in command("run", "--only", "lexicons").err


def test_a_killed_run_goes_on_to_the_same_result(project: Path, command: Command) -> None:
    running = subprocess.Popen([sys.executable, "-m", "isogloss", "run", project], cwd=ROOT, stderr=subprocess.DEVNULL)
    while not list(project.glob("results/loaded/[0-9a-f]*/step.json")) and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = {file: file.stat().st_mtime_ns for file in project.glob("results/*/[0-9a-f]*/step.json")}
    assert len(kept) >= 2
    resumed = command("run")
    assert resumed.status == 0
    assert len(resumed.err.splitlines()) <= 3
    assert all(file.stat().st_mtime_ns == time for file, time in kept.items())
    assert not list(project.glob("results/*/.*.part"))
    export = command("kg", "export", "killed.tsv", "--format", "tsv", "--graph", "graph.db")
    assert export.status == 0
    shutil.rmtree(project / "results")
    assert command("run", "--force").status == 0
    assert command("kg", "export", "whole.tsv", "--format", "tsv", "--graph", "graph.db").status == 0
    assert file_hash(project / "killed.tsv") == file_hash(project / "whole.tsv")


def named(code: str, number: int) -> str:
    """A word for a number, of letters."""
    return code + "".join("abcdefghij"[int(digit)] for digit in f"{number:03}")


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two languages whose vectors are a rotation of each other, but for a little noise, and one of noise."""
    folder = tmp_path_factory.mktemp("vectors")
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 12)).astype(np.float32)
    turn, _ = np.linalg.qr(random.normal(size=(12, 12)))
    near = (x @ turn + 0.05 * random.normal(size=x.shape)).astype(np.float32)
    for code, matrix in (("en", x), ("fr", near), ("fi", random.normal(size=x.shape).astype(np.float32))):
        write_vectors(
            Vectors(code, tuple(named(code, number) for number in range(len(x))), matrix), folder / f"{code}.vec"
        )
    return folder


def test_a_lexicon_that_fails_fails_alone(vectors: Path, project: Path, command: Command) -> None:
    languages = "".join(f'[languages.{code}]\nvectors = "{vectors}/{code}.vec"\n' for code in ("en", "fr", "fi"))
    dictionaries = '[[dictionaries]]\nfile = "en-fr.tsv"\npair = "en-fr"\nlicence = "CC0-1.0"\n'
    dictionaries += '[[dictionaries]]\nfile = "en-fi.tsv"\npair = "en-fi"\n'
    dictionaries += '[[dictionaries]]\nfile = "test.tsv"\npair = "fr-en"\nuse = "test"\n'
    lexicons = '[lexicons]\npairs = ["en-fr", "en-fi"]\nseeds = "auto"\nmin_probability = 0.0\n'
    (project / "isogloss.toml").write_text(languages + dictionaries + lexicons, "utf-8")
    numbers = range(100)
    write(project / "en-fr.tsv", tuple(named("en", n) for n in numbers), tuple(named("fr", n) for n in numbers))
    write(
        project / "test.tsv", tuple(named("fr", n + 100) for n in numbers), tuple(named("en", n + 100) for n in numbers)
    )

    stopped = command("run", "--jobs", 1)
    assert stopped.status == 1
    assert "lexicon:en-fi failed: " in stopped.err
    assert stopped.err.splitlines()[-1].startswith("error: 1 of ")
    assert "--keep-going goes on without" in stopped.err
    assert states(command)["loaded"][0] == "missing"

    assert command("run", "--jobs", 1, "--keep-going").status == 1
    states_of = states(command)
    assert states_of["lexicon:en-fi"][0] == "failed"
    assert {state for name, (state, _) in states_of.items() if name != "lexicon:en-fi"} == {"done"}
    assert float(states_of["evaluation:en-fr"][1].split("%")[0].removeprefix("P@1 ")) > 80
    outcome = command("kg", "translate", "enbfa", "--from", "en", "--to", "fr", "--explain", "--graph", "graph.db")
    assert outcome.rows[0][2] == "frbfa"
    link = project / "results" / "latest" / "en-fr"
    assert "enbfa\tfrbfa\t" in (link / "lexicon.tsv").read_text("utf-8")
    page = (project / "results" / "report.html").read_text("utf-8")
    assert "What failed" in page


def test_a_ranker_is_trained_by_two_processes_as_one_step(vectors: Path, project: Path, command: Command) -> None:
    languages = "".join(f'[languages.{code}]\nvectors = "{vectors}/{code}.vec"\n' for code in ("en", "fr"))
    dictionary = '[[dictionaries]]\nfile = "en-fr.tsv"\npair = "en-fr"\n'
    ranker = "[meta.ranker]\nsteps = 2\nprocesses = 2\nsettings = { episodes = 2, tasks_per_step = 2, SETTING }\n"
    numbers = range(200)
    write(project / "en-fr.tsv", tuple(named("en", n) for n in numbers), tuple(named("fr", n) for n in numbers))
    (project / "isogloss.toml").write_text(languages + dictionary + ranker.replace(", SETTING", ", hiden = 8"), "utf-8")
    assert "meta.ranker.settings: unknown name hiden, expected one of" in command("run", "--only", "ranker").err
    (project / "isogloss.toml").write_text(languages + dictionary + ranker.replace(", SETTING", ""), "utf-8")
    assert command("run", "--only", "ranker").status == 0
    assert states(command)["ranker"] == ("done", "meta-trained on en, fr")
    assert (project / "results" / "latest" / "ranker" / "model.safetensors").is_file()
