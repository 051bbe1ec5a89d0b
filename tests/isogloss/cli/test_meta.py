from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import isogloss as ig
from isogloss.cli import app
from isogloss.data.dictionary import Dictionary, Pair
from isogloss.data.errors import CheckpointError, OutputError, VocabularyError
from isogloss.data.reading import read_dictionary
from isogloss.data.sample import sample_dictionary
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.kg.graph import open_graph
from isogloss.lexicon.induction.selection import Selection
from isogloss.meta.matching.pretrained import FOLDER, pretrained_prior
from isogloss.meta.new_language.lexicon_file import surest

LANGUAGES = ("en", "fi", "fr")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, vectors: dict[str, Vectors]) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for language, table in vectors.items():
        write_vectors(table, folder / f"{language}.safetensors")
    with open_graph(folder / "graph.db", write=True) as graph:
        for source, target in (("en", "fr"), ("en", "fi"), ("fi", "fr")):
            graph.add(sample_dictionary(source, target))
    return folder


def run(files: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["meta", *arguments, "--cache", str(files / "cache")])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def inputs(files: Path) -> list[str]:
    arguments = [part for language in LANGUAGES for part in ("--vectors", f"{language}={files / language}.safetensors")]
    return ["--graph", str(files / "graph.db"), *arguments]


@pytest.fixture(scope="module")
def model(files: Path) -> Path:
    out = files / "model"
    small = ["--steps", "20", "--episodes", "2", "--hold-out", "fi"]
    report = json.loads(run(files, "ranker", "train", "--out", str(out), *inputs(files), *small, "--json"))
    assert report["languages"] == ["en", "fr"]
    assert report["held_out"] == ["fi"]
    assert report["steps"] == 20
    return out


def test_tasks_lists_families_languages_and_counts(files: Path) -> None:
    listed = json.loads(run(files, "tasks", *inputs(files), "--json"))
    assert {(task["family"], task["source"], task["target"]) for task in listed} >= {
        (family, a, b) for family in ("word-mapping", "hidden-edge") for a in LANGUAGES for b in LANGUAGES if a != b
    }
    assert all(entry["words"] >= 15 for entry in listed)
    without = run(files, "tasks", *inputs(files), "--hold-out", "fi").splitlines()
    assert without[0] == "family\tsource\ttarget\twords"
    assert {tuple(line.split("\t")[1:3]) for line in without[1:]} == {("en", "fr"), ("fr", "en")}


def test_a_model_is_adapted_to_a_held_out_language_and_its_lexicon_joins_the_graph(
    files: Path, model: Path, vectors: dict[str, Vectors], tmp_path: Path
) -> None:
    gold = sample_dictionary("en", "fi").lowercased().within(vectors["en"], vectors["fi"])
    pairs = [(word, gold.by_source[word][0]) for word in list(gold.by_source)[::2]]
    seeds = tmp_path / "seeds.tsv"
    seeds.write_text("".join(f"{a}\t{b}\n" for a, b in pairs), "utf-8")
    out, graph = tmp_path / "lexicon.tsv", tmp_path / "graph.db"
    languages = ["--source-lang", "en", "--target-lang", "fi"]
    tables = ["--source-vectors", f"{files / 'en'}.safetensors", "--target-vectors", f"{files / 'fi'}.safetensors"]
    command = ["ranker", "adapt", str(model), *languages, *tables, "--seeds", str(seeds), "--out", str(out)]
    report = json.loads(
        run(files, *command, "--graph", str(graph), "--for", "recall", "--min-precision", "0", "--json")
    )
    lexicon = read_dictionary(out, "en", "fi")
    assert report["pairs"] == len(lexicon) == len(vectors["en"])
    assert report["left_out"] == 0
    assert report["seeds"] == len(pairs)
    assert lexicon.by_source[pairs[0][0]] == (pairs[0][1],)
    with open_graph(graph) as words:
        assert words.pairs() == [("en", "fi", len(lexicon))]
        assert {origin.kind for origin in words.sources()} == {"induced"}
    with pytest.raises(OutputError, match="--force"):
        run(files, *command)


def test_where_most_translations_are_wrong_few_are_written_and_it_is_said() -> None:
    seed = Pair("sun", "soleil", 1.0, {"rank": 1, "seed": True})
    pairs = [Pair(f"w{n}", f"m{n}", p, {"rank": 1, "seed": False}) for n, p in enumerate((0.95, 0.7, 0.2, 0.05))]
    few, sureness = surest(Dictionary("en", "fr", (seed, *pairs)), Selection())
    assert [pair.source for pair in few] == ["sun", "w0", "w1"]  # (.95 + .7) / 2 = .825
    assert (sureness.left_out, sureness.expected_right) == (2, 3)
    (warning,) = sureness.warnings()
    assert "mean probability of the best translations is 48%, so 2 pairs" in warning
    assert "--suggest" in warning
    sure = [Pair(f"w{n}", f"m{n}", 0.9, {"rank": 1, "seed": False}) for n in range(3)]
    assert surest(Dictionary("en", "fr", (seed, *sure)), Selection())[1].warnings() == []


def test_a_model_is_not_overwritten(files: Path, model: Path) -> None:
    with pytest.raises(OutputError, match="--force"):
        run(files, "ranker", "train", "--out", str(model), *inputs(files))


def test_evaluate_prints_a_table(files: Path) -> None:
    small = ["--leave-out", "fr", "--seeds", "10", "--draws", "1", "--episodes", "4", "--steps", "5"]
    table = run(files, "ranker", "evaluate", *inputs(files), *small).splitlines()
    assert table[0].startswith("held out\tpair\tseeds\tquestions\tprocrustes")
    assert len(table) == 2
    assert table[1].split("\t")[0] == "fr"


def test_wrong_usage_is_told(files: Path) -> None:
    for arguments in (
        ["ranker", "evaluate", "--seeds", "2"],
        ["ranker", "evaluate", "--seeds", "ten"],
        ["tasks", "--vectors", "en"],
    ):
        assert CliRunner().invoke(app, ["meta", *arguments]).exit_code == 2
    with pytest.raises(VocabularyError, match="no pair of languages with enough translations"):
        run(
            files,
            "ranker",
            "train",
            "--out",
            str(files / "none"),
            *inputs(files),
            "--hold-out",
            "fi",
            "--hold-out",
            "fr",
        )
    assert not (files / "none").exists()
    with pytest.raises(VocabularyError, match="cannot hold out jp: no code of a language; vectors and graph have en"):
        run(files, "train", "--out", str(files / "none"), *inputs(files), "--hold-out", "jp")
    cosine = ["--family", "hidden-edge", "--setting", "weighting=cosine"]
    with pytest.raises(VocabularyError, match="weighting cosine compares families with word-mapping, found"):
        run(files, "ranker", "train", "--out", str(files / "none"), *inputs(files), *cosine)


def test_settings_are_checked_by_name_type_and_range(files: Path) -> None:
    refused = {
        "momentum=0.9": "'momentum=0.9': expected NAME=VALUE with one of auxiliary, check_every, folds, hidden",
        "memory": "'memory': expected NAME=VALUE with one of",
        "steps=5": "'steps=5': expected NAME=VALUE with one of",  # an option of its own
        "memory=few": "memory is 'few', expected a whole number from 0 to 1e+06",
        "seed_noise=0.7": "seed_noise is 0.7, expected a number from 0 to 0.5",
        "rotations=maybe": "rotations is 'maybe', expected true or false",
        "sampler=greedy": "sampler is 'greedy', expected one of uniform, affinity, bandit",
    }
    for settings, message in refused.items():
        result = CliRunner().invoke(
            app, ["meta", "ranker", "train", "--out", str(files / "none"), "--setting", settings]
        )
        assert result.exit_code == 2
        assert message in " ".join(result.output.replace("│", " ").split())
    assert not (files / "none").exists()


def test_a_missing_model_is_told(files: Path) -> None:
    seeds = files / "few.tsv"
    seeds.write_text("cat\tkissa\n", "utf-8")
    command = ["--source-lang", "en", "--target-lang", "fi", "--seeds", str(seeds), "--out", str(files / "l.tsv")]
    with pytest.raises(CheckpointError, match="isogloss meta ranker train"):
        run(files, "ranker", "adapt", str(files / "nowhere"), *command)


def test_without_files_the_sample_is_used(files: Path) -> None:
    listed = run(files, "tasks").splitlines()
    languages = {line.split("\t")[1] for line in listed[1:]}
    assert languages == {"en", "fi", "fr", "ja"}
    assert {line.split("\t")[0] for line in listed[1:]} == {
        "word-mapping",
        "hidden-edge",
        "cycle-ranking",
        "similarity",
        "class-transfer",
        "concept",
        "invariance",
    }


def test_a_run_becomes_a_table_and_a_figure(files: Path, model: Path, tmp_path: Path) -> None:
    out, figure = tmp_path / "run", tmp_path / "run.svg"
    changed = ("check_every=2", "memory=4", "weighting=cosine", "sampler=bandit")
    more = ["--watch", "fi", *(part for setting in changed for part in ("--setting", setting))]
    small = ["--steps", "4", "--episodes", "4", "--family", "word-mapping", "--family", "hidden-edge"]
    printed = run(files, "ranker", "train", "--out", str(out), *inputs(files), *small, *more, "--learner", "anil")
    assert re.search(r"^languages\ten fr$", printed, re.MULTILINE)
    assert re.search(r"^loss\t(?:[\w@ -]+ \d\.\d{3}(?:, |$))+$", printed, re.MULTILINE), printed
    arguments = ["--seeds", "10", "--draws", "1", "--queries", "20", "--figure", str(figure)]
    lines = run(files, "ranker", "evaluate", str(out), *inputs(files), *arguments).splitlines()
    table = [line.split("\t") for line in lines]
    assert table[0] == ["curve", "steps", "first", "last", "best", "best at step"]
    assert {row[0] for row in table[1:]} >= {"held-out P@1", "word-mapping", "remembered task", "fi"}
    assert figure.read_text("utf-8").lstrip().startswith("<?xml")
    report = json.loads(
        run(files, "ranker", "evaluate", str(model), *inputs(files), "--seeds", "10", "--draws", "1", "--json")
    )
    assert len(report["run"]["history"]) == 20
    assert [row["held_out"] for row in report["rows"]] == ["fi"]


@pytest.mark.parametrize("verb", ["tasks --affinity gradient --figure", "ranker evaluate --figure"])
def test_a_figure_that_cannot_be_drawn_is_refused_before_anything_is_read(
    files: Path, tmp_path: Path, verb: str
) -> None:
    (tmp_path / "there.svg").write_text("a drawing of somebody")
    unread = "--vectors", f"en={tmp_path / 'missing.vec'}"
    with pytest.raises(OutputError, match="already exists"):
        run(files, *verb.split(), str(tmp_path / "there.svg"), *unread)
    with pytest.raises(OutputError, match=r"found the ending '\.doc'"):
        run(files, *verb.split(), str(tmp_path / "x.doc"), *unread)


def test_a_map_that_cannot_be_saved_is_refused_before_anything_is_read(files: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder, and a file is to be written"):
        run(
            files, "tasks", "--affinity", "descriptor", "--force", "--out", str(tmp_path), "--vectors", "en=missing.vec"
        )


def test_tasks_are_mapped_saved_and_drawn(files: Path, tmp_path: Path) -> None:
    for measure, model in (("descriptor", "ranker"), ("gradient", "words")):
        out, figure = tmp_path / f"{measure}.json", tmp_path / f"{measure}.png"
        where = ["--out", str(out), "--figure", str(figure)]
        few = ["--affinity", measure, "--model", model, "--episodes", "6" if model == "words" else "2"]
        arguments = inputs(files) if model == "ranker" else []
        table = [line.split("\t") for line in run(files, "tasks", *arguments, *few, *where).splitlines()]
        saved = json.loads(out.read_text("utf-8"))
        assert saved["measure"] == measure
        assert saved["kinds"] == table[0][1:]
        affinity = saved["affinity"]
        for place, row in enumerate(affinity):
            assert row[place] == pytest.approx(1)
            assert all(-1.001 <= cell <= 1.001 for cell in row)
            assert row == pytest.approx([other[place] for other in affinity])
        assert figure.read_bytes().startswith(b"\x89PNG")


def test_a_model_of_other_languages_adapts_to_a_new_one_as_lexicon_build_does(
    files: Path, model: Path, tmp_path: Path
) -> None:
    seeds = tmp_path / "few.tsv"
    seeds.write_text("".join(f"{a}\t{b}\n" for a, b, *_ in sample_dictionary("en", "fi").pairs[:60]), "utf-8")
    tables = ["--source-vectors", f"{files / 'en'}.safetensors", "--target-vectors", f"{files / 'fi'}.safetensors"]
    arguments = ["en", "fi", *tables, "--seeds", str(seeds), "--for", "recall"]
    report = json.loads(run(files, "adapt", str(FOLDER), *arguments, "--out", str(tmp_path / "en-fi"), "--json"))
    assert report["prior"] == pretrained_prior().name
    lexicon = ig.open_lexicon(tmp_path / "en-fi")
    assert len(lexicon) == report["pairs"] > 0
    suggested = json.loads(run(files, "adapt", str(FOLDER), *arguments[:-2], "--suggest", "5", "--json"))
    guesses = lexicon.translate([suggestion["word"] for suggestion in suggested], k=1)
    assert len(guesses) == 5
    for suggestion in suggested:
        best = guesses[suggestion["word"]][0]
        assert (suggestion["guess"], suggestion["probability"]) == (
            best.word,
            pytest.approx(best.probability, abs=1e-5),
        )
    with pytest.raises(OutputError, match="--force"):
        run(files, "adapt", str(FOLDER), *arguments, "--out", str(tmp_path / "en-fi"))
    with pytest.raises(CheckpointError, match="found a run of `meta ranker train`"):
        run(files, "adapt", str(model), *arguments, "--out", str(tmp_path / "other"))


def test_words_to_ask_a_speaker_for_are_suggested_without_a_seed(files: Path) -> None:
    table = ["--source-vectors", f"{files / 'en'}.safetensors"]
    lines = run(files, "adapt", str(FOLDER), "en", "fi", *table, "--suggest", "3").splitlines()
    assert [line.split("\t")[0] for line in lines[:1]] == ["word"]
    assert len(lines) == 4
    with pytest.raises(CheckpointError, match="isogloss meta train"):
        run(files, "adapt", str(files), "en", "fi", *table, "--suggest", "3")
    writing = ["meta", "adapt", str(FOLDER), "en", "fi", *table, "--suggest", "3", "--out", "x"]
    assert CliRunner().invoke(app, writing).exit_code == 2
    result = CliRunner().invoke(app, ["meta", "adapt", str(FOLDER), "en", "fi"])
    assert result.exit_code == 2
    assert "--suggest" in result.output
