"""How a word stands in its own language: numbers that mean the same in every language and need no translation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.threads import single_thread

CONTEXT = 3_000  # most frequent words that a word is compared with
NEAR = 20  # words that make up a word's surroundings
BANDS = ((0, 1), (1, 3), (3, 10), (10, 30), (30, 100), (100, 300))  # of a word's neighbours, nearest first
RANKS = (1, 2, 4, 8, 16, 32, 64)  # leading principal directions
FREQUENCIES = ((0, 50), (50, 200), (200, 1_000), (1_000, CONTEXT))
LIMIT = 4.0  # deviations


@single_thread()
def standing(x: Matrix, words: int) -> Tensor:
    """Describe the first ``words`` words of a language, shape ``(words, features)``, each feature standardised.

    Frequency, densities near and far, shape of the distribution of similarities (after Artetxe et al., 2018), share of
    the leading principal directions, likeness to words of each frequency, hubness, clustering; then the same averaged
    over a word's neighbours and over theirs, and its spread among them.

    Args:
        x: Normalised vectors, most frequent word first, shape ``(n, d)``.
        words: How many to describe.
    """
    near = torch.from_numpy(np.ascontiguousarray(x[:CONTEXT]))
    similarity = near @ near.T
    similarity.fill_diagonal_(-1)
    count = min(BANDS[-1][1], len(near) - 1)
    scores, rows = similarity.topk(count, dim=1)
    own = _standardised(torch.stack([*_of_word(near, similarity, scores, rows)], dim=1))
    around = own[rows[:, :10]]
    first = around.mean(dim=1)
    second = first[rows[:, :10]].mean(dim=1)
    parts = (own, *map(_standardised, (first, second, around.std(dim=1))))
    return torch.cat(parts, dim=1)[:words].contiguous()


def _of_word(x: Tensor, similarity: Tensor, scores: Tensor, rows: Tensor) -> Iterator[Tensor]:
    rank = torch.log(torch.arange(len(x)) + 10.0)
    yield rank
    for low, high in BANDS:
        yield scores[:, low:high].mean(dim=1) if low < scores.shape[1] else torch.zeros(len(x))
    mean, spread = similarity.mean(dim=1), similarity.std(dim=1)
    away = (similarity - mean[:, None]) / spread[:, None]
    yield from (mean, spread, away.pow(3).mean(dim=1), away.pow(4).mean(dim=1))
    values, directions = torch.linalg.eigh(x.T @ x)
    energy = (x @ directions[:, values.argsort(descending=True)]).square().cumsum(dim=1)
    yield from (torch.log(energy[:, min(r, x.shape[1]) - 1] + 1e-4) for r in RANKS)
    yield from (rank[rows[:, :10]].mean(dim=1), rank[rows[:, :50]].mean(dim=1), rank[rows[:, :10]].std(dim=1))
    for low, high in FREQUENCIES:
        band = similarity[:, low:high]
        if band.shape[1] < 5:
            yield from (torch.zeros(len(x)), torch.zeros(len(x)))
        else:
            yield from (band.mean(dim=1), band.topk(5, dim=1).values.mean(dim=1))
    yield torch.log1p(torch.bincount(rows[:, :10].flatten(), minlength=len(x)).float())
    linked = torch.zeros(len(x), len(x)).scatter_(1, rows[:, :NEAR], 1.0)
    yield (linked @ linked.T * linked).sum(dim=1)


def _standardised(values: Tensor) -> Tensor:
    return ((values - values.mean(dim=0)) / (values.std(dim=0) + 1e-6)).clamp(-LIMIT, LIMIT)
