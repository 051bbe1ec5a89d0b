"""CSLS retrieval in both directions where all products fit in memory at once."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Cutoffs, Neighbors, Retrieval, Rows
from isogloss.lexicon.search.workers import Team, workers

PRODUCTS = 4096 * 4096  # 64 MB, up to which this is faster than blocks; chosen by hand, not tuned by a script
PART = 512  # rows that a worker reads at a time, so that they stay in its cache; round number, not tuned
CHUNK = 16  # columns whose maximum says whether to read them; round number, not tuned

Number = TypeVar("Number", np.float32, np.int64)


def full_product(x: Matrix, y: Matrix, cutoffs: Cutoffs) -> Retrieval:
    """As ``lexicon.search.symmetric.symmetric``, with the whole matrix of products at hand.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        cutoffs: Translations for each word.
    """
    with workers("cpu") as team:
        forward = _products(x, y, team)
        backward = _transposed(forward, team)
        source, target = (_density(table, cutoffs.neighbors, team) for table in (forward, backward))
        return Retrieval(
            _best(forward, source, target, cutoffs.k, team),
            _best(backward, target, source, cutoffs.backward, team),
            source,
            target,
        )


def _shortlist(products: Matrix, k: int) -> Rows:
    """Columns among which the ``k`` largest of each row are, shape ``(n, 16 k)`` and a few more.

    The ``k`` largest stand in the ``k`` chunks with the largest maxima, wherever in these.
    """
    n, m = products.shape
    lanes = m // CHUNK  # a chunk has every so manieth column, so that many maxima are taken at a time
    if lanes <= k:
        return np.tile(np.arange(m), (n, 1))
    table = torch.from_numpy(products[:, : lanes * CHUNK])  # noqa: TID251
    maxima = table.view(n, CHUNK, lanes).amax(dim=1)
    chosen = maxima.topk(k, dim=1, sorted=False).indices.numpy()
    columns = (chosen[:, :, None] + lanes * np.arange(CHUNK)).reshape(n, -1)
    remainder = np.broadcast_to(np.arange(lanes * CHUNK, m), (n, m - lanes * CHUNK))
    return np.concatenate([columns, remainder], axis=1)


def _density(products: Matrix, neighbors: int, team: Team) -> Matrix:
    count = min(neighbors, products.shape[1])

    def mean(part: slice) -> Matrix:
        return np.asarray(np.partition(products[part], -count, axis=1)[:, -count:].mean(axis=1))

    return np.concatenate(team.map(mean, _parts(len(products))))


def _best(products: Matrix, row_density: Matrix, column_density: Matrix, k: int, team: Team) -> Neighbors:
    """The best of each row by CSLS; overwrites ``products``."""
    half, count = column_density / 2, min(k, products.shape[1])

    def best(part: slice) -> Neighbors:
        scores = products[part]  # cosine - density / 2 from here on
        scores -= half
        if count == 1:
            rows = scores.argmax(axis=1)[:, None]
        else:
            columns = _shortlist(scores, count)
            rows = _taken(columns, np.argpartition(_taken(scores, columns), -count, axis=1)[:, -count:])
        answers = 2 * _taken(scores, rows) - row_density[part, None]
        order = np.argsort(-answers, axis=1, kind="stable")
        return Neighbors(_taken(rows, order), _taken(answers, order))

    return Neighbors(*(np.concatenate(column) for column in zip(*team.map(best, _parts(len(products))), strict=True)))


def _taken(table: NDArray[Number], columns: Rows) -> NDArray[Number]:
    """Some columns of each row; half the time of ``np.take_along_axis``."""
    gathered: NDArray[Number] = torch.from_numpy(table).gather(1, torch.from_numpy(columns)).numpy()  # noqa: TID251
    return gathered


def _transposed(products: Matrix, team: Team) -> Matrix:
    """A copy, block by block: a long column at a time would fetch each of its lines anew."""
    copied = np.empty(products.shape[::-1], products.dtype)

    def copy(part: slice) -> None:
        for columns in _parts(len(products)):
            copied[part, columns] = products[columns, part].T

    team.map(copy, _parts(len(copied)))
    return copied


def _products(x: Matrix, y: Matrix, team: Team) -> Matrix:
    """All products, shape ``(n, m)``, in the same blocks whatever the number of workers, so that sums repeat."""
    products = torch.empty((len(x), len(y)))
    source, target = _table(x), _table(y).T

    def fill(part: slice) -> None:
        torch.mm(source[part], target, out=products[part])

    team.map(fill, _parts(len(x)))
    return products.numpy()


def _table(vectors: Matrix) -> Tensor:
    return as_tensor(np.ascontiguousarray(vectors, dtype=np.float32))


def _parts(rows: int) -> list[slice]:
    return [slice(start, start + PART) for start in range(0, rows, PART)]
