from pathlib import Path

import numpy as np
import pytest

from isogloss.data.errors import FormatError
from isogloss.data.inspection import DictionaryReport, VectorReport, inspect
from isogloss.data.vectors import Matrix, Vectors
from isogloss.data.writing import write_vectors


def noise(rows: int, dimensions: int = 20) -> Matrix:
    return np.random.default_rng(0).standard_normal((rows, dimensions)).astype(np.float32)


def report(folder: Path, words: list[str], matrix: Matrix, name: str = "x.safetensors") -> VectorReport:
    write_vectors(Vectors("en", tuple(words), matrix), folder / name)
    inspected = inspect(folder / name)
    assert isinstance(inspected, VectorReport)
    return inspected


def test_a_file_is_measured(tmp_path: Path) -> None:
    matrix = np.array([[3, 4], [0, 0], [-3, -4], [3, 4], [0, 1]], dtype=np.float32)
    inspected = report(tmp_path, ["The", "the", "1999", "dog", "e.g."], matrix)
    assert (inspected.kind, inspected.words, inspected.dimensions, inspected.rows) == ("matrix", 5, 2, 5)
    assert inspected.norms == (0, 5, 5)
    assert (inspected.zero_vectors, inspected.duplicate_vectors, inspected.largest_group) == (1, 2, 2)
    assert inspected.collisions == 1
    assert (inspected.lowercase_share, inspected.letters_share, inspected.numerals_share) == (0.8, 0.6, 0.2)
    assert inspected.anisotropy == pytest.approx(np.hypot(0.6, 1.8) / 4)


def test_good_vectors_have_no_warnings(tmp_path: Path) -> None:
    words = [f"{'abcdefghij'[row % 10]}{'x' * (row // 400)}{row}" for row in range(2000)]
    assert report(tmp_path, words, noise(2000)).warnings == ()


def test_words_that_share_a_vector_are_a_warning(tmp_path: Path) -> None:
    matrix = noise(1000)
    matrix[500:] = matrix[:500]
    (warning, *_) = report(tmp_path, [f"w{row}" for row in range(1000)], matrix).warnings
    assert warning.startswith("1,000 words share their vector with another word (up to 2 the same)")


def test_vectors_of_zeros_and_few_words_are_warnings(tmp_path: Path) -> None:
    zeros, few, *_ = report(tmp_path, ["a", "b"], np.array([[0, 0], [1, 2]], dtype=np.float32)).warnings
    assert zeros == "1 words have a vector of zeros and cannot be translated"
    assert few.startswith("only 2 words")


def test_a_space_that_points_one_way_is_a_warning(tmp_path: Path) -> None:
    inspected = report(tmp_path, ["a", "b", "c"], noise(3) + 10)
    assert inspected.anisotropy > 0.9
    assert any("anisotropic" in warning for warning in inspected.warnings)


def test_an_order_by_letter_or_with_rare_words_first_is_a_warning(tmp_path: Path) -> None:
    by_letter = sorted(f"{row * 7919 % 5000:04d}" for row in range(2000))
    assert any("alphabetical order" in warning for warning in report(tmp_path, by_letter, noise(2000)).warnings)
    rare_first = [f"{'b' if row % 2 else 'a'}{'x' * (20 - row // 100)}{row}" for row in range(2000)]
    inspected = report(tmp_path, rare_first, noise(2000), "y.safetensors")
    assert any("not to be sorted by frequency" in warning for warning in inspected.warnings)


@pytest.mark.parametrize(("name", "language"), [("wiki.fr.vec", "fr"), ("cc.sw.300.vec", "sw"), ("mine.vec", None)])
def test_the_name_of_a_file_tells_the_language(tmp_path: Path, name: str, language: str | None) -> None:
    assert report(tmp_path, ["a"], noise(1), name).language == language


def test_a_dictionary_is_recognised_and_counted(tmp_path: Path) -> None:
    (tmp_path / "en-fr.txt").write_text("dog chien\ndog chienne\ncat chat\ncat chat\n")
    report = inspect(tmp_path / "en-fr.txt")
    assert isinstance(report, DictionaryReport)
    assert (report.source, report.target, report.kind) == ("en", "fr", "muse")
    assert (report.pairs, report.source_words, report.target_words) == (3, 2, 3)


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x00\x01\x02" * 100)
    with pytest.raises(FormatError):
        inspect(tmp_path / "x")
