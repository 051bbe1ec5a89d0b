"""Folders of projects that chance or ill will changed: every verb ends, with an answer or with one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from isogloss.data.errors import FormatError
from isogloss.project.file import MOST_LINES, lines_of, read_project
from isogloss.project.results import FAILED, Results
from isogloss.project.running import Choice, Pipeline
from isogloss.workers import Workers
from tests.hostile.harness import Attacks, Commands, End
from tests.hostile.mutation import forged, mutate_file

WORDS = ("dog chien koira", "cat chat kissa", "house maison talo", "water eau vesi", "tree arbre puu")
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
[inference]
method = "cycles"
min_score = 0.0
"""


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands("isogloss.project.running", "isogloss.project.report", "isogloss.kg.inference.pipeline") as started:
        yield started


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was run, and in which a step failed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "isogloss.toml").write_text(PROJECT, "utf-8")
    rows = [row.split() for row in WORDS]
    (folder / "en-fr.tsv").write_text("".join(f"{row[0]}\t{row[1]}\n" for row in rows), "utf-8")
    (folder / "en-fi.tsv").write_text("".join(f"{row[0]}\t{row[2]}\n" for row in rows), "utf-8")
    return folder


def attacked(commands: Commands, attacks: Attacks, folder: Path, what: str) -> None:
    for verb in ("status", "run --jobs 1", "status --json"):
        outcome = commands.run(*verb.split(), cwd=folder, environment={"ISOGLOSS_CACHE": str(folder / "cache")})
        attacks.note(outcome.end in (End.FINE, End.ERROR), f"{what}: {outcome}", outcome.end.value)


def test_a_project_that_chance_or_somebody_changed(
    made: Path, tmp_path: Path, commands: Commands, attacks: Attacks
) -> None:
    folder = tmp_path / "project"
    first = commands.run("run", "--jobs", "1", cwd=made)
    assert first.end is End.FINE, str(first)
    results = Results(made / "results")
    step = Pipeline(read_project(made), made / "cache").steps[0]
    results.record_failure(step, "another", "no reason")
    for chance in attacks.rounds(14):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder, symlinks=True)
        files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".html"]
        file = chance.choice(sorted(files))
        if file.suffix == ".json" and chance.random() < 0.7:
            what = forged(value := json.loads(file.read_text()), chance)
            file.write_text(json.dumps(value))
        elif chance.random() < 0.1:
            what = "gone"
            file.unlink()
        else:
            what = "changed"
            mutate_file(file, chance)
        attacked(commands, attacks, folder, f"{file.relative_to(folder)} {what}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = " + "9" * 5000, "expected TOML"),
        ("seed = " + "9" * 30, "expected less than or equal to 9223372036854775807"),
        ("x = " + "[" * 50_000, "expected TOML"),
        ('graph = "a\\u0000b"', "graph = "),
        ("# " + "x" * (1 << 20), "more than 1,048,576 bytes, expected a project file"),
    ],
)
def test_a_project_file_that_no_user_writes_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "isogloss.toml").write_text(f"{text}\n{PROJECT}", "utf-8")
    with pytest.raises(FormatError, match=r"isogloss\.toml") as caught:
        read_project(tmp_path)
    assert message in str(caught.value)


def test_of_a_long_project_file_no_line_is_looked_for() -> None:
    text = "".join(f"name{number} = 1\n" for number in range(MOST_LINES))
    places = [(f"name{number}",) for number in (0, 7, MOST_LINES - 1)]
    assert lines_of(text, places) == [1, 8, MOST_LINES]
    assert lines_of(text + "one = 1\n", places) == [None, None, None]


def test_a_fault_within_a_step_is_one_line_and_its_account_is_kept(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "project", symlinks=True)
    pipeline = Pipeline(read_project(tmp_path / "project"), tmp_path / "cache")
    first = pipeline.steps[0]
    first.settings["dictionaries"][0].pop("sample")  # what no file can say
    outcome = pipeline.run(Choice(only=(first.name,)), Workers(1), lambda _: None)
    assert outcome[first.name].state == "failed"
    kept = pipeline.results.failure(first)
    assert outcome[first.name].why == f"this is a fault of isogloss (KeyError); please send {kept} with a report"
    assert "Traceback" in json.loads(kept.read_text())["account"]
    assert kept.parent.name == FAILED


def test_a_damaged_account_of_a_result_has_it_made_again(made: Path, tmp_path: Path, commands: Commands) -> None:
    folder = tmp_path / "project"
    shutil.copytree(made, folder, symlinks=True)
    shutil.rmtree(folder / "results", ignore_errors=True)
    (folder / "graph.db").unlink(missing_ok=True)
    assert commands.run("run", "--jobs", "1", cwd=folder).end is End.FINE
    about = next(folder.glob("results/graph/*/step.json"))
    value = json.loads(about.read_text())
    value["figures"] |= {"pairs": [["en"]]}
    about.write_text(json.dumps(value))
    assert "not made yet" in commands.run("status", cwd=folder).out
    (folder / "results" / "published.json").write_text('{"graph": "graph.db", "stamp": 5}')
    assert commands.run("run", "--jobs", "1", "--force", cwd=folder).end is End.FINE
    assert len(json.loads(about.read_text())["figures"]["pairs"][0]) == 3
