"""CSLS retrieval in both directions where all products fit in memory at once."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from data.vectors import Matrix
from lexicon.retrieval import Neighbours
from lexicon.symmetric import Pass

PRODUCTS = 4096 * 4096  # up to which this is faster than looking through blocks (64 MB)


def whole(x: Matrix, y: Matrix, k: int, *, k_back: int | None = None, neighbourhood: int = 10) -> Pass:
    """As ``lexicon.symmetric.symmetric``, with the whole matrix of products at hand.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        k: Translations for each word.
        k_back: Translations for each word of the target side, where these are to be fewer.
        neighbourhood: Words that make up a word's density.
    """
    onward = _table(x) @ _table(y).T
    back = onward.T.clone(memory_format=torch.contiguous_format)
    source, target = _density(onward, neighbourhood), _density(back, neighbourhood)
    return Pass(
        _best(onward.mul_(2).sub_(source[:, None]).sub_(target), k),
        _best(back.mul_(2).sub_(target[:, None]).sub_(source), k_back or k),
        source.numpy(),
        target.numpy(),
        0,
    )


def _table(vectors: Matrix) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32))


def _density(products: Tensor, neighbourhood: int) -> Tensor:
    return products.topk(min(neighbourhood, products.shape[1]), dim=1).values.mean(dim=1)


def _best(scores: Tensor, k: int) -> Neighbours:
    found = scores.topk(min(k, scores.shape[1]), dim=1)
    return Neighbours(found.indices.numpy(), found.values.numpy())
