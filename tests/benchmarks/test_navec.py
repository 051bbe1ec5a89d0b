from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np

from benchmarks import navec


def test_quantised_vectors_are_read_most_frequent_word_first(tmp_path: Path) -> None:
    words, counts = ["<unk>", "а", "б", "в"], np.array([99, 1, 7, 3], np.uint32)
    codes = np.arange(12, dtype=np.float32).reshape(2, 2, 3)  # two parts, two centroids each, of three dimensions
    indices = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.uint8)
    vocabulary = np.uint32(4).tobytes() + counts.tobytes() + "\n".join(words).encode()
    quantised = np.array([4, 6, 2, 2], np.uint32).tobytes() + indices.tobytes() + codes.tobytes()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as parts:
        for name, content in (("vocab.bin", gzip.compress(vocabulary)), ("pq.bin", quantised)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            parts.addfile(member, io.BytesIO(content))
    with zipfile.ZipFile(tmp_path / "wheel.whl", "w") as wheel:
        wheel.writestr(navec.MEMBER, packed.getvalue())
    frequent, matrix = navec.frequent(tmp_path / "wheel.whl", 2)
    assert frequent == ("б", "в")
    assert matrix.tolist() == [[0, 1, 2, 9, 10, 11], [3, 4, 5, 9, 10, 11]]
