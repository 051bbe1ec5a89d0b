"""What the benchmark of new languages makes of answers, and what it takes from help texts."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import help_texts, real_data
from benchmarks.quality import new_language
from benchmarks.quality.new_language import main
from benchmarks.quality.new_language_baselines import translated
from benchmarks.quality.new_language_models import PARTNER
from benchmarks.quality.new_language_results import BASELINES, Cell
from isogloss.data.errors import DownloadError
from isogloss.lexicon.alignment.seeds import Seeds

OPTIONS = ["--unranked", "--languages", "ja,fi", "--seeds", "10,25", "--draws", "2", "--only-kept"]


def kept(language: str, count: int, draw: int) -> Cell:
    words = np.arange(40)
    hits = {name: (words % 4 == draw).astype(np.float64) for name in BASELINES if name != "pooled"}
    return Cell(language, count, draw, words, hits | {"matched": (words % 2 == draw % 2).astype(np.float64)})


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of two languages, as a run would have kept them."""
    monkeypatch.setenv("ISOGLOSS_BENCH_DATA", str(tmp_path))
    options = new_language._parser().parse_args(OPTIONS)
    for language in ("ja", "fi"):
        for count in (10, 25):
            for draw in (0, 1):
                new_language._keep(kept(language, count, draw), options)


@pytest.mark.usefixtures("answered")
def test_kept_answers_become_a_table_with_intervals(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main([*OPTIONS, "--figure", str(tmp_path / "figure.svg")])
    printed = capsys.readouterr().out
    assert "| P@1, mean up to 100 seeds | all | ja | fi |" in printed
    assert "| matched | 50.0 | 50.0 | 50.0 |" in printed
    assert "| plain | 25.0 | 25.0 | 25.0 |" in printed
    assert "| plain | +25.0 [" in printed
    assert "| ja | 10 | 40 × 2 | 25.0 " in printed
    assert (tmp_path / "figure.svg").read_text("utf-8").startswith("<?xml")


def test_many_seeds_by_themselves_have_a_table_without_means_of_few(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOSS_BENCH_DATA", str(tmp_path))
    many = [*OPTIONS, "--seeds", "200"]
    new_language._keep(kept("ja", 200, 0), new_language._parser().parse_args(many))
    main(many)
    printed = capsys.readouterr().out
    assert printed.startswith("| language | seeds | words × draws | Procrustes |")
    assert "| ja | 200 | 40 × 1 | 25.0 " in printed


def test_without_answers_there_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOGLOSS_BENCH_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="found no answers"):
        main(OPTIONS)


def test_words_in_the_same_place_translate_each_other() -> None:
    x = np.linalg.qr(np.random.default_rng(0).standard_normal((30, 30)))[0].astype(np.float32)
    pairs = Seeds(np.arange(5), np.array([0, 1, 2, 3, 9]))
    assert translated(x, x, pairs).tolist() == [1, 1, 1, 1, 0]


def test_paragraphs_are_what_a_reader_sees() -> None:
    page = (
        "<head><title>no</title></head><body><p>Save  <b>the\nfile</b>.</p><script>no</script><li>Close it</li></body>"
    )
    assert help_texts.paragraphs(page) == ["Save the file.", "Close it"]


def test_a_language_without_help_texts_is_refused() -> None:
    with pytest.raises(DownloadError, match="expected one with help texts: en, de, es, eu"):
        help_texts.vectors("sw")


def test_every_language_has_a_partner_with_vectors_of_its_kind() -> None:
    for language, partner in PARTNER.items():
        assert language in (real_data.WHEELS if partner == "en" else help_texts.HASHES)
