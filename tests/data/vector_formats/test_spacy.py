"""Vectors inside spaCy models, on small wheels made here."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.errors import FormatError
from isogloss.data.progress import silent
from isogloss.data.reading import read_vectors
from isogloss.data.vector_formats import RawVectors, spacy
from isogloss.data.vector_formats.murmur import murmur64a

OWNERS = [".", ",", "the", "cat", "Dog"]
ALIASES = {"kitten": 3, "feline": 3, "puppy": 4}
TABLE = np.arange(10, dtype=np.float32).reshape(5, 2)
SIGNS = list(".,:;!?()-0123456789")


def keys(words: Sequence[str]) -> list[int]:
    return [int(key) for key in murmur64a([word.encode() for word in words])]


def members(
    owners: Sequence[str] = OWNERS, aliases: Mapping[str, int] = ALIASES, table: object = TABLE
) -> dict[str, bytes]:
    array = io.BytesIO()
    np.save(array, table, allow_pickle=False)  # type: ignore[arg-type]
    rows = dict(zip(keys(owners), range(len(owners)), strict=True)) | dict(
        zip(keys(list(aliases)), aliases.values(), strict=True)
    )
    return {
        "vectors": array.getvalue(),
        "key2row": msgpack.packb(rows),
        "strings.json": json.dumps(sorted([*owners, *aliases, "unused"])).encode(),
        "vectors.cfg": b'{"mode": "default"}',
    }


def wheel(folder: Path, files: Mapping[str, bytes], vocab: str = "en_tiny/en_tiny-1.0/vocab") -> Path:
    path = folder / "en_tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{vocab}/{name}", content)
    return path


def model_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    vocab = folder / "model" / "vocab"
    vocab.mkdir(parents=True)
    for name, content in files.items():
        (vocab / name).write_bytes(content)
    return vocab.parent


def read(path: Path) -> RawVectors:
    return spacy.read(path, max_vocab=None, progress=silent)


def refusal(path: Path) -> str:
    assert spacy.matches(path)
    with pytest.raises(FormatError) as caught:
        read(path)
    return str(caught.value)


def test_a_key_is_the_hash_that_spacy_gives_its_word() -> None:
    assert keys(["coffee", "apple"]) == [3197928453018144401, 8566208034543834098]


@given(st.lists(st.binary(max_size=40)))
def test_hashing_together_is_hashing_one_by_one(texts: list[bytes]) -> None:
    assert murmur64a(texts).tolist() == [int(murmur64a([text])[0]) for text in texts]


def test_only_words_that_own_a_row_come_out_of_a_wheel(tmp_path: Path) -> None:
    vectors = read(wheel(tmp_path, members()))
    assert vectors.words == OWNERS
    np.testing.assert_array_equal(vectors.matrix, TABLE)


def test_a_folder_reads_like_its_wheel(tmp_path: Path) -> None:
    folder = model_folder(tmp_path, members())
    for place in (folder, folder / "vocab", tmp_path):
        assert spacy.matches(place)
        assert read(place).words == OWNERS


def test_the_reader_of_all_formats_knows_a_wheel(tmp_path: Path) -> None:
    vectors = read_vectors(wheel(tmp_path, members()), "en")
    assert vectors.words == (".", ",", "the", "cat", "dog")
    assert "kitten" not in vectors


def test_rows_follow_the_map_and_not_the_table(tmp_path: Path) -> None:
    files = members()
    files["key2row"] = msgpack.packb(dict(zip(keys(["the", "cat", "kitten", "."]), [4, 1, 1, 0], strict=True)))
    vectors = read(wheel(tmp_path, files))
    assert vectors.words == ["the", "cat", "."]
    np.testing.assert_array_equal(vectors.matrix, TABLE[[4, 1, 0]])


def test_a_word_that_is_spelled_like_a_label_of_spacy_is_found(tmp_path: Path) -> None:
    files = members()
    files["key2row"] = msgpack.packb({432: 0, 449: 1, 423: 2})
    assert read(wheel(tmp_path, files)).words == ["number", "root", "mark"]


def test_words_that_the_model_cannot_spell_are_counted(tmp_path: Path) -> None:
    files = members()
    files["strings.json"] = json.dumps(["the", "cat"]).encode()
    vectors = read(wheel(tmp_path, files))
    assert vectors.words == ["the", "cat"]
    assert "3 of 5 vectors" in vectors.warnings[0]


def test_a_model_pruned_to_rare_words_is_doubted(tmp_path: Path) -> None:
    rare = ["stitchdown", "autoconfirmed", "zenigata", "sagarin", "latimore"]
    pruned = read(wheel(tmp_path, members(rare, dict.fromkeys([*SIGNS, "the"], 3))))
    assert "pruned to the wrong words" in pruned.warnings[0]


def test_a_model_pruned_to_frequent_words_is_not_doubted(tmp_path: Path) -> None:
    table = np.ones((len(SIGNS) + 1, 2), np.float32)
    assert read(wheel(tmp_path, members([*SIGNS, "the"], {"stitchdown": 3}, table))).warnings == ()


@pytest.mark.parametrize("missing", ["key2row", "strings.json"])
def test_a_model_without_a_part_is_refused(tmp_path: Path, missing: str) -> None:
    files = members()
    del files[missing]
    assert f": no en_tiny/en_tiny-1.0/vocab/{missing}" in refusal(wheel(tmp_path, files))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_wheel_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = wheel(tmp_path, members())
    path.write_bytes(path.read_bytes()[: round(share * path.stat().st_size)])
    assert "fetch it again" in refusal(path)


def test_a_wheel_with_flipped_bytes_is_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, members())
    content = bytearray(path.read_bytes())
    start = content.index(b"vocab/vectors") + 40
    content[start : start + 8] = bytes(8)
    path.write_bytes(content)
    assert "fetch it again" in refusal(path)


def test_a_place_outside_the_wheel_is_refused(tmp_path: Path) -> None:
    assert "'../../vocab/vectors'" in refusal(wheel(tmp_path, members(), "../../vocab"))


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, members() | {"strings.json": b" " * 50_000_000})
    assert "unpacks to more than 1,028 times, expected at most 250" in refusal(path)


def test_two_models_in_one_place_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        model_folder(tmp_path / name, members())
    with pytest.raises(FormatError, match=r"2 models \(one/model/vocab, two/model/vocab\)"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vectors", b"no array", "an array that cannot be read"),
        ("vectors", members(table=np.ones(5))["vectors"], "shape (5,)"),
        ("vectors", members(table=np.full((5, 2), np.nan))["vectors"], "not a number in row 0"),
        ("key2row", b"\xc1", "not MessagePack"),
        ("key2row", msgpack.packb([1, 2]), "list"),
        ("key2row", msgpack.packb({"the": 1}), "an entry that is not a number"),
        ("key2row", msgpack.packb({1: "one"}), "1 words with rows beyond"),
        ("key2row", msgpack.packb({1: 5}), "expected words for the 5 rows"),
        ("key2row", msgpack.packb({}), "0 words"),
        ("strings.json", b"[", "not JSON"),
        ("strings.json", b"[1]", "expected a JSON list of strings"),
        ("vectors.cfg", b"3", "expected a JSON object"),
    ],
)
def test_a_damaged_part_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = wheel(tmp_path, members() | {name: content})
    message = refusal(path)
    assert words in message
    assert message.startswith(str(path))


def test_other_folders_and_archives_are_not_models(tmp_path: Path) -> None:
    assert not spacy.matches(tmp_path)
    assert not spacy.matches(tmp_path / "nothing.vec")
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme", "no model")
    assert not spacy.matches(other)
