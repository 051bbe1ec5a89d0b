"""Contrastive fine-tuning of both linear maps against hard negatives.

Follows the first stage of Li et al. (2022), "Improving word translation via two-stage contrastive learning": the
cosine of a translation pair has to exceed those of the nearest words of either language that are no translations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.adam import Adam, cosine
from isogloss.data.numerics.normalisation import unit
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.index import ExactIndex, Rows


@dataclass(frozen=True)
class Training:
    """Hyperparameters of the fine-tuning, by Adam with a cosine schedule.

    The negatives of a pair are those of its whole batch, which costs one product; they are retrieved anew in every
    epoch.
    """

    epochs: int = 2
    batch: int = 256  # pairs
    negatives: int = 20  # hard negatives of each word, in the other language
    temperature: float = 0.1
    rate: float = 1e-3  # Adam's, at the start


def contrastive(
    x: Matrix, y: Matrix, pairs: Seeds, maps: Maps, *, training: Training = Training(), seed: int = 0
) -> Maps:
    """Fine-tune both ``maps`` so that known pairs beat their hard negatives (Li et al., 2022).

    The loss of a pair is the negative logarithm of ``exp(c / t)`` over the sum of that and the same of all negatives
    of both sides, where ``c`` is a cosine and ``t`` the temperature; known translations are never negatives.

    Args:
        x: All source vectors, shape ``(n, d)``, unit length.
        y: All target vectors, shape ``(m, d)``, unit length.
        pairs: Known pairs of rows.
        maps: Where to begin.
        training: The hyperparameters.
        seed: Makes the order of the pairs repeat.
    """
    forward, backward = Translations.of(pairs, len(x)), Translations.of(pairs.reversed(), len(y))
    task = Task(as_tensor(x), as_tensor(y), pairs, forward, backward)
    weights = [as_tensor(matrix.copy()).requires_grad_() for matrix in (maps.source, maps.target)]
    steps = training.epochs * -(-len(pairs) // training.batch)
    optimiser, rates = Adam(weights), cosine(training.rate, steps)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(training.epochs):
        negatives = _hard_negatives(x, y, pairs, _maps(weights), training.negatives)
        with single_thread():
            for batch in torch.randperm(len(pairs), generator=generator).split(training.batch):  # type: ignore[no-untyped-call]
                loss = contrastive_loss(task, weights, negatives, batch, training.temperature)
                optimiser.step(loss, next(rates))
    return _maps(weights)


class Translations(NamedTuple):
    """The known translations of every word: those of word ``i`` are ``targets[starts[i]:starts[i + 1]]``."""

    targets: Tensor
    starts: Tensor

    @classmethod
    def of(cls, pairs: Seeds, words: int) -> Translations:
        """From pairs of rows, of which the source ones are below ``words``."""
        order = np.argsort(pairs.source, kind="stable")
        starts = np.searchsorted(pairs.source[order], np.arange(words + 1))
        return cls(as_tensor(pairs.target[order]), as_tensor(starts))

    def mask(self, words: Tensor, columns: Tensor) -> Tensor:
        """Which ``columns``, sorted rows of the other language, translate which of ``words``.

        Returns:
            Shape ``(len(words), len(columns))``.
        """
        mask = torch.zeros((len(words), len(columns)), dtype=torch.bool)
        starts = self.starts[words]
        counts = self.starts[words + 1] - starts
        line = torch.repeat_interleave(torch.arange(len(words)), counts)
        offset = torch.arange(len(line)) - torch.repeat_interleave(counts.cumsum(0) - counts, counts)
        gold = self.targets[starts[line] + offset]
        place = torch.searchsorted(columns, gold).clamp(max=len(columns) - 1)
        present = columns[place] == gold
        mask[line[present], place[present]] = True
        return mask


class Task(NamedTuple):
    """What stays the same from step to step."""

    x: Tensor  # (n, d)
    y: Tensor  # (m, d)
    pairs: Seeds
    forward: Translations
    backward: Translations


class HardNegatives(NamedTuple):
    """The hard negatives of each pair."""

    targets: Tensor  # nearest to its source word, (pairs, negatives)
    sources: Tensor  # nearest to its target word, (pairs, negatives)


def contrastive_loss(
    task: Task, weights: list[Tensor], negatives: HardNegatives, batch: Tensor, temperature: float
) -> Tensor:
    """The mean loss of the pairs numbered ``batch``, against all words and hard negatives of the batch."""
    source, target = as_tensor(task.pairs.source)[batch], as_tensor(task.pairs.target)[batch]
    sources = torch.unique(torch.cat([source, negatives.sources[batch].flatten()]))
    targets = torch.unique(torch.cat([target, negatives.targets[batch].flatten()]))
    a, b = normalize(task.x[sources] @ weights[0]), normalize(task.y[targets] @ weights[1])
    x, y = a[torch.searchsorted(sources, source)], b[torch.searchsorted(targets, target)]
    positive = (x * y).sum(dim=1, keepdim=True)
    forward = (x @ b.T).masked_fill(task.forward.mask(source, targets), -torch.inf)
    backward = (y @ a.T).masked_fill(task.backward.mask(target, sources), -torch.inf)
    logits = torch.cat([positive, forward, backward], dim=1) / temperature
    return (torch.logsumexp(logits, dim=1) - logits[:, 0]).mean()


def _maps(weights: list[Tensor]) -> Maps:
    source, target = (weight.detach().numpy().copy() for weight in weights)
    return Maps(source, target)


def _hard_negatives(x: Matrix, y: Matrix, pairs: Seeds, maps: Maps, k: int) -> HardNegatives:
    a, b = unit(x @ maps.source), unit(y @ maps.target)
    return HardNegatives(_nearest(a, b, pairs.source, k), _nearest(b, a, pairs.target, k))


def _nearest(x: Matrix, y: Matrix, rows: Rows, k: int) -> Tensor:
    words, place = np.unique(rows, return_inverse=True)
    return as_tensor(ExactIndex(y).search(x[words], k).rows[place])
