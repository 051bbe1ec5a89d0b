"""Both linear maps trained to tell each translation from the words that stand nearest to it.

Contrastive fine-tuning follows the first stage of Li et al. (2022), "Improving word translation via two-stage
contrastive learning": a pair's cosine has to win against those of hard negatives, the nearest words of either language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Aligner, Maps
from isogloss.lexicon.alignment.normalisation import unit
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.search.index import ExactIndex, Rows
from isogloss.lexicon.search.threads import single_thread


@dataclass(frozen=True)
class Training:
    """How maps are trained.

    ``epochs`` go over all pairs in steps of ``batch``; ``negatives`` words of either language stand against each word,
    found anew in every epoch. With ``shared`` a pair is told from the negatives and the translations of its whole batch
    as well, which costs nothing: one product compares them all. ``adaptive`` steps are Adam's along a cosine, others
    plain gradient descent whose ``rate`` falls by 1 % a step.
    """

    epochs: int = 2
    batch: int = 256
    negatives: int = 20
    temperature: float = 0.1
    rate: float = 1e-3
    shared: bool = True
    adaptive: bool = True


ORIGINAL = Training(epochs=7, negatives=150, temperature=1.0, rate=1.5, shared=False, adaptive=False)


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
        training: How.
        seed: Makes the order of the pairs repeat.
    """
    task = Task(torch.from_numpy(x), torch.from_numpy(y), pairs, Known.of(pairs, len(x)))
    task = task._replace(back=Known.of(pairs.reversed(), len(y)))
    weights = [torch.from_numpy(each.copy()).requires_grad_() for each in (maps.source, maps.target)]
    steps = training.epochs * -(-len(pairs) // training.batch)
    optimiser, schedule = _descent(weights, training, steps)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(training.epochs):
        near = _near(x, y, pairs, _maps(weights), training.negatives)
        with single_thread():
            for some in torch.randperm(len(pairs), generator=generator).split(training.batch):  # type: ignore[no-untyped-call]
                loss = loss_of(task, weights, near, some, training)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                schedule.step()
    return _maps(weights)


def bidirectional(
    x: Matrix,
    y: Matrix,
    pairs: Seeds,
    maps: Maps,
    *,
    aligner: Aligner,
    training: Training = ORIGINAL,
    rounds: int = 2,
    found: int = 10_000,
    cut: int = 20_000,
    seed: int = 0,
) -> Maps:
    """Contrastive fine-tuning and self-learning in turns (C1 of Li et al., 2022).

    Each round fine-tunes on the known pairs, adds the ``found`` best pairs of both directions among the ``cut`` most
    frequent words, and aligns anew with both; the last round only fine-tunes. The original takes full-batch steps where
    these are of a batch each.

    Args:
        x: All source vectors, shape ``(n, d)``, unit length.
        y: All target vectors, shape ``(m, d)``, unit length.
        pairs: Known pairs of rows.
        maps: Where to begin: those of ``aligner``.
        aligner: Fits maps to known and found pairs.
        training: How to fine-tune.
        rounds: Of fine-tuning.
        found: Pairs to add, of either direction.
        cut: Most frequent words that may become pairs.
        seed: Makes the order of the pairs repeat.
    """
    maps = contrastive(x, y, pairs, maps, training=training, seed=seed)
    for number in range(1, rounds):
        mapped_x, mapped_y = unit(x @ maps.source), unit(y @ maps.target)
        more = pairs.and_pairs(_surest(mapped_x[:cut], mapped_y[:cut], found))
        onward = aligner(mapped_x[more.source], mapped_y[more.target])
        maps = Maps(maps.source @ onward.source, maps.target @ onward.target)
        maps = contrastive(x, y, pairs, maps, training=training, seed=seed + number)
    return maps


class Known(NamedTuple):
    """The known translations of every word: those of word ``i`` are ``targets[starts[i]:starts[i + 1]]``."""

    targets: Tensor
    starts: Tensor

    @classmethod
    def of(cls, pairs: Seeds, words: int) -> Known:
        """From pairs of rows, of which the source ones are below ``words``."""
        order = np.argsort(pairs.source, kind="stable")
        starts = np.searchsorted(pairs.source[order], np.arange(words + 1))
        return cls(torch.from_numpy(pairs.target[order]), torch.from_numpy(starts))

    def mark(self, refused: Tensor, words: Tensor, columns: Tensor) -> None:
        """Set ``refused``, shape ``(words, columns)``, where a column translates a word; ``columns`` are sorted."""
        starts = self.starts[words]
        counts = self.starts[words + 1] - starts
        line = torch.repeat_interleave(torch.arange(len(words)), counts)
        within = torch.arange(len(line)) - torch.repeat_interleave(counts.cumsum(0) - counts, counts)
        gold = self.targets[starts[line] + within]
        place = torch.searchsorted(columns, gold).clamp(max=len(columns) - 1)
        there = columns[place] == gold
        refused[line[there], place[there]] = True


class Task(NamedTuple):
    """What stays the same from step to step."""

    x: Tensor
    y: Tensor
    pairs: Seeds
    onward: Known
    back: Known = Known(torch.zeros(0), torch.zeros(0))


class Near(NamedTuple):
    """The hard negatives of each pair."""

    targets: Tensor  # near its source word, (pairs, negatives)
    sources: Tensor  # near its target word, (pairs, negatives)


def _descent(
    weights: list[Tensor], training: Training, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    if training.adaptive:
        adam = torch.optim.Adam(weights, lr=training.rate)
        return adam, torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    plain = torch.optim.SGD(weights, lr=training.rate)
    return plain, torch.optim.lr_scheduler.ExponentialLR(plain, 0.99)


def _maps(weights: list[Tensor]) -> Maps:
    source, target = (weight.detach().numpy().copy() for weight in weights)
    return Maps(source, target)


def _near(x: Matrix, y: Matrix, pairs: Seeds, maps: Maps, count: int) -> Near:
    a, b = unit(x @ maps.source), unit(y @ maps.target)
    return Near(_nearest(a, b, pairs.source, count), _nearest(b, a, pairs.target, count))


def _nearest(x: Matrix, y: Matrix, rows: Rows, count: int) -> Tensor:
    words, place = np.unique(rows, return_inverse=True)
    return torch.from_numpy(ExactIndex(y).search(x[words], count).rows[place])


def loss_of(task: Task, weights: list[Tensor], near: Near, some: Tensor, training: Training) -> Tensor:
    """The mean loss of the pairs numbered ``some``."""
    source, target = torch.from_numpy(task.pairs.source)[some], torch.from_numpy(task.pairs.target)[some]
    sources = torch.unique(torch.cat([source, near.sources[some].flatten()]))
    targets = torch.unique(torch.cat([target, near.targets[some].flatten()]))
    a, b = normalize(task.x[sources] @ weights[0]), normalize(task.y[targets] @ weights[1])
    x, y = a[torch.searchsorted(sources, source)], b[torch.searchsorted(targets, target)]
    onward, back = x @ b.T, y @ a.T
    refused = _refused(onward, targets, near.targets[some], training.shared)
    refused_back = _refused(back, sources, near.sources[some], training.shared)
    task.onward.mark(refused, source, targets)
    task.back.mark(refused_back, target, sources)
    right = (x * y).sum(dim=1, keepdim=True)
    negatives = onward.masked_fill(refused, -torch.inf), back.masked_fill(refused_back, -torch.inf)
    all_of_them = torch.cat([right, *negatives], dim=1) / training.temperature
    return (torch.logsumexp(all_of_them, dim=1) - all_of_them[:, 0]).mean()


def _refused(scores: Tensor, columns: Tensor, own: Tensor, shared: bool) -> Tensor:
    """The columns that are no negatives of a row: none of them with ``shared``, else all but its own."""
    refused = torch.full(scores.shape, not shared)
    if not shared:
        refused.scatter_(1, torch.searchsorted(columns, own), False)
    return refused


def _surest(x: Matrix, y: Matrix, count: int) -> Rows:
    """The best translations of either direction with the highest CSLS, at most ``count`` of each, as pairs of rows."""
    found = retrieve(x, y, 1)
    onward = np.stack([np.arange(len(x)), found.forward.rows[:, 0]], axis=1)
    back = np.stack([found.backward.rows[:, 0], np.arange(len(y))], axis=1)
    best = [np.argsort(-near.scores[:, 0], kind="stable")[:count] for near in (found.forward, found.backward)]
    return np.unique(np.concatenate([onward[best[0]], back[best[1]]]), axis=0)
