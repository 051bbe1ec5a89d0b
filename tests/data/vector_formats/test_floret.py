"""floret vectors; the table and the expected numbers come from floret 0.10.5, trained on three sentences."""

import io
import json
import zipfile
from pathlib import Path

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.errors import FormatError
from isogloss.data.progress import silent
from isogloss.data.reading import read_vectors
from isogloss.data.vector_formats import RawVectors, floret, spacy
from isogloss.data.vector_formats.murmur import murmur3_128, murmur64a

TABLE = """8 2 3 4 2 2166136261 < >
0 -0.91049 0.85922
1 -0.73898 0.69737
2 -0.086658 0.081771
3 -2.0984 1.9803
4 -1.8228 1.7202
5 -0.48398 0.45673
6 -1.7594 1.6604
7 -2.5049 2.364
"""
EXPECTED = {
    "cat": (-1.3134925, 1.2395519),
    "ä": (-0.95470977, 0.9009649),
    "juoksentelisinkohan": (-1.2700477, 1.1985539),
    "日本語": (-1.5001668, 1.4157203),
    "a b": (-1.2930188, 1.2202324),
}
SETTINGS = {
    "mode": "floret",
    "minn": 3,
    "maxn": 4,
    "hash_count": 2,
    "hash_seed": 2166136261,
    "bow": "<",
    "eow": ">",
    "attr": 65,
}


def text_table(folder: Path, content: str = TABLE) -> Path:
    path = folder / "tiny.floret"
    path.write_text(content, encoding="utf-8")
    return path


def wheel(folder: Path, settings: object = SETTINGS, probabilities: dict[str, float] | None = None) -> Path:
    array = io.BytesIO()
    np.save(array, np.array([line.split()[1:] for line in TABLE.splitlines()[1:]], np.float32))
    words = list(probabilities or {})
    lookup = dict(
        zip(murmur64a([word.encode() for word in words]).tolist(), (probabilities or {}).values(), strict=True)
    )
    path = folder / "fi_tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fi/vocab/vectors", array.getvalue())
        archive.writestr("fi/vocab/vectors.cfg", json.dumps(settings))
        archive.writestr("fi/vocab/strings.json", json.dumps(words))
        if probabilities is not None:
            archive.writestr("fi/vocab/lookups.bin", msgpack.packb({"lexeme_prob": lookup}))
    return path


def read(path: Path, words: list[str] | None = None, max_vocab: int | None = None) -> RawVectors:
    return floret.read(path, max_vocab=max_vocab, progress=silent, words=words)


def refusal(path: Path, words: list[str] | None = None) -> str:
    with pytest.raises(FormatError) as caught:
        read(path, words)
    return str(caught.value)


def test_hashes_are_those_of_the_reference() -> None:
    assert murmur3_128([b"hello", b"hello, world, this is long"], 0).tolist() == [
        [14688674573012802306, 6565844092913065241],
        [13087494758925078042, 15764806152771847805],
    ]


@given(st.lists(st.binary(max_size=50)), st.integers(0, 2**32 - 1))
def test_hashing_together_is_hashing_one_by_one(texts: list[bytes], seed: int) -> None:
    assert murmur3_128(texts, seed).tolist() == [murmur3_128([text], seed)[0].tolist() for text in texts]


def test_vectors_of_a_text_table_are_those_of_floret(tmp_path: Path) -> None:
    path = text_table(tmp_path)
    assert floret.matches(path)
    vectors = read(path, list(EXPECTED))
    assert vectors.words == list(EXPECTED)
    np.testing.assert_allclose(vectors.matrix, list(EXPECTED.values()), rtol=1e-4)


def test_a_spacy_model_in_floret_mode_has_the_same_vectors(tmp_path: Path) -> None:
    path = wheel(tmp_path)
    assert floret.matches(path)
    for reader in (floret, spacy):
        vectors = reader.read(path, max_vocab=None, progress=silent, words=list(EXPECTED))
        np.testing.assert_allclose(vectors.matrix, list(EXPECTED.values()), rtol=1e-4)


def test_subwords_make_a_vector_for_any_word(tmp_path: Path) -> None:
    subwords = read(text_table(tmp_path), ["cat"]).subwords
    assert subwords is not None
    np.testing.assert_allclose(subwords.vectors(["ä", ""]), [EXPECTED["ä"], (0, 0)], rtol=1e-4)
    assert subwords.vectors([]).shape == (0, 2)


def test_a_word_list_in_a_file_names_the_rows(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("cat\nä\n", encoding="utf-8")
    vectors = read_vectors(text_table(tmp_path), "fi", words=tmp_path / "words.txt")
    assert vectors.words == ("cat", "ä")
    assert vectors.subwords is not None


def test_without_a_word_list_the_reader_asks_for_one(tmp_path: Path) -> None:
    assert "expected one; give a list of words" in refusal(text_table(tmp_path))
    assert "expected one; give a list of words" in refusal(wheel(tmp_path))


def test_word_probabilities_in_the_model_are_its_list(tmp_path: Path) -> None:
    path = wheel(tmp_path, probabilities={"koira": -9.5, "ja": -3.0, "Ja": -5.0, "talo": -8.0})
    assert floret.probable_words(path) == ["ja", "Ja", "talo", "koira"]
    assert read(path).words == ["ja", "Ja", "talo", "koira"]
    assert read(path, max_vocab=2).words == ["ja", "Ja", "talo"]


def test_a_model_for_lower_case_looks_up_lower_case(tmp_path: Path) -> None:
    vectors = read(wheel(tmp_path, SETTINGS | {"attr": 66}), ["CAT", "cat"])
    np.testing.assert_array_equal(vectors.matrix[0], vectors.matrix[1])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({key: value for key, value in SETTINGS.items() if key != "minn"}, "no usable 'minn'"),
        (SETTINGS | {"maxn": 2}, "n-grams of 3 to 2"),
        (SETTINGS | {"hash_count": 9}, "9 hashes"),
        (SETTINGS | {"hash_seed": -1}, "seed -1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, settings: object, words: str) -> None:
    assert words in refusal(wheel(tmp_path, settings), ["cat"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TABLE[:93], ":5: row '3' with 1 finite numbers, expected row 3 with 2"),
        (TABLE.replace("2 -0.086658", "5 -0.086658"), ":4: row '5'"),
        (TABLE.replace("1.6604", "nan"), ":8: row '6' with 1 finite numbers"),
        (TABLE.replace("1.6604", "1.6604 3"), ":8: row '6' with 3"),
        ("99999999999 300 4 5 2 1 < >\n", ":1: 99,999,999,999 rows of 300 announced"),
        ("0 0 4 5 2 1 < >\n", ":1: 0 rows"),
    ],
)
def test_a_damaged_table_is_refused_with_its_line(tmp_path: Path, content: str, words: str) -> None:
    path = text_table(tmp_path, content)
    assert refusal(path, ["cat"]).startswith(f"{path}{words}")


def test_other_files_are_not_floret(tmp_path: Path) -> None:
    assert not floret.matches(text_table(tmp_path, "2 3\nthe 1 2 3\ncat 1 2 3\n"))
    assert not floret.matches(text_table(tmp_path, ""))
    assert not floret.matches(tmp_path)
