"""Which words may translate each other, believed in degrees: the two steps that self-learning takes in turns.

A map of few seeds finds one right pair among twenty wrong ones, and a hard choice of pairs carries the wrong ones on.
Here every pair keeps a probability instead. The step to the map is closed (Procrustes on expected pairs, its spectrum
kept so that directions without support count for little); the step to the beliefs weighs what is known of a pair with
weights that were learned on other languages (``meta.matching.learning``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds

WORDS = 1_200  # most frequent words of each language that are matched, unless said otherwise
NEIGHBOURHOOD = 10
POWERS = (0.25, 0.75)  # of the spectrum: a flat and a steep one, which the weights mix to any between and beyond
CHANNELS = ("map, flat", "map, steep", "profile", "rank gap", "standing")
TYPICAL, TYPICAL_SHARE = 25, 0.25  # seeds, and share of words in mutual pairs, where a weight is its constant part


@dataclass(frozen=True, eq=False)
class Matching:
    """Two languages' frequent words and the seeds: all that stays the same from round to round.

    ``fixed`` holds the channels that need no map, shape ``(3, n, m)``; ``seeded`` is the cross-product of the seeds'
    vectors, shape ``(d, d)``; ``count`` is their number.
    """

    x: Tensor  # (n, d)
    y: Tensor  # (m, d)
    seeded: Tensor
    fixed: Tensor
    count: int

    @classmethod
    def of(cls, x: Matrix, y: Matrix, seeds: Seeds, standings: tuple[Tensor, Tensor], metric: Tensor) -> Matching:
        """Set out to match the words whose standings are given, the most frequent ones.

        Args:
            x: Normalised source vectors, most frequent word first.
            y: Normalised target vectors.
            seeds: Known pairs, which may lie beyond the frequent words.
            standings: Of both languages (``meta.matching.word_descriptors``), shapes ``(n, f)`` and ``(m, f)``.
            metric: What each difference of standing counts, shape ``(f,)``.
        """
        a, b = (
            torch.from_numpy(np.ascontiguousarray(each[: len(described)]))
            for each, described in zip((x, y), standings, strict=True)
        )
        known_x, known_y = torch.from_numpy(x[seeds.source]), torch.from_numpy(y[seeds.target])
        profile = csls(_profile(a, known_x), _profile(b, known_y))
        ranks = (torch.log(torch.arange(len(each)) + 10.0) for each in (a, b))
        gap = -(next(ranks)[:, None] - next(ranks)[None]).abs()
        fixed = torch.stack([profile / profile.std(), gap, nearness(*standings, metric)])
        return cls(a, b, known_x.T @ known_y, fixed, len(seeds))

    def believed(self, pairs: Seeds) -> Tensor:
        """A belief, shape ``(n, m)``, that is sure of those of ``pairs`` that are matched here."""
        known = pairs.within(len(self.x), len(self.y))
        belief = torch.zeros(len(self.x), len(self.y))
        belief[torch.from_numpy(known.source), torch.from_numpy(known.target)] = 1.0
        return belief

    def channels(self, belief: Tensor | None) -> Tensor:
        """What is known of every pair after a map was fitted to ``belief`` and the seeds, ``(channels, n, m)``."""
        cross = self.seeded if belief is None else self.seeded + self.x.T @ (belief @ self.y)
        u, s, vt = torch.linalg.svd(cross)
        shares = [(s / s[0]) ** power for power in POWERS]
        mapped = [csls(_unit(self.x @ (u * share)), _unit(self.y @ (vt.T * share))) for share in shares]
        return torch.cat([torch.stack([each / each.std() for each in mapped]), self.fixed])


def nearness(ours: Tensor, theirs: Tensor, metric: Tensor) -> Tensor:
    """Minus the squared distances of two languages' standings, shape ``(n, m)``, under a diagonal ``metric``."""
    a, b = ours * metric.sqrt(), theirs * metric.sqrt()
    return 2 * a @ b.T - a.square().sum(dim=1)[:, None] - b.square().sum(dim=1)


def scores(channels: Tensor, weights: Tensor) -> Tensor:
    """The weighted sum of the channels, shape ``(n, m)``."""
    return torch.einsum("c,cnm->nm", weights, channels)


def beliefs(score: Tensor) -> Tensor:
    """The probability that both words of a pair choose each other, shape ``(n, m)``."""
    return torch.softmax(score, dim=1) * torch.softmax(score, dim=0)


def circumstances(flat: Tensor, seeds: int) -> Tensor:
    """What the weights depend on, shape ``(3,)``: a constant, how many seeds, and how well the flat map agrees.

    Agreement is the share of words in mutual pairs: of languages that are far apart it stays low for long, and beliefs
    must then stay spread out.
    """
    share = len(mutual(flat)) / min(flat.shape)
    return torch.tensor([1.0, float(np.log10(seeds / TYPICAL)), 4 * (share - TYPICAL_SHARE)])


def mutual(score: Tensor) -> Tensor:
    """Pairs of rows that are each other's best, shape ``(pairs, 2)``."""
    forward, backward = score.argmax(dim=1), score.argmax(dim=0)
    rows = torch.arange(len(forward))
    agreed = backward[forward] == rows
    return torch.stack([rows[agreed], forward[agreed]], dim=1)


def csls(x: Tensor, y: Tensor) -> Tensor:
    """CSLS of all pairs (Lample et al., 2018), shape ``(n, m)``."""
    cosine = x @ y.T
    k = min(NEIGHBOURHOOD, *cosine.shape)
    ours = cosine.topk(k, dim=1).values.mean(dim=1)
    theirs = cosine.T.contiguous().topk(k, dim=1).values.mean(dim=1)
    return cosine.mul_(2).sub_(ours[:, None]).sub_(theirs)


def _unit(x: Tensor) -> Tensor:
    return torch.nn.functional.normalize(x, dim=1)


def _profile(x: Tensor, known: Tensor) -> Tensor:
    similar = x @ known.T
    return _unit((similar - similar.mean(dim=0)) / (similar.std(dim=0) + 1e-6))
