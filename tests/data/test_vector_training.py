import gzip
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.errors import FormatError, OutputError, VocabularyError
from isogloss.data.reading import read_vectors
from isogloss.data.vector_training import Recipe, train_vectors

TEXT = "The cat sat on the mat, and the dog sat on the cat's mat. Le CHAT dort.\n" * 60
SMALL = Recipe(dimensions=8, epochs=1, min_count=1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus.txt").write_text(TEXT)
    return tmp_path / "corpus.txt"


def test_trained_vectors_are_read_back(corpus: Path, tmp_path: Path) -> None:
    trained = train_vectors(corpus, "en", tmp_path / "x.vec", recipe=SMALL)
    assert trained.words[0] == "the"
    vectors = read_vectors(tmp_path / "x.vec", "en")
    assert vectors.words == trained.words
    np.testing.assert_array_equal(vectors.matrix, trained.matrix)


def test_a_trained_model_has_subwords(corpus: Path, tmp_path: Path) -> None:
    trained = train_vectors(corpus, "en", tmp_path / "x.bin", recipe=SMALL)
    vectors = read_vectors(tmp_path / "x.bin", "en")
    assert set(vectors.words) >= set(trained.words)
    assert vectors.subwords is not None
    assert trained.subwords is not None
    np.testing.assert_array_equal(vectors.subwords.vectors(["catlike"]), trained.subwords.vectors(["catlike"]))


def test_one_seed_and_one_thread_give_one_file(corpus: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train_vectors(corpus, "en", tmp_path / f"{name}.vec", recipe=Recipe(8, 1, 1, seed=seed))
    assert (tmp_path / "a.vec").read_bytes() == (tmp_path / "b.vec").read_bytes()
    assert (tmp_path / "a.vec").read_bytes() != (tmp_path / "c.vec").read_bytes()


def test_a_compressed_corpus_gives_the_same(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.gz").write_bytes(gzip.compress(corpus.read_bytes()))
    plain = train_vectors(corpus, "en", tmp_path / "a.vec", recipe=SMALL)
    packed = train_vectors(tmp_path / "corpus.gz", "en", tmp_path / "b.vec", recipe=SMALL)
    np.testing.assert_array_equal(plain.matrix, packed.matrix)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"),
        ("th", "ผมชอบกินข้าวผัดทุกวันเพราะมันอร่อยมาก"),
    ],
)
def test_text_without_blanks_is_refused(tmp_path: Path, language: str, text: str) -> None:
    (tmp_path / "x").write_text(f"{text}\n" * 50)
    with pytest.raises(FormatError, match=r"text without spaces between words .* run a word segmenter"):
        train_vectors(tmp_path / "x", language, tmp_path / "x.vec", recipe=SMALL)


def test_separated_japanese_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("吾輩 は 猫 で ある 。\n" * 50)
    assert "猫" in train_vectors(tmp_path / "x", "ja", tmp_path / "x.vec", recipe=SMALL)


def test_too_little_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("one two three\n")
    with pytest.raises(VocabularyError, match="no word occurs 5 times among 3"):
        train_vectors(tmp_path / "x", "en", tmp_path / "x.vec")


def test_text_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("un\ndeux\nété\n".encode("latin-1"))
    with pytest.raises(FormatError, match=r"x:3: bytes b'\\xe9.*expected text in UTF-8"):
        train_vectors(tmp_path / "x", "fr", tmp_path / "x.vec")


def test_nothing_is_overwritten(corpus: Path) -> None:
    with pytest.raises(OutputError):
        train_vectors(corpus, "en", corpus, recipe=SMALL)
    assert corpus.read_text() == TEXT


def test_nothing_is_printed(corpus: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    train_vectors(corpus, "en", tmp_path / "x.vec", recipe=SMALL)
    assert capfd.readouterr() == ("", "")
