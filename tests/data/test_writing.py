import gzip
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from isogloss.data.errors import OutputError
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.words import cleaned
from isogloss.data.writing import SUFFIXES, write_vectors

# Combining marks, right-to-left letters, a no-break space inside a word, NEL, a line separator, an emoji of two parts.
ODD = [
    "q\u0307",
    "שלום",
    "مرحبا\u200f",
    "10\u00a0000",
    "a\u0085b",
    "a\u2028b",
    "\u00a0",
    "👩\u200d🌾",
    "\u001c",
    '"[1,2]"',
]


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \t\n\r\v\f\0"), min_size=1, max_size=8)
numbers = st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_back(
    suffix: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(words.map(partial(cleaned, lowercase=False)).filter(bool), min_size=1, unique=True))
    vocabulary = tuple(drawn)
    matrix = data.draw(arrays(np.float32, (len(vocabulary), data.draw(st.integers(1, 5))), elements=numbers))
    path = tmp_path_factory.mktemp("written") / f"x{suffix}"
    write_vectors(Vectors("en", vocabulary, matrix), path)
    vectors = read_vectors(path, "en", lowercase=False)
    assert vectors.words == vocabulary
    np.testing.assert_array_equal(vectors.matrix, matrix)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("vocabulary", [("0 0",), ("type 1", "type 2", "type 3", "form 1")])
def test_words_that_end_in_a_number_are_read_back(vocabulary: tuple[str, ...], suffix: str, tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).standard_normal((len(vocabulary), 3)).astype(np.float32)
    write_vectors(Vectors("en", vocabulary, matrix), tmp_path / f"x{suffix}")
    assert read_vectors(tmp_path / f"x{suffix}", "en").words == vocabulary


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_odd_words_are_read_back(suffix: str, tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).standard_normal((len(ODD), 3)).astype(np.float32)
    write_vectors(Vectors("en", tuple(ODD), matrix), tmp_path / f"x{suffix}")
    kept = [word for word in dict.fromkeys(map(cleaned, ODD)) if word]
    assert len(kept) == len(ODD) - 3  # a blank and a control character are no words, and "a b" is twice there
    assert read_vectors(tmp_path / f"x{suffix}", "en").words == tuple(kept)


def test_text_has_a_header_and_the_shortest_numbers(tmp_path: Path) -> None:
    write_vectors(Vectors("en", ("a", "b"), np.float32([[0.1, -2], [1e-7, 3.25]])), tmp_path / "x.vec")  # type: ignore[arg-type]
    assert (tmp_path / "x.vec").read_text() == "2 2\na 0.1 -2.0\nb 1e-7 3.25\n"


def test_the_same_vectors_give_the_same_compressed_bytes(tmp_path: Path) -> None:
    vectors = Vectors("en", ("a",), np.ones((1, 2), np.float32))
    for name in ("x.vec.gz", "y.vec.gz"):
        write_vectors(vectors, tmp_path / name)
    assert (tmp_path / "x.vec.gz").read_bytes() == (tmp_path / "y.vec.gz").read_bytes()
    assert gzip.decompress((tmp_path / "x.vec.gz").read_bytes()) == b"1 2\na 1.0 1.0\n"


@pytest.mark.parametrize("name", ["x.vec", "x.npy", "x.safetensors"])
def test_nothing_is_overwritten_unless_asked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("old")
    vectors = Vectors("en", ("a",), np.ones((1, 2), np.float32))
    with pytest.raises(OutputError, match="to overwrite"):
        write_vectors(vectors, path)
    assert path.read_text() == "old"
    write_vectors(vectors, path, force=True)
    assert read_vectors(path, "en").words == ("a",)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_blanks_in_words_are_read_back(suffix: str, tmp_path: Path) -> None:
    write_vectors(Vectors("en", ("New York", "10 000"), np.eye(2, dtype=np.float32)), tmp_path / f"x{suffix}")
    assert read_vectors(tmp_path / f"x{suffix}", "en", lowercase=False).words == ("New York", "10 000")


@pytest.mark.parametrize("word", [" a", "a\tb", "a\nb", "", "a\0b"])
def test_words_that_text_cannot_hold_are_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(OutputError, match=r"which a text file cannot hold; write \.safetensors instead"):
        write_vectors(Vectors("en", (word,), np.ones((1, 2), np.float32)), tmp_path / "x.vec")
    write_vectors(Vectors("en", (word,), np.ones((1, 2), np.float32)), tmp_path / "x.safetensors")
    kept = cleaned(word, lowercase=False)
    assert read_vectors(tmp_path / "x.safetensors", "en", lowercase=False).words == ((kept,) if kept else ())


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"unknown format '\.doc', expected one of \.vec"):
        write_vectors(Vectors("en", ("a",), np.ones((1, 2), np.float32)), tmp_path / "x.doc")


def test_infinite_vectors_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="infinite or undefined values"):
        write_vectors(Vectors("en", ("a",), np.full((1, 2), np.nan, np.float32)), tmp_path / "x.vec")
    assert not list(tmp_path.iterdir())
