"""A few bad rows are left out, counted and told of, in every format; many are refused, and with ``strict`` any."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from isogloss.data.errors import FormatError
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors

CUT = "아름다".encode()[:7]  # a word cut inside a character, as word2vec.c cuts long ones
GOOD = 4


def text(folder: Path) -> Path:
    path = folder / "x.vec"
    path.write_bytes(b"7 2\na 1 2\n" + CUT + b" 1 2\nb 3 4\nx 1 nan\nc 5 6\ny 1\nd 7 8\n")
    return path


def binary(folder: Path) -> Path:
    path = folder / "x.bin"
    rows = [(b"a", 1.0), (CUT, 2.0), (b"b", 3.0), (b"x", np.nan), (b"c", 4.0), (b"d", 5.0)]
    path.write_bytes(
        b"6 2\n" + b"".join(word + b" " + np.array([value, 1], "<f4").tobytes() + b"\n" for word, value in rows)
    )
    return path


def comma_separated(folder: Path) -> Path:
    path = folder / "x.csv"
    path.write_bytes(b"word,x,y\na,1,2\n" + CUT + b",1,2\nb,3,4\nx,1,inf\nc,5,6\ny,1\nd,7,8\n")
    return path


def array(folder: Path) -> Path:
    np.save(folder / "x.npy", np.array([[1, 2], [3, 4], [np.nan, 1], [5, 6], [np.inf, 1], [7, 8]], np.float32))
    (folder / "x.words").write_text("a\nb\nx\nc\ny\nd\n")
    return folder / "x.npy"


@pytest.mark.parametrize("write", [text, binary, comma_separated, array])
def test_a_few_bad_rows_are_left_out_and_told(tmp_path: Path, write: object) -> None:
    path = write(tmp_path)  # type: ignore[operator]
    vectors = read_vectors(path, "ko")
    assert vectors.words == ("a", "b", "c", "d")
    assert len(vectors.matrix) == GOOD
    assert sum("the row is left out" in warning for warning in vectors.warnings) >= 2
    with pytest.raises(FormatError, match="expected"):
        read_vectors(path, "ko", strict=True)


def test_numbers_stay_beside_their_words_when_rows_fall_out(tmp_path: Path) -> None:
    vectors = read_vectors(text(tmp_path), "ko")
    np.testing.assert_array_equal(vectors.matrix, [[1, 2], [3, 4], [5, 6], [7, 8]])


def test_a_fasttext_model_leaves_a_cut_word_out(tmp_path: Path) -> None:
    import fasttext

    (tmp_path / "c.txt").write_bytes((b"a b " + CUT + b" c\n") * 60)
    options = {"dim": 5, "minCount": 1, "bucket": 10, "verbose": 0, "thread": 1}
    fasttext.train_unsupervised(str(tmp_path / "c.txt"), **options).save_model(str(tmp_path / "f.bin"))
    vectors = read_vectors(tmp_path / "f.bin", "ko")
    assert {"a", "b", "c"} <= set(vectors.words)
    assert "1 words are not UTF-8; left out" in " ".join(vectors.warnings)


def test_too_many_bad_rows_are_refused_with_their_count(tmp_path: Path) -> None:
    rows = "".join(f"w{row} {'x' if row % 5 == 0 else 1} 2\n" for row in range(100))
    (tmp_path / "x.vec").write_text(f"100 2\n{rows}")
    with pytest.raises(FormatError, match=r"x.vec:2: 'x', expected a number; so with 20 of 1\d\d rows"):
        read_vectors(tmp_path / "x.vec", "en")


def test_one_in_a_hundred_rows_may_be_bad(tmp_path: Path) -> None:
    rows = "".join(f"w{row} {'x' if row % 200 == 0 else 1} 2\n" for row in range(4_000))
    (tmp_path / "x.vec").write_text(f"4000 2\n{rows}")
    vectors = read_vectors(tmp_path / "x.vec", "en")
    assert len(vectors) == 3_980
    assert any("17 more rows are left out" in warning for warning in vectors.warnings)


@pytest.mark.parametrize(("announced", "message"), [(4, "line 1 says 4 rows, but there are 3"), (2, "says 2 rows")])
def test_a_header_may_be_wrong_by_a_few_rows(tmp_path: Path, announced: int, message: str) -> None:
    (tmp_path / "x.vec").write_text(f"{announced} 3\na 0.1 0.2 0.3\nb 0.1 0.2 0.4\nc 0.3 0.1 0.2\n")
    vectors = read_vectors(tmp_path / "x.vec", "en")
    assert vectors.words == ("a", "b", "c")
    assert message in vectors.warnings[0]
    with pytest.raises(FormatError, match="as line 1 says"):
        read_vectors(tmp_path / "x.vec", "en", strict=True)


def test_a_binary_header_may_be_wrong_by_a_few_rows(tmp_path: Path) -> None:
    content = binary(tmp_path).read_bytes()
    for announced in (b"5", b"7"):
        (tmp_path / "y.bin").write_bytes(announced + content[1:])
        assert read_vectors(tmp_path / "y.bin", "en").words == ("a", "b", "c", "d")


def test_a_header_that_promises_far_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.vec").write_text("1000 2\n" + "".join(f"w{row} 1 2\n" for row in range(900)))
    with pytest.raises(FormatError, match=r"the end of the file after 900 rows, expected 1,000 rows"):
        read_vectors(tmp_path / "x.vec", "en")


def test_with_a_header_the_last_fields_are_the_numbers_whatever_the_word(tmp_path: Path) -> None:
    (tmp_path / "x.vec").write_text("3 2\nwindows 10 0.1 0.2\n3 4 0.5 0.6\ndog 1 2\n")
    vectors = read_vectors(tmp_path / "x.vec", "en")
    assert vectors.words == ("windows 10", "3 4", "dog")
    np.testing.assert_array_equal(vectors.matrix[1], np.array([0.5, 0.6], np.float32))


def test_bad_rows_of_arrays_in_memory_are_left_out(tmp_path: Path) -> None:
    vectors = read_vectors((["a", "b", "c"], [[1.0, 2.0], [np.nan, 1.0], [3.0, 4.0]]), "en")
    assert vectors.words == ("a", "c")
    assert "row 2, 'b'" in vectors.warnings[0]
    write_vectors(Vectors("en", vectors.words, vectors.matrix), tmp_path / "x.vec")
