import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isogloss.data.cache import Cache
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_vectors
from isogloss.data.vector_formats.fasttext import Model
from tests.data.files import written

MATRIX = np.random.default_rng(0).standard_normal((40, 7)).astype(np.float32)
CORPUS = "the quick brown fox jumps over the lazy dog and the fox sleeps\n" * 40


def word2vec(words: list[bytes], matrix: np.ndarray[Any, Any], end: bytes = b"\n") -> bytes:
    rows = (word + b" " + row.astype("<f4").tobytes() + end for word, row in zip(words, matrix, strict=True))
    return b"%d %d\n" % matrix.shape + b"".join(rows)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import fasttext

    folder = tmp_path_factory.mktemp("fasttext")
    (folder / "text").write_text(CORPUS)
    trained = fasttext.train_unsupervised(
        str(folder / "text"), dim=12, epoch=1, minCount=1, bucket=30_000, thread=1, verbose=0
    )
    trained.save_model(str(folder / "model.bin"))
    return folder / "model.bin"


@pytest.mark.parametrize("end", [b"\n", b""], ids=["word2vec", "gensim"])
def test_word2vec_binary_gives_back_words_and_rows(tmp_path: Path, end: bytes) -> None:
    words = [f"é{row}" for row in range(40)]
    vectors = read_vectors(written(tmp_path, word2vec([word.encode() for word in words], MATRIX, end), "x.bin"), "en")
    assert vectors.words == tuple(words)
    np.testing.assert_array_equal(vectors.matrix, MATRIX)
    assert vectors.file is not None
    assert vectors.file.kind == "word2vec binary"


def test_word2vec_is_read_across_blocks_and_cut_early(tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).standard_normal((20_000, 100)).astype(np.float32)
    content = word2vec([b"W%d" % (row // 2) if row % 2 else b"w%d" % (row // 2) for row in range(20_000)], matrix)
    path = written(tmp_path, content, "x.bin")
    vectors = read_vectors(path, "en")
    assert len(vectors) == 10_000
    np.testing.assert_array_equal(vectors.matrix, matrix[::2])
    path.write_bytes(content[: len(content) // 2])
    np.testing.assert_array_equal(read_vectors(path, "en", max_vocab=100).matrix, matrix[:200:2])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            word2vec([b"a", b"b"], MATRIX[:2])[:-8],
            "the end of the file after 1 rows and a part of one, expected 2 rows",
        ),
        (word2vec([b"a", b"\xff\xfe"], MATRIX[:2]), r"bytes b'\\xff\\xfe' as word 2, expected a word in UTF-8"),
        (word2vec([b"a", b"b" * 5000], MATRIX[:2]), "no end of word 2 within 4096 bytes"),
        (word2vec([b"a", b"b"], np.array([[1, 2], [3, np.nan]])), "infinite or not a number for word 2, 'b'"),
        (b"\x01\x02\x00\x03" * 1000, "an unknown binary format"),
        (b"2 3\n", "the end of the file after 0 rows"),
    ],
)
def test_bad_binary_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_vectors(written(tmp_path, content, "x.bin"), "en", strict=True)


def test_a_fasttext_model_has_a_vector_for_any_word(model: Path) -> None:
    vectors = read_vectors(model, "en")
    assert set(vectors.words[:2]) == {"the", "fox"}
    assert vectors.subwords is not None
    np.testing.assert_array_equal(vectors.subwords.vectors(["fox", "dog"]), vectors.rows(["fox", "dog"]))
    assert np.linalg.norm(vectors.subwords.vectors(["foxes"])) > 0
    assert not vectors.subwords.vectors([""]).any()


def test_a_fasttext_model_is_cut_by_frequency(model: Path) -> None:
    assert read_vectors(model, "en", max_vocab=3).words == read_vectors(model, "en").words[:3]


def test_the_words_of_a_fasttext_model_can_be_chosen(model: Path, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("foxy\nlazier\n")
    vectors = read_vectors(model, "en", words=tmp_path / "words")
    assert vectors.words == ("foxy", "lazier")


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5, 0.9999])
def test_a_cut_off_fasttext_model_is_refused(model: Path, tmp_path: Path, share: float) -> None:
    content = model.read_bytes()
    with pytest.raises(FormatError, match="the end of the file after"):
        read_vectors(written(tmp_path, content[: int(share * len(content))], "x.bin"), "en")


def test_nothing_is_printed_while_a_model_is_read(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    read_vectors(model, "en")
    assert capfd.readouterr() == ("", "")


def test_subwords_are_there_when_the_vectors_come_from_the_cache(model: Path, tmp_path: Path) -> None:
    first = read_vectors(model, "en", cache=tmp_path)
    again = read_vectors(model, "en", cache=tmp_path)
    assert len(list(Cache(tmp_path).entries())) == 1
    assert first.subwords is not None
    assert again.subwords is not None
    np.testing.assert_array_equal(again.matrix, first.matrix)
    np.testing.assert_array_equal(again.subwords.vectors(["foxes"]), first.subwords.vectors(["foxes"]))


def test_vectors_of_a_fasttext_model_are_the_means_of_its_own_rows(tmp_path: Path) -> None:
    import fasttext

    (tmp_path / "text").write_text("кот 漢字 été 𝒳yz a na\n" * 5 + CORPUS)
    own = fasttext.train_unsupervised(
        str(tmp_path / "text"), dim=5, epoch=1, minCount=1, minn=1, maxn=4, bucket=700, thread=1, verbose=0
    )
    own.save_model(str(tmp_path / "model.bin"))
    words = ["кот", "</s>", "fox", "unseen", "漢字の", "𝒳", "a", "b", "word with blanks"] * 3
    rows = [[own.get_input_vector(int(row)) for row in own.get_subwords(word)[1]] for word in words]
    expected = np.array([np.mean(vectors, axis=0) if vectors else np.zeros(5) for vectors in rows])
    read = Model(tmp_path / "model.bin").vectors(words)
    np.testing.assert_allclose(read, expected, atol=1e-7)
    assert not Model(tmp_path / "model.bin").vectors([""]).any()
    assert Model(tmp_path / "model.bin").vectors([]).shape == (0, 5)


def test_words_of_a_classifier_are_read_without_its_labels(tmp_path: Path) -> None:
    import fasttext

    (tmp_path / "text").write_text("__label__a one two\n__label__b three two\n" * 9)
    own = fasttext.train_supervised(str(tmp_path / "text"), dim=4, epoch=1, minCount=1, thread=1, verbose=0)
    own.save_model(str(tmp_path / "model.bin"))
    vectors = read_vectors(tmp_path / "model.bin", "en")
    assert set(vectors.words) == {"one", "two", "three", "</s>"}
    assert vectors.subwords is None
    np.testing.assert_array_equal(vectors.rows(["two"])[0], own.get_input_vector(own.get_word_id("two")))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("count", 1 << 60, "invalid counts or kinds"),
        ("count", -1, "invalid counts or kinds"),
        ("kind", 1, "invalid counts or kinds"),
        ("entries", 2_000_000_000, "invalid settings"),
        ("words", -5, "invalid settings"),
        ("dimensions", 2_000_000_000, "a matrix whose size differs"),
        ("buckets", 2_000_000_000, "a matrix whose size differs"),
        ("longest", 1_000_000, "invalid settings"),
        ("shortest", 0, "invalid settings"),
        ("loss", 77, "invalid settings"),
    ],
)
def test_forged_numbers_of_a_fasttext_model_are_refused(
    model: Path, tmp_path: Path, field: str, value: int, message: str
) -> None:
    content = bytearray(model.read_bytes())
    second = content.index(b"\0", 92 + len("</s>") + 10)  # the end of the second word
    places = {"dimensions": 8, "loss": 32, "buckets": 40, "shortest": 44, "longest": 48, "entries": 64, "words": 68}
    if field == "kind":
        content[second + 9] = value
    elif field == "count":
        struct.pack_into("<q", content, second + 1, value)
    else:
        struct.pack_into("<i", content, places[field], value)
    with pytest.raises(FormatError, match=message):
        read_vectors(written(tmp_path, bytes(content), "x.bin"), "en")


def test_a_fasttext_model_with_a_word_twice_is_refused(model: Path, tmp_path: Path) -> None:
    content = model.read_bytes()
    assert content.count(b"fox\0") == content.count(b"dog\0") == 1
    with pytest.raises(FormatError, match="repeats words"):
        read_vectors(written(tmp_path, content.replace(b"fox\0", b"dog\0"), "x.bin"), "en")


def test_a_fasttext_model_is_read_without_native_code(model: Path) -> None:
    code = (
        "import sys; from isogloss.data.reading import read_vectors; "
        "read_vectors(sys.argv[1], 'en').subwords.vectors(['x']); print('fasttext' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, model], capture_output=True, check=True).stdout == b"False\n"
