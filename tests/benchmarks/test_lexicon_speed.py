"""What the figures of the lexicon stand for, on vocabularies so small that the figures themselves mean nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed import building, selflearning
from benchmarks.speed.lexicon import Product, built, part_names, run, tried
from benchmarks.speed.synthetic import Languages, Vocabularies, two_languages, with_words
from isogloss.data.errors import AlignmentError
from isogloss.data.reading import read_dictionary, read_vectors

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def made() -> Languages:
    return two_languages(500, np.random.default_rng(0), dimensions=60)


@pytest.fixture(scope="module")
def synthetic(made: Languages) -> Vocabularies:
    return with_words(made, np.random.default_rng(1))


def test_seven_words_in_ten_have_one_translation_and_it_is_nearer_than_the_rest(made: Languages) -> None:
    source, target = made.pairs.T
    assert len(made.pairs) == len(set(source.tolist())) == len(set(target.tolist())) == 350
    cosines = made.source @ made.target.T
    assert cosines[source, target].mean() > cosines.mean() + 0.4


def test_words_keep_their_translations_while_the_target_language_is_turned(
    made: Languages, synthetic: Vocabularies
) -> None:
    pairs = [pair[:2] for pair in synthetic.gold]
    x, y = synthetic.source.rows([s for s, _ in pairs]), synthetic.target.rows([t for _, t in pairs])
    assert abs(float((x * y).sum(axis=1).mean())) < 0.2  # unlike
    left, _, right = np.linalg.svd(x.T @ y)
    before = (made.source[made.pairs[:, 0]] * made.target[made.pairs[:, 1]]).sum(axis=1)
    assert float(((x @ left @ right) * y).sum(axis=1).mean()) >= float(before.mean()) - 1e-3
    assert not set(synthetic.source.words) & set(synthetic.target.words)


def test_a_word_and_its_translation_are_about_as_frequent(synthetic: Vocabularies) -> None:
    ranks = [(synthetic.source.row_of[s], synthetic.target.row_of[t]) for s, t, *_ in synthetic.gold]
    assert [here for here, _ in ranks] == sorted(here for here, _ in ranks)
    assert np.corrcoef(np.log1p(ranks).T)[0, 1] > 0.5


def test_a_build_reads_text_and_tells_what_it_took(made: Languages, tmp_path: Path) -> None:
    figures = building.build(made, tmp_path, np.random.default_rng(1))
    vectors = [
        read_vectors(path, language) for path, language in ((figures.files.source, "en"), (figures.files.target, "fr"))
    ]
    seeds = read_dictionary(figures.files.seeds, "en", "fr")
    assert len(seeds.within(*vectors)) == figures.files.pairs == 350
    assert (tmp_path / "lexicon" / "lexicon.tsv").read_text("utf-8").count("\n") > 100
    report = figures.report(product_cpu=figures.cpu / 56)
    assert report["build_ratio"] == 1
    assert 1 <= float(report["build_refinements"]) <= 5
    assert float(report["build_precision"]) > 0.3
    assert float(report["parse_mb_per_cpu_s"]) > 0


def test_a_build_of_any_effort_tells_the_share_of_each_phase() -> None:
    report = building.run(300, "quick", method="procrustes")
    assert (report["method"], report["effort"]) == ("procrustes", "quick")
    assert report["build_cpu_s"] > report["exact_pass_cpu_s"] > 0
    assert sum(report["shares"].values()) == pytest.approx(1, abs=0.02)


def test_indexes_of_faiss_are_measured_beside_the_exact_pass() -> None:
    report = run(900, skip=part_names("build,selflearning"), faiss=True, slice_seconds=0.01)
    assert report["faiss_flat_first_agreement"] == 1
    assert {"faiss_hnsw_ratio", "faiss_ivf_ratio", "faiss_rabitq_ratio"} <= report.keys()


def test_a_build_that_fails_is_told_and_loses_nothing(made: Languages, tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    product = Product(made.source, made.target, 0.01)
    report = tried("build", lambda: built(made, product, 0, nowhere))
    assert list(report) == ["build_failed"]
    assert "none" in str(report["build_failed"])
    missing = building.Files(nowhere, nowhere, nowhere, 10, 10)
    with pytest.raises(ChildProcessError, match=r"status 1: error: .*does not exist"):
        building.ran(missing.arguments(tmp_path / "out"), tmp_path)


def test_self_learning_is_judged_by_words_that_were_no_seeds(synthetic: Vocabularies) -> None:
    figures = selflearning.learn(synthetic, np.random.default_rng(0))
    assert figures.precision > 0.1  # by chance 0.002
    report = figures.report()
    assert report["selflearning_words"] == 500
    assert "selflearning_ratio" not in report  # VecMap was measured with 20,000 words
    full = selflearning.Selflearning(selflearning.WORDS, 85.0, figures.precision).report()
    assert full["selflearning_ratio"] == 100


def test_seeds_that_lead_nowhere_are_told() -> None:
    def step() -> selflearning.Report:
        raise AlignmentError("no better than chance")

    assert tried("selflearning", step) == {"selflearning_failed": "no better than chance"}


def test_parts_can_be_left_out() -> None:
    report = run(300, skip=part_names("build, selflearning"), slice_seconds=0.01)
    assert report["words"] == 300
    assert report["lazy_same"]
    assert not [name for name in report if name.startswith(("build", "selflearning", "parse"))]
    with pytest.raises(argparse.ArgumentTypeError, match="found faiss, expected some of build,selflearning"):
        part_names("faiss")
