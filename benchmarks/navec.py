"""Navec vectors of Russian words, which the package natasha brings: a product quantisation of GloVe vectors.

The format is that of https://github.com/natasha/navec: a tar with ``vocab.bin`` (words and their counts) and ``pq.bin``
(for each word a centroid in each of 100 parts of three dimensions).
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np

from isogloss.data.vectors import Matrix

MEMBER = "natasha/data/emb/navec_news_v1_1B_250K_300d_100q.tar"
MARKS = {"<unk>", "<pad>"}  # rows that are no words


def frequent(wheel: Path, count: int = 60_000) -> tuple[tuple[str, ...], Matrix]:
    """The ``count`` most frequent words of the wheel, most frequent first, and their vectors, shape ``(n, 300)``."""
    with zipfile.ZipFile(wheel) as files, tarfile.open(fileobj=io.BytesIO(files.read(MEMBER))) as parts:
        vocabulary, quantised = (_member(parts, name) for name in ("vocab.bin", "pq.bin"))
    plain = gzip.decompress(vocabulary)
    size = int(np.frombuffer(plain, np.uint32, 1)[0])
    counts = np.frombuffer(plain, np.uint32, size, 4)
    words = plain[4 + 4 * size :].decode().splitlines()
    rows = [row for row in np.argsort(-counts.astype(np.int64), kind="stable").tolist() if words[row] not in MARKS]
    return tuple(words[row] for row in rows[:count]), _vectors(quantised, rows[:count])


def _vectors(quantised: bytes, rows: list[int]) -> Matrix:
    vectors, dimensions, parts, centroids = np.frombuffer(quantised, np.uint32, 4).tolist()
    indices = np.frombuffer(quantised, np.uint8, vectors * parts, 16).reshape(vectors, parts)[rows]
    codes = np.frombuffer(quantised, np.float32, offset=16 + vectors * parts).reshape(parts, centroids, -1)
    return codes[np.arange(parts), indices].reshape(len(rows), dimensions)


def _member(parts: tarfile.TarFile, name: str) -> bytes:
    member = parts.extractfile(name)
    assert member is not None  # the package is pinned by its hash
    return member.read()
