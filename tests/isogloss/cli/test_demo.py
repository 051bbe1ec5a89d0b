from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from isogloss.data.errors import OutputError
from isogloss.data.sample import sample_concepts, sample_vectors
from isogloss.data.storage import MARK
from isogloss.demonstration.graph_queries import unseen
from isogloss.demonstration.lexicons import PAIRS, held_out_words, seeds_and_test
from isogloss.demonstration.output import COMMANDS, check_output
from isogloss.lexicon.alignment.normalisation import iterative_normalisation


class Run(NamedTuple):
    folder: Path
    stdout: str
    stderr: str

    @property
    def report(self) -> Any:
        return json.loads((self.folder / "report.json").read_text("utf-8"))


def isogloss(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("isogloss")
    environment = {**os.environ, "ISOGLOSS_CACHE": str(cwd.parent / "cache"), "COLUMNS": "200"}
    return subprocess.run([script, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run for all tests."""
    folder = tmp_path_factory.mktemp("demo")
    result = isogloss("demo", "--out", "kept", cwd=folder)
    assert result.returncode == 0, result.stderr
    return Run(folder / "kept", result.stdout, result.stderr)


def random_precision(source: str, target: str) -> float:
    """P@1 of a random rotation on the words that the demonstration asks."""
    x, y = (iterative_normalisation(v.matrix)(v.matrix) for v in map(sample_vectors, (source, target)))
    rotation, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(x.shape[1], x.shape[1])))
    gold = seeds_and_test(source, target, held_out_words(0))[1].by_source
    best = (x[sample_vectors(source).indices(list(gold))] @ rotation @ y.T).argmax(axis=1)
    words = sample_vectors(target).words
    return float(np.mean([words[row] in gold[word] for word, row in zip(gold, best.tolist(), strict=True)]))


def test_lexicons_translate_most_held_out_words(demo: Run) -> None:
    lexicons = {lexicon["pair"]: lexicon for lexicon in demo.report["lexicons"]}
    for (source, target), floor in zip(PAIRS, (0.65, 0.5, 0.35), strict=True):
        lexicon = lexicons[f"{source}-{target}"]
        assert lexicon["words_asked"] >= 100
        assert lexicon["precision_at_1"] > floor > random_precision(source, target) + 0.3
        assert lexicon["precision_at_5"] > lexicon["precision_at_1"]
        assert lexicon["pairs_induced"] >= 1000


def test_the_figures_at_seed_0_are_those_of_earlier_versions(demo: Run) -> None:
    """Whoever means to change results changes this test; other processors may round one or two words differently."""
    report = demo.report
    counts = {lexicon["pair"]: (lexicon["seed_words"], lexicon["words_asked"]) for lexicon in report["lexicons"]}
    assert counts == {"en-fr": (332, 145), "en-ja": (246, 111), "en-fi": (295, 130)}
    precision = {lexicon["pair"]: lexicon["precision_at_1"] for lexicon in report["lexicons"]}
    assert precision == pytest.approx({"en-fr": 0.868966, "en-ja": 0.810811, "en-fi": 0.615385}, abs=0.01)
    pairs = {lexicon["pair"]: lexicon["pairs_induced"] for lexicon in report["lexicons"]}
    assert pairs == pytest.approx({"en-fr": 1844, "en-ja": 1598, "en-fi": 1797}, rel=0.01)
    assert report["graph"]["pivot"]["words"] == 106
    assert report["graph"]["pivot"]["right"] == pytest.approx(56, abs=2)
    assert report["new_language"]["precision"] == pytest.approx({"without": 0.616477, "with": 0.767045}, abs=0.02)


def test_no_test_word_is_a_seed(demo: Run) -> None:
    held_out = held_out_words(0)
    for source, target in PAIRS:
        seeds, test = (
            {line.split("\t")[0] for line in (demo.folder / f"{source}-{target}.{part}.tsv").read_text().splitlines()}
            for part in ("seeds", "test")
        )
        assert not seeds & held_out
        assert test <= held_out
        joined = json.loads((demo.folder / "results" / "latest" / f"{source}-{target}" / "report.json").read_text())[
            "seeds"
        ]["origin"]
        assert "+ CLDR" not in joined


def test_the_graph_answers_directly_through_a_pivot_and_without_vectors(demo: Run) -> None:
    graph = demo.report["graph"]
    assert graph["languages"] == len({code for names in sample_concepts().values() for code in names})
    direct, pivot, without = graph["questions"]
    assert direct["answers"][0]["word"] == "guerre"
    assert direct["answers"][0]["direct"]
    (path, *_) = pivot["answers"][0]["paths"]
    assert [language for language, _ in path["words"]] == ["fr", "en", "fi"]
    assert path["sources"] == [["induced en-fr"], ["induced en-fi"]]
    assert 0 < path["score"] < 1
    assert "Unicode-DFS-2016" in path["licence"]
    assert without["answers"][0]["word"] == "mbwa"
    assert ["CLDR 41"] in without["answers"][0]["paths"][0]["sources"]


def test_pivots_are_right_far_more_often_than_chance_and_misses_count(demo: Run) -> None:
    pivot = demo.report["graph"]["pivot"]
    assert pivot["words"] == len(unseen("fr", "fi", "en", held_out_words(0))) >= 80
    assert pivot["right"] <= pivot["answered"] <= pivot["words"]
    assert pivot["precision_at_1"] == pytest.approx(pivot["right"] / pivot["words"], abs=1e-4)
    assert pivot["precision_at_1"] > 0.35


def test_a_language_held_out_is_learned_from_few_words(demo: Run) -> None:
    new = demo.report["new_language"]
    assert new["language"] == "ja"
    assert new["trained_on"] == ["en", "fi", "fr"]
    assert not [teacher for teacher in new["teachers"] if "ja" in teacher.rpartition(" ")[2].split("-")]
    assert new["words"] > 300
    assert new["precision"]["with"] > 0.6
    lines = (demo.folder / "en-ja.few.tsv").read_text("utf-8").splitlines()
    assert lines == ["\t".join(pair) for pair in new["seeds"]]
    assert len(lines) == 5
    adapted = json.loads((demo.folder / "en-ja-adapted" / "report.json").read_text())
    assert adapted["prior"] == "matching prior of en, fi, fr"
    assert adapted["teachers"] == new["teachers"]
    assert adapted["third_languages"] == []


def test_the_text_has_the_three_uses_and_the_figures_of_the_report(demo: Run) -> None:
    assert "\x1b" not in demo.stdout  # no colours where stdout is no terminal
    for heading in ("1  Build a lexicon", "2  Query the graph", "3  A new language from 5 words"):
        assert heading in demo.stdout
    report = demo.report
    for lexicon in report["lexicons"]:
        assert f"{lexicon['precision_at_1']:.1%}" in demo.stdout
    for value in report["new_language"]["precision"].values():
        assert f"{value:.1%}" in demo.stdout
    assert ("there is no lexicon" in demo.stdout) == bool(report["new_language"]["refused"])
    assert f"{100 * report['new_language']['difference']['mean']:+.1f} [" in demo.stdout
    assert f"{report['cost']['cpu_seconds']:.0f} CPU s" in demo.stdout
    assert "kept: lexicons, graph and model" in demo.stderr


def test_the_commands_of_its_readme_run_in_the_folder(demo: Run) -> None:
    readme = (demo.folder / "README.txt").read_text("utf-8")
    out = {}
    for command in COMMANDS:
        assert f"    {command}\n" in readme
        result = isogloss(*shlex.split(command)[1:], cwd=demo.folder)
        assert result.returncode == 0, (command, result.stderr)
        assert result.stdout, command
        out[" ".join(command.split()[1:4])] = result.stdout + result.stderr
    assert "season\t1\tsaison\t" in out["lexicon translate results/latest/en-fr"]
    assert "mother\t1\t" in out["lexicon translate en-ja-adapted"]
    scores = next(
        line.split("\t")
        for line in out["lexicon evaluate results/latest/en-fr"].splitlines()
        if line.startswith("muse")
    )
    assert float(scores[2]) == pytest.approx(demo.report["lexicons"][0]["precision_at_1"], abs=1e-3)
    assert "koira" in out["kg translate chien"]
    assert out["status"].splitlines()[-1] == "9 done of 9 steps"
    assert "mbwa" in out["kg concept dog"]


def test_a_folder_that_is_there_is_refused_at_once(demo: Run) -> None:
    result = isogloss("demo", "--out", "kept", cwd=demo.folder.parent)
    assert (result.returncode, result.stdout) == (1, "")
    assert "--force" in result.stderr
    assert isogloss("demo", "--seed", "many", cwd=demo.folder.parent).returncode == 2


def test_force_replaces_a_demonstration_and_nothing_else(demo: Run, tmp_path: Path) -> None:
    as_written = tmp_path / "demo"
    for name in (MARK, *(demo.folder / MARK).read_text("utf-8").splitlines()):  # without what later commands put there
        (as_written / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(demo.folder / name, as_written / name, follow_symlinks=False)
    check_output(as_written, force=True)
    shutil.rmtree(as_written)
    check_output(tmp_path, force=True)
    (tmp_path / "diary.txt").write_text("dear diary")
    with pytest.raises(OutputError, match=r"holds diary\.txt, which isogloss did not write"):
        check_output(tmp_path, force=True)
    with pytest.raises(OutputError, match=r"is a file, and a folder is to be written"):
        check_output(tmp_path / "diary.txt", force=True)


def test_the_held_out_words_depend_on_the_seed_alone() -> None:
    assert held_out_words(3) == held_out_words(3) != held_out_words(4)
    assert 150 < len(held_out_words(3)) < 250


def test_public_names_come_from_isogloss_alone_and_load_nothing_heavy() -> None:
    code = (
        "import sys, isogloss; heavy = {'torch', 'faiss', 'fasttext', 'sqlalchemy', 'numpy'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules);"
        "missing = [name for name in isogloss.__all__ if not hasattr(isogloss, name)]; assert not missing, missing;"
        "assert all(getattr(isogloss, name).__doc__ for name in isogloss.__all__ if name != '__version__')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_ranker_is_trained_on_the_sample_without_the_languages_held_out() -> None:
    import isogloss as ig

    settings = ig.TrainingSettings(steps=2, episodes=1, tasks_per_step=1, hidden=4)
    model = ig.train_ranker(hold_out=["ja", "fi"], settings=settings)
    assert (model.languages, model.held_out, model.state.number) == (("en", "fr"), ("fi", "ja"), 2)
