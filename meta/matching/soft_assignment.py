"""Soft assignment of two languages' frequent words to each other: the two steps that self-learning takes in turns.

A map fitted to a few seeds finds one right pair among twenty wrong ones, and a hard choice of mutual nearest neighbors
carries the wrong ones on. Here every pair of words keeps a probability instead. The step to the map is closed
(Procrustes on expected pairs, its spectrum kept so that directions without support count for little); the step to the
assignment is a softmax over a weighted sum of the features of each pair, with weights that were fitted on other
languages (``meta.matching.assignment_weights``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.csls import NEIGHBORS
from isogloss.data.numerics.csls import csls as csls_formula
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.matching.word_descriptors import log_ranks

PAIR_FEATURES = ("map, flat", "map, steep", "profile", "rank gap", "word descriptors")
POWERS = (
    0.25,
    0.75,
)  # of the singular values: a flat and a steep map, which the weights mix; chosen by hand, not tuned
TYPICAL_SEEDS = 25  # seed pairs for which a weight is its constant part; round number
TYPICAL_SHARE = 0.25  # share of words in mutual pairs for which a weight is its constant part; round number
SHARE_SCALE = 4.0  # factor that brings the share's distance from the typical one to the range -1 to 3; round number


@dataclass(frozen=True, eq=False)
class MatchingProblem:
    """Two languages' frequent words and the seeds: all that stays the same from round to round.

    ``fixed`` holds the features of pairs that need no map, shape ``(3, n, m)``; ``seed_covariance`` is the
    cross-product of the seeds' vectors, shape ``(d, d)``; ``seed_count`` is their number.
    """

    x: Tensor  # (n, d)
    y: Tensor  # (m, d)
    seed_covariance: Tensor
    fixed: Tensor
    seed_count: int

    @classmethod
    def of(
        cls, x: Matrix, y: Matrix, seeds: Seeds, descriptors: tuple[Tensor, Tensor], metric: Tensor
    ) -> MatchingProblem:
        """The problem of matching those most frequent words that ``descriptors`` are given for.

        Args:
            x: Normalised source vectors, most frequent word first, shape ``(≥ n, d)``.
            y: Normalised target vectors, shape ``(≥ m, d)``.
            seeds: Seed pairs, which may lie beyond the frequent words.
            descriptors: Of both languages (``meta.matching.word_descriptors``), shapes ``(n, f)`` and ``(m, f)``.
            metric: Weight of each descriptor's squared difference, shape ``(f,)``.
        """
        a, b = (
            as_tensor(np.ascontiguousarray(vectors[: len(described)]))
            for vectors, described in zip((x, y), descriptors, strict=True)
        )
        seed_x, seed_y = as_tensor(x[seeds.source]), as_tensor(y[seeds.target])
        profile = csls(_profile(a, seed_x), _profile(b, seed_y))
        ranks = (log_ranks(len(words)) for words in (a, b))
        gap = -(next(ranks)[:, None] - next(ranks)[None]).abs()
        fixed = torch.stack([profile / profile.std(), gap, descriptor_similarity(*descriptors, metric)])
        return cls(a, b, seed_x.T @ seed_y, fixed, len(seeds))

    def certain(self, pairs: Seeds) -> Tensor:
        """The assignment, shape ``(n, m)``, that gives probability 1 to those of ``pairs`` among the frequent words."""
        inside = pairs.within(len(self.x), len(self.y))
        assignment = torch.zeros(len(self.x), len(self.y))
        assignment[as_tensor(inside.source), as_tensor(inside.target)] = 1.0
        return assignment

    def features(self, assignment: Tensor | None) -> Tensor:
        """The ``PAIR_FEATURES`` of every pair, shape ``(features, n, m)``.

        The maps are fitted to the seeds and, weighted by their probability, to the pairs of ``assignment``.
        """
        cross = self.seed_covariance if assignment is None else self.seed_covariance + self.x.T @ (assignment @ self.y)
        u, s, vt = torch.linalg.svd(cross)
        spectra = [(s / s[0]) ** power for power in POWERS]
        mapped = [csls(_unit(self.x @ (u * spectrum)), _unit(self.y @ (vt.T * spectrum))) for spectrum in spectra]
        return torch.cat([torch.stack([score / score.std() for score in mapped]), self.fixed])


def descriptor_similarity(x: Tensor, y: Tensor, metric: Tensor) -> Tensor:
    """Minus the squared distances of two languages' word descriptors, shape ``(n, m)``, under a diagonal ``metric``."""
    a, b = x * metric.sqrt(), y * metric.sqrt()
    return 2 * a @ b.T - a.square().sum(dim=1)[:, None] - b.square().sum(dim=1)


def scores(features: Tensor, weights: Tensor) -> Tensor:
    """The weighted sum of the features of each pair, shape ``(n, m)``."""
    return torch.einsum("c,cnm->nm", weights, features)


def soft_assignment(score: Tensor) -> Tensor:
    """The probability that both words of a pair choose each other, shape ``(n, m)``: the product of two softmaxes."""
    return torch.softmax(score, dim=1) * torch.softmax(score, dim=0)


def covariates(flat: Tensor, seeds: int) -> Tensor:
    """What the weights are linear functions of, shape ``(3,)``.

    A constant, the logarithm of the number of ``seeds``, and how well the ``flat`` map (the first of the features)
    agrees with itself: the share of words in mutual pairs. Between distant languages that stays low for long, and
    assignments must then stay spread out. (Varying coefficients: Hastie and Tibshirani, 1993.)
    """
    share = len(mutual_nearest(flat)) / min(flat.shape)
    return torch.tensor([1.0, float(np.log10(seeds / TYPICAL_SEEDS)), SHARE_SCALE * (share - TYPICAL_SHARE)])


def mutual_nearest(score: Tensor) -> Tensor:
    """Pairs of rows that are each other's best, shape ``(pairs, 2)``."""
    forward, backward = score.argmax(dim=1), score.argmax(dim=0)
    rows = torch.arange(len(forward))
    agreed = backward[forward] == rows
    return torch.stack([rows[agreed], forward[agreed]], dim=1)


def csls(x: Tensor, y: Tensor) -> Tensor:
    """CSLS of all pairs (Lample et al., 2018), shape ``(n, m)``; ``x`` and ``y`` have unit length."""
    cosine = x @ y.T
    k = min(NEIGHBORS, *cosine.shape)
    source_density = cosine.topk(k, dim=1).values.mean(dim=1)
    target_density = cosine.T.contiguous().topk(k, dim=1).values.mean(dim=1)
    return as_tensor(csls_formula(cosine.numpy(), source_density[:, None].numpy(), target_density.numpy()))


def _unit(x: Tensor) -> Tensor:
    return torch.nn.functional.normalize(x, dim=1)


def _profile(x: Tensor, seeds: Tensor) -> Tensor:
    """Similarity to each seed of the same language, standardised, unit length, shape ``(n, seeds)``."""
    similarity = x @ seeds.T
    return _unit((similarity - similarity.mean(dim=0)) / (similarity.std(dim=0) + 1e-6))
