"""However a file is damaged, reading it ends with vectors or with an explanation."""

import gzip
import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from isogloss.data.errors import IsoglossError
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors

WORDS = tuple(f"w{row}é" for row in range(12))
MATRIX = np.random.default_rng(0).standard_normal((12, 3)).astype(np.float32)
PIECES = [
    b" ",
    b"\n",
    b"\0",
    b"\x0b",
    b"\t",
    b"nan",
    b"1e99",
    b"99999999999",
    b"-",
    b"[",
    b'"',
    b"\xff",
    b"\xff\xff\xff\x7f",
]


def whole(folder: Path, name: str) -> bytes:
    """A good file of the kind that ``name`` says."""
    rows = (f"{word} ".encode() + row.tobytes() for word, row in zip(WORDS, MATRIX, strict=True))
    if name == "x.safetensors":
        return save({"vectors": MATRIX}, {"words": json.dumps(WORDS)})
    if name == "x.bin":
        return b"12 3\n" + b"".join(rows)
    if name == "model.bin":
        return fasttext_model(folder)
    write_vectors(Vectors("en", WORDS, MATRIX), folder / name, force=True)
    return (folder / name).read_bytes()


def fasttext_model(folder: Path) -> bytes:
    import fasttext

    (folder / "text").write_text("the quick brown fox jumps over the lazy dog\n" * 5)
    model = fasttext.train_unsupervised(
        str(folder / "text"), dim=4, epoch=1, minCount=1, bucket=50, thread=1, verbose=0
    )
    model.save_model(str(folder / "model.bin"))
    return (folder / "model.bin").read_bytes()


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """``content`` with a few bytes removed, added or replaced, more often near its beginning."""
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, min(len(content), data.draw(st.sampled_from([40, 150, len(content)])))))
        gone = data.draw(st.sampled_from([0, 1, 4, 30, len(content)]))
        content = content[:start] + data.draw(st.sampled_from([b"", *PIECES])) + content[start + gone :]
    return content


@pytest.mark.parametrize("name", ["x.vec", "x.vec.gz", "x.npy", "x.safetensors", "x.bin", "model.bin"])
def test_no_damage_ends_without_an_explanation(name: str, tmp_path: Path) -> None:
    undamaged = whole(tmp_path, name)
    path = tmp_path / name

    @given(st.data())
    @settings(max_examples=150, deadline=None)
    def check(data: st.DataObject) -> None:
        path.write_bytes(damaged(undamaged, data))
        with suppress(IsoglossError):
            vectors = read_vectors(path, "en")
            assert len(vectors.words) == len(vectors.matrix) > 0
            assert np.isfinite(vectors.matrix).all()

    check()


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_garbage_ends_without_an_explanation(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(content)
    with suppress(IsoglossError):
        read_vectors(path, "en")


def test_a_damaged_archive_inside_good_text_is_told(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"2 2\na 1 2\nb 3 4\n"))
    packed[-6] ^= 1  # the checksum
    (tmp_path / "x.vec.gz").write_bytes(packed)
    with pytest.raises(IsoglossError, match="damaged or cut-off compressed data"):
        read_vectors(tmp_path / "x.vec.gz", "en")
