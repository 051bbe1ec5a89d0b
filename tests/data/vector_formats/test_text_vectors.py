import bz2
import gzip
import json
import lzma
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.errors import FormatError
from isogloss.data.limits import Limits
from isogloss.data.reading import read_vectors
from isogloss.data.text.cleaning import Cleaning, Vocabulary
from isogloss.data.vector_formats import text
from isogloss.data.vectors import Vectors
from tests.data.files import written

THREE = b"3 2\nthe 0.5 -1\ndog 2e-1 0.25\ncat 1 0\n"
ROWS = np.array([[0.5, -1], [0.2, 0.25], [1, 0]], dtype=np.float32)


def read(tmp_path: Path, content: bytes, **options: object) -> Vectors:
    return read_vectors(written(tmp_path, content, "x.vec"), "en", **options)  # type: ignore[arg-type]


def refusal(tmp_path: Path, content: bytes, name: str = "x.vec") -> str:
    path = written(tmp_path, content, name)
    with pytest.raises(FormatError) as caught:
        read_vectors(path, "en", strict=True)
    return str(caught.value).removeprefix(str(path))


def test_words_come_with_their_rows(tmp_path: Path) -> None:
    vectors = read(tmp_path, THREE)
    assert vectors.words == ("the", "dog", "cat")
    assert vectors.matrix.dtype == np.float32
    np.testing.assert_array_equal(vectors.matrix, ROWS)
    assert vectors.warnings == ()


@pytest.mark.parametrize(
    "content",
    [
        THREE.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + THREE,
        THREE.rstrip(b"\n"),
        THREE + b"\n\n",
        THREE.replace(b"\n", b" \n"),
        THREE.replace(b" ", b"\t"),
        THREE.replace(b" ", b"  "),
        THREE.removeprefix(b"3 2\n"),
        gzip.compress(THREE),
        bz2.compress(THREE),
        lzma.compress(THREE),
    ],
    ids=["CRLF", "BOM", "no end", "blank end", "blank after", "tabs", "two blanks", "no header", "gzip", "bzip2", "xz"],
)
def test_the_same_vectors_come_out_of_every_spelling(tmp_path: Path, content: bytes) -> None:
    vectors = read(tmp_path, content)
    assert vectors.words == ("the", "dog", "cat")
    np.testing.assert_array_equal(vectors.matrix, ROWS)


def test_a_word_of_glove_may_hold_blanks(tmp_path: Path) -> None:
    vectors = read(tmp_path, b"the 1 2 3\n. . . 4 5 6\nat name@domain.com 7 8 9\n")
    assert vectors.words == ("the", ". . .", "at name@domain.com")
    np.testing.assert_array_equal(vectors.matrix[2], [7, 8, 9])


@pytest.mark.parametrize("number", ["-0.0437", "1e-05", "+.5", "0.123456789", "123456789", "007", "-1.5E+3", "3."])
def test_numbers_are_read_as_the_nearest_float32(tmp_path: Path, number: str) -> None:
    vectors = read(tmp_path, f"1 2\nx {number} 1\n".encode())
    assert vectors.matrix[0, 0] == np.float32(number)


@given(st.lists(st.decimals(-1000, 1000, places=9), min_size=2, max_size=20))
def test_any_decimal_is_read_as_the_nearest_float32(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
) -> None:
    row = " ".join(f"{value:f}" for value in values)
    vectors = read(tmp_path_factory.mktemp("decimals"), f"1 {len(values)}\nx {row}\n".encode())
    np.testing.assert_array_equal(vectors.matrix[0], np.array(row.split(), dtype=np.float32))


def test_numbers_are_the_same_without_the_fast_parser(tmp_path: Path) -> None:
    random = np.random.default_rng(0).standard_normal((50, 20)).astype(np.float32)
    rows = "".join(f"w{row} {' '.join(map(repr, values.tolist()))}\n" for row, values in enumerate(random))
    np.testing.assert_array_equal(read(tmp_path, rows.encode()).matrix, random)
    for document in (json.dumps(random.ravel().tolist()).encode(), b"[1,2.5,1e39]", b"[1,+2]", b"[1,nan]"):
        np.testing.assert_array_equal(text.json_numbers(document), text.json_numbers(document, simd=False))


def test_words_are_lowered_and_composed_and_the_first_stays(tmp_path: Path) -> None:
    vectors = read(tmp_path, "4 1\nThe 1\nthe 2\ncafe\u0301 3\ncaf\u00e9 4\n".encode())
    assert vectors.words == ("the", "caf\u00e9")
    np.testing.assert_array_equal(vectors.matrix, [[1], [3]])
    assert vectors.warnings == ()
    assert read(tmp_path, b"2 1\nThe 1\nthe 2\n", lowercase=False).words == ("The", "the")


def test_a_word_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    vectors = read(tmp_path, b"3 1\ndog 1\ncat 2\ndog 3\n")
    (warning,) = vectors.warnings
    assert warning.endswith("x.vec:4: 'dog' repeats line 2; the first is kept")
    np.testing.assert_array_equal(vectors.matrix, [[1], [2]])


def test_many_repeated_words_are_counted(tmp_path: Path) -> None:
    vectors = read(tmp_path, b"21 1\n" + b"".join(b"dog %d\n" % row for row in range(21)))
    assert len(vectors.warnings) == 4
    assert vectors.warnings[-1].endswith("17 more rows repeat a word; the first is kept")


def test_the_cut_counts_words_after_lowering(tmp_path: Path) -> None:
    content = b"5 1\nThe 1\nthe 2\nTHE 3\ndog 4\ncat 5\n"
    assert read(tmp_path, content, max_vocab=2).words == ("the", "dog")


def test_nothing_is_parsed_behind_the_cut(tmp_path: Path) -> None:
    rows = b"".join(b"w%d %d.25 1\n" % (row, row) for row in range(400_000))
    path = written(tmp_path, b"400001 2\n" + rows + b"broken\n", "x.vec")
    assert len(read_vectors(path, "en", max_vocab=1000)) == 1000
    with pytest.raises(FormatError, match=":400002: 0 numbers after 'broken'"):
        text.read_into(Vocabulary(path, cleaning=Cleaning(None, strict=True)), path)


def test_a_row_without_a_word_is_left_out_and_told(tmp_path: Path) -> None:
    vectors = read(tmp_path, b"3 2\n 1 2\ndog 3 4\ncat 5 6\n")
    assert vectors.words == ("dog", "cat")
    assert vectors.warnings[0].endswith("x.vec:2: a row without a word; left out")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": an empty file, expected one word and its numbers on each line"),
        (b"2 0\n", ":1: a header of 2 words and 0 dimensions, expected at least one of each"),
        (b"0 300\n", ":1: a header of 0 words and 300 dimensions, expected at least one of each"),
        (b"2 2\n", ":1: the end of the file after 0 rows, expected 2 rows as line 1 says; fetch the file again"),
        (b"3 2\na 1 2\nb 1 2\n", ":3: the end of the file after 2 rows, expected 3 rows as line 1 says"),
        (b"1 2\na 1 2\nb 1 2\n", ":3: 2 rows, expected 1 as line 1 says"),
        (b"2 3\na 1 2\nb 1 2\n", ":2: 2 numbers after 'a 1 2', expected 3 as line 1 says"),
        (b"2 2\na 1 2\nb 1\n", ":3: 1 numbers after 'b 1', expected 2 as line 1 says"),
        (b"a 1 2\nb 1 2\nc 1 2 3\n", ":3: 3 numbers after 'c 1 2 3', expected 2 as on the other lines"),
        (b"2 2\na 1 2\nb 1 x\n", ":3: 'x', expected a number"),
        (b"2 2\na 1 2\nb 0,5 1\n", ":3: '0,5', expected a number"),
        (b"2 2\na 1 2\nb [1] 1\n", ":3: '[1]', expected a number"),
        (b"2 2\na 1 2\nb 1 nan\n", ":3: 'nan', expected a finite number"),
        (b"2 2\na 1 2\nb -inf 1\n", ":3: '-inf', expected a finite number"),
        (b"2 2\na 1 2\nb 1e39 1\n", ":3: '1e39', expected a finite number"),
        (b"2 2\na 1 2\nb\xff 1 2\n", ":3: bytes b'b\\xff', expected a word in UTF-8"),
        (b"2 2\na 1 2\nb\0 1 2\n", ":3: a zero byte, so the file is binary, expected lines of text in UTF-8"),
        (b"hello\n", ":1: 'hello' and no numbers, expected a word and its numbers on each line"),
        (b"\n", ":1: '' and no numbers"),
    ],
)
def test_bad_text_is_refused_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    assert refusal(tmp_path, content).startswith(message)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_truncated_archive_is_refused(tmp_path: Path, compress: object) -> None:
    random = np.random.default_rng(0).standard_normal((5000, 4))
    whole = compress(b"5000 4\n" + b"".join(b"w%d %f %f %f %f\n" % (row, *v) for row, v in enumerate(random)))  # type: ignore[operator]
    message = refusal(tmp_path, whole[: len(whole) // 2])
    assert "damaged or cut-off compressed data" in message or "the end of the file after" in message
    assert message.endswith("fetch it again") or message.endswith("fetch the file again")


def test_a_huge_line_is_refused_with_little_memory(tmp_path: Path) -> None:
    path = written(tmp_path, b"2 2\na 1 2\n" + b"b" * (50 << 20), "x.vec")
    tracemalloc.start()
    with pytest.raises(FormatError, match=":3: a line longer than a megabyte"):
        read_vectors(path, "en")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * Limits().line


def test_a_compressed_bomb_of_one_line_is_refused(tmp_path: Path) -> None:
    assert ":1: a line longer than a megabyte" in refusal(tmp_path, gzip.compress(b"a " * (20 << 20)))


def test_rows_in_later_blocks_keep_their_line_numbers(tmp_path: Path) -> None:
    rows = [b"w%d %s" % (row, b" ".join([b"0.12345"] * 100)) for row in range(20_000)]
    rows[17_000] = rows[17_000].rsplit(b" ", 1)[0]
    assert refusal(tmp_path, b"20000 100\n" + b"\n".join(rows)).startswith(":17002: 99 numbers")


def test_the_labels_of_numberbatch_are_words_of_one_language(tmp_path: Path) -> None:
    path = tmp_path / "numberbatch.txt"
    path.write_text("4 2\n/c/de/hund 1 2\n/c/en/dog 3 4\n/c/en/ice_cream 5 6\n/c/en/run/v 7 8\n", encoding="utf-8")
    vectors = read_vectors(path, "en")
    assert vectors.words == ("dog", "ice cream", "run")
    assert vectors.matrix.tolist() == [[3, 4], [5, 6], [7, 8]]
    assert vectors.warnings == (f"{path}: 1 rows of other languages than en are left out",)


def test_a_word_that_begins_like_a_label_of_conceptnet_is_a_word(tmp_path: Path) -> None:
    path = tmp_path / "web.vec"
    path.write_text("2 2\n/c/en/page 1 2\ndog 3 4\n", encoding="utf-8")
    assert list(read_vectors(path, "en").words) == ["/c/en/page", "dog"]


def test_words_in_quotes_as_r_writes_them_lose_the_quotes(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text('"dog" 1 2\n"say ""hi""" 3 4\n', encoding="utf-8")
    assert read_vectors(path, "en").words == ("dog", 'say "hi"')


@pytest.mark.parametrize("between", ["\t", ",", " "])
def test_rows_of_numbers_without_words_are_refused(tmp_path: Path, between: str) -> None:
    """As TensorFlow's projector wants them, with the words in ``metadata.tsv`` beside them."""
    rows = ["0.1 -0.2 0.3e-2", "-0.4 0.5 0.6", ".7 0.8 0.9"]
    (tmp_path / "vectors.tsv").write_text("".join(f"{row}\n" for row in rows).replace(" ", between))
    with pytest.raises(FormatError, match=r"without a word, expected a word first.*--words"):
        read_vectors(tmp_path / "vectors.tsv", "en")
    (tmp_path / "numbers.txt").write_text("0.1 1 2 3\nhalf 1 2 4\n3.14 2 3 4\n")
    assert read_vectors(tmp_path / "numbers.txt", "en").words == ("0.1", "half", "3.14")


def test_a_tab_ends_a_word_with_blanks_in_it(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hot dog\t0.1\t0.2\t0.3\nbig red cat\t0.4\t0.5\t0.6\nmouse\t0.7\t0.8\t0.9\n")
    vectors = read_vectors(tmp_path / "x.txt", "en")
    assert vectors.words == ("hot dog", "big red cat", "mouse")
    assert vectors.matrix.shape == (3, 3)
