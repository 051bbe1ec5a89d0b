"""Word descriptors: numbers that describe a word within its own language, and mean the same in every language."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix

CONTEXT = 3_000  # most frequent words that a word is compared with, all similarities held at once; round number
NEAR = 10  # nearest words over which descriptors are averaged and hubs counted; as in CSLS, not tuned
WIDE = 50  # nearest words of the wider mean of frequency ranks; round number
CLUSTERED = 20  # nearest words that count as linked for the clustering coefficient; round number
STRONGEST = 5  # most similar words of a frequency band whose mean is a descriptor; round number
BANDS = ((0, 1), (1, 3), (3, 10), (10, 30), (30, 100), (100, 300))  # of a word's neighbors, nearest first, each about
# three times as wide as the one before; chosen by hand, not tuned
DIRECTIONS = (1, 2, 4, 8, 16, 32, 64)  # numbers of leading principal directions: powers of two
FREQUENCIES = ((0, 50), (50, 200), (200, 1_000), (1_000, CONTEXT))  # bands of frequency ranks; round numbers
LIMIT = 4.0  # standard deviations at which a descriptor is cut off; round number
RANK_OFFSET = 10.0  # added to a rank before its logarithm, so that the very first ones differ less; round number


@single_thread()
def word_descriptors(x: Matrix, words: int) -> Tensor:
    """Describe the first ``words`` words of a language, shape ``(words, features)``, each feature standardised.

    Frequency, densities near and far, moments of the distribution of similarities (after Artetxe et al., 2018), share
    of the leading principal directions, similarity to words of each frequency, hubness, clustering; then the same
    averaged over a word's neighbors and over theirs, and the standard deviation among its neighbors. A rotation of
    the vectors changes none of them.

    Args:
        x: Normalised vectors, most frequent word first, shape ``(n, d)``.
        words: How many to describe.
    """
    frequent = as_tensor(np.ascontiguousarray(x[:CONTEXT]))
    similarity = frequent @ frequent.T
    similarity.fill_diagonal_(-1)
    count = min(BANDS[-1][1], len(frequent) - 1)
    scores, rows = similarity.topk(count, dim=1)
    own = _standardised(torch.stack([*_of_word(frequent, similarity, scores, rows)], dim=1))
    neighbors = own[rows[:, :NEAR]]
    first_order = neighbors.mean(dim=1)
    second_order = first_order[rows[:, :NEAR]].mean(dim=1)
    parts = (own, *map(_standardised, (first_order, second_order, neighbors.std(dim=1))))
    return torch.cat(parts, dim=1)[:words].contiguous()


def log_ranks(words: int) -> Tensor:
    """The natural logarithms of so many frequency ranks, each a constant further on, shape ``(words,)``."""
    return torch.log(torch.arange(words) + RANK_OFFSET)


def _of_word(x: Tensor, similarity: Tensor, scores: Tensor, rows: Tensor) -> Iterator[Tensor]:
    rank = log_ranks(len(x))
    yield rank
    for low, high in BANDS:
        yield scores[:, low:high].mean(dim=1) if low < scores.shape[1] else torch.zeros(len(x))
    mean, deviation = similarity.mean(dim=1), similarity.std(dim=1)
    standard = (similarity - mean[:, None]) / deviation[:, None]
    yield from (mean, deviation, standard.pow(3).mean(dim=1), standard.pow(4).mean(dim=1))
    values, directions = torch.linalg.eigh(x.T @ x)
    energy = (x @ directions[:, values.argsort(descending=True)]).square().cumsum(dim=1)
    yield from (torch.log(energy[:, min(r, x.shape[1]) - 1] + 1e-4) for r in DIRECTIONS)
    nearest_ranks = rank[rows[:, :NEAR]]
    yield from (nearest_ranks.mean(dim=1), rank[rows[:, :WIDE]].mean(dim=1), nearest_ranks.std(dim=1))
    for low, high in FREQUENCIES:
        band = similarity[:, low:high]
        if band.shape[1] < STRONGEST:
            yield from (torch.zeros(len(x)), torch.zeros(len(x)))
        else:
            yield from (band.mean(dim=1), band.topk(STRONGEST, dim=1).values.mean(dim=1))
    yield torch.log1p(torch.bincount(rows[:, :NEAR].flatten(), minlength=len(x)).float())
    linked = torch.zeros(len(x), len(x)).scatter_(1, rows[:, :CLUSTERED], 1.0)
    yield (linked @ linked.T * linked).sum(dim=1)


def _standardised(values: Tensor) -> Tensor:
    return ((values - values.mean(dim=0)) / (values.std(dim=0) + 1e-6)).clamp(-LIMIT, LIMIT)
