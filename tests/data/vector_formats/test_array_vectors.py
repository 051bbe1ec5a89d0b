import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from isogloss.data.errors import FormatError
from isogloss.data.reading import read_vectors

WORDS = ["the", "dog", "cat"]
MATRIX = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.mark.parametrize("beside", ["x.words", "x.txt", "x.vocab", "x.npy.words"])
def test_the_words_of_an_array_are_found_beside_it(tmp_path: Path, beside: str) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    (tmp_path / beside).write_text("the\ndog\ncat\n")
    vectors = read_vectors(tmp_path / "x.npy", "en")
    assert vectors.words == tuple(WORDS)
    np.testing.assert_array_equal(vectors.matrix, MATRIX)


def test_words_can_be_given(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", MATRIX.astype(np.float16))
    (tmp_path / "list").write_text("a\r\nb c\r\nd")
    vectors = read_vectors(tmp_path / "x.npy", "en", words=tmp_path / "list")
    assert vectors.words == ("a", "b c", "d")
    assert vectors.matrix.dtype == np.float32
    assert vectors.file is not None
    assert vectors.file.words == str(tmp_path / "list")


def test_changing_a_mapped_matrix_leaves_the_file_alone(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    (tmp_path / "x.words").write_text("the\ndog\ncat\n")
    read_vectors(tmp_path / "x.npy", "en").matrix[:] = 9
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), MATRIX)


@pytest.mark.parametrize("name", ["vectors", "embedding"])
def test_safetensors_keep_their_words_inside(tmp_path: Path, name: str) -> None:
    tensors = {name: MATRIX, "scale": np.ones(3, np.float32)}
    save_file(tensors, tmp_path / "x.safetensors", metadata={"words": json.dumps(WORDS)})
    vectors = read_vectors(tmp_path / "x.safetensors", "en")
    assert vectors.words == tuple(WORDS)
    np.testing.assert_array_equal(vectors.matrix, MATRIX)


def test_safetensors_may_have_their_words_beside(tmp_path: Path) -> None:
    save_file({"vectors": MATRIX}, tmp_path / "x.safetensors")
    (tmp_path / "x.words").write_text("the\ndog\ncat\n")
    assert read_vectors(tmp_path / "x.safetensors", "en").words == tuple(WORDS)


def test_the_cut_comes_after_lowering(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    (tmp_path / "x.words").write_text("The\nthe\ncat\n")
    vectors = read_vectors(tmp_path / "x.npy", "en", max_vocab=2)
    assert vectors.words == ("the", "cat")
    np.testing.assert_array_equal(vectors.matrix, MATRIX[[0, 2]])


def test_rows_that_repeat_a_word_are_named(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    (tmp_path / "x.words").write_text("the\ncat\nthe\n")
    (warning,) = read_vectors(tmp_path / "x.npy", "en").warnings
    assert "x.npy:3: 'the' repeats line 1" in warning


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.ones(3), r"an array of shape \(3,\)"),
        (np.ones((3, 0)), r"an array of shape \(3, 0\)"),
        (np.array([["a"]] * 3), "type <U1, expected a matrix of numbers"),
        (np.ones((2, 2)), "2 rows for 3 words, expected one row per word"),
        (np.array([[1, 2], [3, np.nan], [5, 6]]), "infinite or not a number in row 2"),
        (np.array([[1, 2], [3, 4], [np.inf, 6]], dtype=np.float32), "infinite or not a number in row 3"),
        (np.array([[1, 2], [3, 4], [1e39, 6]]), "infinite or not a number in row 3"),
    ],
)
def test_bad_arrays_are_refused(tmp_path: Path, array: NDArray[Any], message: str) -> None:
    np.save(tmp_path / "x.npy", array)
    (tmp_path / "x.words").write_text("the\ndog\ncat\n")
    with pytest.raises(FormatError, match=message):
        read_vectors(tmp_path / "x.npy", "en", strict=True)


def test_an_array_without_words_says_where_they_belong(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    with pytest.raises(FormatError, match=r"expected them in x\.words beside it"):
        read_vectors(tmp_path / "x.npy", "en")


@pytest.mark.parametrize(("words", "message"), [(b"a\n\nb\n", ":2: an empty line"), (b"a\nb\xff\n", ":2: bytes")])
def test_a_bad_word_list_is_refused_with_its_line(tmp_path: Path, words: bytes, message: str) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    (tmp_path / "x.words").write_bytes(words)
    with pytest.raises(FormatError, match=message):
        read_vectors(tmp_path / "x.npy", "en")


@pytest.mark.parametrize("name", ["x.npy", "x.safetensors"])
def test_a_cut_off_array_is_refused(tmp_path: Path, name: str) -> None:
    np.save(tmp_path / "x.npy", MATRIX)
    save_file({"vectors": MATRIX}, tmp_path / "x.safetensors")
    (tmp_path / "x.words").write_text("the\ndog\ncat\n")
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(FormatError, match=r"expected a complete"):
        read_vectors(path, "en")


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([object()] * 3), allow_pickle=True)
    (tmp_path / "x.words").write_text("the\ndog\ncat\n")
    with pytest.raises(FormatError):
        read_vectors(tmp_path / "x.npy", "en")


@pytest.mark.parametrize("words", ["no json", '{"a": 1}', "[1, 2, 3]"])
def test_bad_words_inside_safetensors_are_refused(tmp_path: Path, words: str) -> None:
    save_file({"vectors": MATRIX}, tmp_path / "x.safetensors", metadata={"words": words})
    with pytest.raises(FormatError, match="metadata 'words'"):
        read_vectors(tmp_path / "x.safetensors", "en")


def test_two_matrices_without_the_name_are_refused(tmp_path: Path) -> None:
    save_file({"a": MATRIX, "b": MATRIX}, tmp_path / "x.safetensors")
    with pytest.raises(FormatError, match=r"2 two-dimensional arrays \(a, b\), expected one, or one named 'vectors'"):
        read_vectors(tmp_path / "x.safetensors", "en")


def test_words_of_an_archive_may_be_bytes_of_utf8(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", vectors=MATRIX, words=np.array([word.encode() for word in ("the", "dög", "cat")]))
    assert read_vectors(tmp_path / "x.npz", "en").words == ("the", "dög", "cat")
    np.savez(tmp_path / "x.npz", vectors=MATRIX, words=np.array([b"the", b"d\xf6g", b"cat"]))
    with pytest.raises(FormatError, match="expected words in UTF-8"):
        read_vectors(tmp_path / "x.npz", "en")
