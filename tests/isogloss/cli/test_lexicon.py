from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.reading import read_vectors
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.kg.graph import open_graph
from isogloss.lexicon.induction.pipeline import Induction
from isogloss.lexicons import open_lexicon
from tests.conftest import Command
from tests.lexicon.conftest import Files


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("water\n\nzyzzyva\n  fire  \n", encoding="utf-8")
    return path


def test_shuffled_seeds_end_with_status_1_and_the_reason(command: Command, files: Files, tmp_path: Path) -> None:
    pairs = [line.split("\t") for line in files.seeds.read_text("utf-8").splitlines()]
    targets = np.random.default_rng(0).permutation([target for _, target in pairs])
    shuffled = tmp_path / "shuffled.tsv"
    shuffled.write_text("".join(f"{s}\t{t}\n" for (s, _), t in zip(pairs, targets, strict=True)), encoding="utf-8")
    result = command(*files._replace(seeds=shuffled).arguments(), "--out", tmp_path / "out")
    assert (result.status, result.out) == (1, "")
    assert "near chance level" in result.err
    assert len([line for line in result.err.splitlines() if line.startswith("error:")]) == 1
    assert not (tmp_path / "out").exists()


def test_random_target_vectors_end_with_status_1_and_the_reason(
    command: Command, files: Files, target: Vectors, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).standard_normal(target.matrix.shape).astype(np.float32)
    write_vectors(Vectors("fr", target.words, noise), tmp_path / "noise.vec")
    result = command(*files._replace(target=tmp_path / "noise.vec").arguments(), "--out", tmp_path / "out")
    assert result.status == 1
    assert "near chance level" in result.err
    assert not (tmp_path / "out").exists()


def test_different_dimensions_end_with_status_1(
    command: Command, files: Files, target: Vectors, tmp_path: Path
) -> None:
    write_vectors(Vectors("fr", target.words, target.matrix[:, :60]), tmp_path / "narrow.vec")
    result = command(*files._replace(target=tmp_path / "narrow.vec").arguments(), "--out", tmp_path / "out")
    assert result.status == 1
    assert "100 dimensions and fr vectors of 60" in result.err
    assert not (tmp_path / "out").exists()


def test_the_larger_vectors_are_reduced_to_the_smaller(
    command: Command, files: Files, target: Vectors, tmp_path: Path
) -> None:
    write_vectors(Vectors("fr", target.words, target.matrix[:, :60]), tmp_path / "narrow.vec")
    narrow = files._replace(target=tmp_path / "narrow.vec")
    out = tmp_path / "out"
    result = command(*narrow.arguments(), "--out", out, "--method", "procrustes", "--reduce")
    assert result.status == 0
    (tmp_path / "words.txt").write_text("water\n", encoding="utf-8")
    result = command("lexicon", "translate", out, "--words", tmp_path / "words.txt", "-k", 10)
    assert "eau" in {row[2] for row in result.rows}


@pytest.mark.parametrize("device", ["gpu", "cuda:77"])
def test_a_device_that_is_not_there_ends_with_one_line(
    command: Command, files: Files, tmp_path: Path, device: str
) -> None:
    result = command(*files.arguments(), "--out", tmp_path / "out", "--device", device)
    assert (result.status, len(result.err.splitlines())) == (1, 1)
    assert f"error: device '{device}' cannot be used here" in result.err
    assert result.err.rstrip().endswith("use --device cpu")


def test_the_build_tells_what_is_odd_about_its_files(command: Command, files: Files, tmp_path: Path) -> None:
    source = sample_vectors("en")
    order = sorted(range(len(source)), key=source.words.__getitem__)
    write_vectors(Vectors("en", tuple(source.words[row] for row in order), source.matrix[order]), tmp_path / "abc.vec")
    turned = ["\t".join(reversed(line.split("\t"))) for line in files.seeds.read_text("utf-8").splitlines()]
    (tmp_path / "seeds.tsv").write_bytes("\n".join(turned).encode() + b"\n\xe9cole\tschool\n")
    odd = files._replace(source=tmp_path / "abc.vec", seeds=tmp_path / "seeds.tsv")
    result = command(*odd.arguments(), "--out", tmp_path / "out", "--method", "procrustes")
    assert "warning: en vectors: the words are in alphabetical order" in result.err
    assert "pairs fit as given" in result.err
    assert "seeds.tsv: 1 lines are left out: 1 × not UTF-8; convert it, for instance with iconv" in result.err
    assert result.status == 0


def test_a_lexicon_that_is_mostly_wrong_says_so(command: Command, files: Files, tmp_path: Path) -> None:
    result = command(*files.arguments(), "--out", tmp_path / "out", "--min-probability", 0.01)
    match = re.search(r"([\d,]+) pairs by .* ([\d,]+) of them expected to be right", result.err)
    assert match is not None
    pairs, right = (int(number.replace(",", "")) for number in match.groups())
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert (pairs, right) == (report["pairs"], report["expected_right"])
    assert right / pairs == pytest.approx(report["expected"][0]["precision"], abs=0.01)
    assert right / pairs < 0.5
    surest = report["goals"]["precision"]
    assert f"--for precision {surest['pairs']:,} pairs ({surest['precision']:.0%})" in result.err


def test_worse_evidence_writes_fewer_pairs_and_says_how_many_are_right(
    command: Command, files: Files, tmp_path: Path
) -> None:
    lines = files.seeds.read_text("utf-8").splitlines()
    (tmp_path / "few.tsv").write_text("\n".join(lines[:25]) + "\n", encoding="utf-8")
    counts = []
    for seeds in (tmp_path / "few.tsv", files.seeds):
        build = files._replace(seeds=seeds)
        result = command(*build.arguments(), "--out", tmp_path / "out", "--method", "procrustes", "--json", "--force")
        counts.append((result.json["pairs"], result.json["expected_right"]))
        assert result.json["expected_right"] >= 0.8 * result.json["pairs"] - 1
    assert counts[0][0] < counts[1][0] / 10
    result = command(*build.arguments(), "--out", tmp_path / "out", "--method", "procrustes", "--for", "f1", "--force")
    written = (tmp_path / "out" / "lexicon.tsv").read_text("utf-8").splitlines()[1:]
    assert len(written) > counts[1][0]
    assert f"{len(written):,} pairs by procrustes" in result.err


def test_a_lexicon_with_quotes_opens_in_pandas(command: Command, files: Files, source: Vectors, tmp_path: Path) -> None:
    read_csv = pytest.importorskip("pandas").read_csv
    spelled = tuple('"' if row == 30 else word for row, word in enumerate(source.words))
    write_vectors(replace(source, words=spelled), tmp_path / "quote.vec")
    out = tmp_path / "out"
    odd = files._replace(source=tmp_path / "quote.vec")
    command(*odd.arguments(), "--out", out, "--method", "procrustes", "--min-probability", 0)
    table = read_csv(out / "lexicon.tsv", sep="\t", keep_default_na=False)
    assert len(table) == len((out / "lexicon.tsv").read_text("utf-8").splitlines()) - 1
    assert '"' in set(table["source"])
    assert '"' in set(open_lexicon(out).entries.source)


def test_unknown_seeds_end_with_status_1(command: Command, files: Files, tmp_path: Path) -> None:
    (tmp_path / "few.tsv").write_text("water\teau\nzyzzyva\tchien\n", encoding="utf-8")
    result = command(*files._replace(seeds=tmp_path / "few.tsv").arguments(), "--out", tmp_path / "out")
    assert result.status == 1
    assert "found 1 usable seed words of 2" in result.err


def test_a_missing_file_ends_with_status_1(command: Command, files: Files, tmp_path: Path) -> None:
    result = command(*files._replace(source=tmp_path / "none.vec").arguments(), "--out", tmp_path / "out")
    assert result.status == 1
    assert "none.vec does not exist" in result.err


@pytest.mark.parametrize("wrong", [["--max-vocab", "0"], ["--search", "magic"], ["--min-probability", "2"], ["--what"]])
def test_wrong_usage_ends_with_status_2(command: Command, files: Files, tmp_path: Path, wrong: list[str]) -> None:
    assert command(*files.arguments(), "--out", tmp_path / "out", *wrong).status == 2


def test_an_approximate_search_gives_as_many_pairs(
    command: Command, files: Files, induction: Induction, tmp_path: Path
) -> None:
    result = command(*files.arguments(), "--out", tmp_path / "out", "--json", "--search", "approximate")
    assert result.status == 0
    assert result.json["settings"]["search"] == "approximate"
    assert result.json["pairs"] == len(induction.entries)


def test_translate_prints_word_rank_translation_score_and_probability(
    command: Command, built: Path, words: Path
) -> None:
    result = command("lexicon", "translate", built, "--words", words, "-k", 3)
    assert result.status == 0
    assert [row[:2] for row in result.rows] == [[word, str(k)] for word in ("water", "fire") for k in (1, 2, 3)]
    assert result.rows[0][2] == "eau"
    assert all(0 <= float(row[4]) <= 1 and math.isfinite(float(row[3])) for row in result.rows)
    assert "1 of 3 words have no vector and no translation, such as 'zyzzyva'" in result.err


def test_translate_prints_json(command: Command, built: Path, words: Path) -> None:
    first = command("lexicon", "translate", built, "--words", words, "--json").json[0]
    assert set(first) >= {"word", "rank", "translation", "score", "probability"}
    assert (first["word"], first["rank"], first["translation"]) == ("water", 1, "eau")


def test_words_without_a_vector_are_listed_with_the_reason(
    command: Command, built: Path, words: Path, tmp_path: Path
) -> None:
    failed = tmp_path / "failed.tsv"
    result = command("lexicon", "translate", built, "--words", words, "-k", 1, "--json", "--failed", failed)
    assert failed.read_text("utf-8") == "zyzzyva\tno vector\n"
    assert [(row["word"], row["translation"]) for row in result.json] == [
        ("water", "eau"),
        ("fire", "feu"),
        ("zyzzyva", None),
    ]
    assert result.json[-1]["reason"] == "no vector"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_word_lists_are_read_in_every_encoding_that_can_be_told(
    command: Command, built: Path, tmp_path: Path, encoding: str
) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (tmp_path / "words.txt").write_text(f"{mark}water\r\nFIRE\r\n", encoding=encoding)
    result = command("lexicon", "translate", built, "--words", tmp_path / "words.txt", "-k", 1)
    assert [row[:3] for row in result.rows] == [["water", "1", "eau"], ["FIRE", "1", "feu"]]


def test_a_word_list_in_latin_1_is_refused_with_the_line(command: Command, built: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(b"water\ncaf\xe9\n")
    result = command("lexicon", "translate", built, "--words", tmp_path / "words.txt")
    assert result.status == 1
    assert "words.txt:2: 'caf\ufffd', which is not UTF-8, expected text in UTF-8; convert it" in result.err


def test_output_is_utf8_whatever_the_console_is(built: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("school\n", encoding="utf-8")
    call = [
        sys.executable,
        "-m",
        "isogloss",
        "lexicon",
        "translate",
        built,
        "--words",
        tmp_path / "words.txt",
        "-k",
        "3",
    ]
    root = Path(__file__).parents[3]
    result = subprocess.run(
        list(map(str, call)),
        env=os.environ | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
        cwd=root,
    )
    assert "école" in result.stdout.decode("utf-8")


def test_the_spelling_of_the_vectors_is_shown(
    command: Command, files: Files, source: Vectors, target: Vectors, tmp_path: Path
) -> None:
    for side, vectors in (("en", source), ("fr", target)):
        spelled = tuple(word.capitalize() for word in vectors.words)
        write_vectors(replace(vectors, words=spelled), tmp_path / f"{side}.safetensors")
    spelled_files = files._replace(source=tmp_path / "en.safetensors", target=tmp_path / "fr.safetensors")
    out = tmp_path / "out"
    result = command(*spelled_files.arguments(), "--out", out, "--method", "procrustes", "--for", "f1", "--json")
    assert result.json["seeds"]["pairs_without_vectors"] == 0
    assert any(line.startswith("Water\tEau\t") for line in (out / "lexicon.tsv").read_text("utf-8").splitlines())
    (tmp_path / "words.txt").write_text("WATER\n", encoding="utf-8")
    result = command("lexicon", "translate", out, "--words", tmp_path / "words.txt", "-k", 1)
    assert result.rows[0][:3] == ["WATER", "1", "Eau"]
    evaluated = command("lexicon", "evaluate", out, "--test", files.test, "--json").json
    assert evaluated["scores"]["muse"]["precision_at_1"] > 0.4


def test_translate_goes_back_too(command: Command, built: Path, tmp_path: Path) -> None:
    (tmp_path / "mots.txt").write_text("eau\n", encoding="utf-8")
    result = command("lexicon", "translate", built, "--words", tmp_path / "mots.txt", "--reverse", "-k", 1)
    assert result.rows[0][:3] == ["eau", "1", "water"]


def test_evaluate_prints_each_convention_and_the_coverage(command: Command, built: Path, files: Files) -> None:
    result = command("lexicon", "evaluate", built, "--test", files.test)
    header, *rows = result.rows
    assert header == ["test words", "words", "P@1", "P@5", "P@10", "MRR", "P@1 from", "to"]
    scores = {row[0]: row[1:] for row in rows}
    assert {"muse", "fasttext", "xling", "full", "identical", "different"} <= set(scores)
    assert float(scores["muse"][5]) < float(scores["muse"][1]) < float(scores["muse"][6])
    assert float(scores["muse"][1]) > 0.6
    assert "coverage: 1.000" in result.err
    as_json = command("lexicon", "evaluate", built, "--test", files.test, "--json").json
    assert as_json["scores"]["muse"]["precision_at_1"] == pytest.approx(float(scores["muse"][1]), abs=1e-3)


def test_evaluate_prints_and_draws_precision_against_coverage(
    command: Command, built: Path, files: Files, tmp_path: Path
) -> None:
    picture = tmp_path / "curve.svg"
    result = command("lexicon", "evaluate", built, "--test", files.test, "--curve", "--plot", picture)
    header, *rows = result.rows
    assert header == ["threshold", "coverage", "precision", "pair_precision", "pair_recall", "f1"]
    coverage = [float(row[1]) for row in rows]
    assert coverage == sorted(coverage, reverse=True)
    assert coverage[0] == 1.0
    assert picture.read_text("utf-8").count("<path") > 20
    again = command("lexicon", "evaluate", built, "--test", files.test, "--plot", picture)
    assert (again.status, again.out) == (1, "")
    assert command("lexicon", "evaluate", built, "--test", files.test, "--plot", tmp_path / "curve.txt").status == 1


def test_phrases_are_translated_and_are_translations(
    command: Command, files: Files, tmp_path: Path, words: Path
) -> None:
    (tmp_path / "en.txt").write_text("Fire water\nzyzzyva house\n", encoding="utf-8")
    (tmp_path / "fr.txt").write_text("eau feu\nfeu\n", encoding="utf-8")
    lists = ["--source-phrases", tmp_path / "en.txt", "--target-phrases", tmp_path / "fr.txt"]
    result = command(*files.arguments(), "--out", tmp_path / "out", *lists, "--min-probability", 0)
    assert result.status == 0, result.err
    assert "1 of 2 phrases have words without vectors: 'zyzzyva house'" in result.err
    listed = [line.split("\t") for line in (tmp_path / "out" / "lexicon.tsv").read_text("utf-8").splitlines()]
    assert "eau" in [row[1] for row in listed if row[0] == "Fire water"]
    words.write_text("fire water\nwater\n", encoding="utf-8")
    rows = command("lexicon", "translate", tmp_path / "out", "--words", words, "-k", 20).rows
    assert "eau feu" in [row[2] for row in rows if row[0] == "water"]
    assert [row[2] for row in rows if row[0] == "fire water"] == [row[1] for row in listed if row[0] == "Fire water"]


def test_similarity_prints_how_cosines_agree_with_people(command: Command, built: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs.txt").write_text("water\teau\nfire\tfeu\nhouse\tmaison\ndog\teau\nsun\tlivre\nbook\tzyzzyva\n")
    (tmp_path / "gold.txt").write_text("4.0\n3.9\n3.8\n0.5\n0.2\n2\n")
    result = command("lexicon", "similarity", built, "--pairs", tmp_path / "pairs.txt", "--gold", tmp_path / "gold.txt")
    header, values = result.rows
    assert header == ["pairs", "coverage", "Pearson", "Spearman", "harmonic mean"]
    assert (values[0], values[1]) == ("5", "0.8333")
    assert float(values[2]) > 0.8
    assert command("lexicon", "similarity", built, "--pairs", tmp_path / "pairs.txt").status == 1


def test_sentences_find_their_translations(command: Command, built: Path, files: Files, tmp_path: Path) -> None:
    pairs = [line.split("\t") for line in files.seeds.read_text("utf-8").splitlines()]
    lines = [pairs[start : start + 4] for start in range(0, 160, 4)]
    for side, place in (("source", 0), ("target", 1)):
        text = "\n".join(" ".join(pair[place] for pair in line) + "." for line in lines)
        (tmp_path / side).write_text(text + "\n", encoding="utf-8")
    texts = ["--source", tmp_path / "source", "--target", tmp_path / "target"]
    header, *rows = command("lexicon", "sentences", built, *texts).rows
    assert header[:4] == ["weighting", "direction", "sentences", "P@1"]
    assert [row[:3] for row in rows] == [
        [weighting, direction, "40"] for weighting in ("mean", "idf") for direction in ("en-fr", "fr-en")
    ]
    assert min(float(row[3]) for row in rows) > 0.9
    (tmp_path / "target").write_text("une ligne\n", encoding="utf-8")
    uneven = command("lexicon", "sentences", built, *texts)
    assert uneven.status == 1
    assert "found 40 source sentences and 1 target sentences" in uneven.err


def test_plot_draws_both_spaces(command: Command, built: Path, tmp_path: Path) -> None:
    assert command("lexicon", "plot", built, "--out", tmp_path / "spaces.svg", "--pairs", 30).status == 0
    picture = (tmp_path / "spaces.svg").read_text("utf-8")
    assert "before" in picture
    assert "after" in picture


def test_map_writes_both_languages_into_one_space(command: Command, built: Path, tmp_path: Path) -> None:
    for side in ("source", "target"):
        assert command("lexicon", "map", built, "--side", side, "--out", tmp_path / f"{side}.vec").status == 0
    source, target = (read_vectors(tmp_path / f"{side}.vec", "en") for side in ("source", "target"))
    near = target.matrix @ source.rows(["water"])[0]
    assert target.words[int(near.argmax())] == "eau"
    before = (tmp_path / "source.vec").read_bytes()
    assert command("lexicon", "map", built, "--out", tmp_path / "source.vec").status == 1
    assert (tmp_path / "source.vec").read_bytes() == before
    read = Path(json.loads((built / "vectors.json").read_text())["source"]["file"]["path"])
    own = command("lexicon", "map", built, "--out", read, "--force")
    assert (own.status, "is what this command reads" in own.err) == (1, True)


def test_a_folder_that_is_no_lexicon_ends_with_status_1(command: Command, tmp_path: Path, words: Path) -> None:
    result = command("lexicon", "translate", tmp_path, "--words", words)
    assert result.status == 1
    assert "expected a folder that lexicon build wrote" in result.err


def test_other_languages_of_a_graph_have_a_say(command: Command, files: Files, tmp_path: Path) -> None:
    with open_graph(tmp_path / "words.db", write=True) as graph:
        for pair in (("en", "fi"), ("fr", "fi"), ("en", "ja"), ("fr", "ja")):
            graph.add(sample_dictionary(*pair))
    arguments = [*files.arguments(), "--method", "self-trained", "--out", tmp_path / "out"]
    result = command(*arguments, "--evidence", tmp_path / "words.db", "--json")
    assert result.status == 0, result.err
    account = result.json["graph_evidence"]
    assert account["helps"]
    assert account["with"] >= account["without"]
    assert account["pairs"] > 100


def test_a_graph_that_joins_the_languages_by_no_other_ends_with_status_1(
    command: Command, files: Files, tmp_path: Path
) -> None:
    with open_graph(tmp_path / "words.db", write=True) as graph:
        graph.add(sample_dictionary("en", "fr"))
    result = command(*files.arguments(), "--out", tmp_path / "out", "--evidence", tmp_path / "words.db")
    assert result.status == 1
    assert "no word of another language joins en and fr" in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("newer", [True, False])
def test_a_graph_that_cannot_take_the_pairs_is_told_before_the_build(
    newer: bool, command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "g.db"
    with open_graph(path, write=True):
        pass
    if newer:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 999")
        connection.close()
    else:
        path.write_bytes(b"no graph at all")
    nowhere = tmp_path / "none.vec"  # is not even looked for
    vectors = ("--source-vectors", nowhere, "--target-vectors", nowhere)
    outcome = command("lexicon", "build", "en", "fr", *vectors, "--out", tmp_path / "lx", "--graph", path)
    assert outcome.status == 1
    assert str(path) in outcome.err
    assert "none.vec" not in outcome.err
    assert not (tmp_path / "lx").exists()


def test_a_lexicon_is_built_again_from_the_verdicts_of_users(
    command: Command, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("kg", "import", files.seeds, "--from", "en", "--to", "fr").status == 0
    build = [*files.arguments(), "--seeds", "graph:", "--graph", "isogloss.db", "--out", "en-fr", "--force"]
    assert command(*build, "--for", "recall").status == 0
    with open_graph("isogloss.db") as words:
        induced = words.dictionary("en", "fr", kinds=["induced"])
    before, wrong = {pair[:2] for pair in induced}, max(induced, key=lambda pair: (pair.weight, pair))[:2]
    assert command("kg", "reject", *wrong, "--from", "en", "--to", "fr").status == 0
    again = command(*build)  # the goal keeps fewer pairs
    assert again.status == 0
    assert "because users reject them: 1" in again.err
    listed = {tuple(line.split("\t")[:2]) for line in Path("en-fr/lexicon.tsv").read_text("utf-8").splitlines()[1:]}
    assert wrong not in listed
    with open_graph("isogloss.db") as words:
        after = {pair[:2] for pair in words.dictionary("en", "fr", kinds=["induced"])}
    assert after == listed
    assert len(after) < len(before)
    refused = command(*files.arguments(), "--seeds", "graph:none.db", "--out", "other")
    assert (refused.status, "none.db" in refused.err) == (1, True)
