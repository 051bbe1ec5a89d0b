"""CSLS for a list of words, at the cost of the words it touches."""

from __future__ import annotations

from functools import cached_property
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Neighbors, Rows
from isogloss.lexicon.search.low_precision import fast_precision
from isogloss.lexicon.search.nearest import fitting_rows, halves, nearest, slices, spread
from isogloss.lexicon.search.tiles import Entries, Table, TooManyEntriesError, densities, leaders
from isogloss.lexicon.search.workers import Team, workers


class Effort(NamedTuple):
    """How the search spends its time; answers do not depend on it. Chosen by hand for speed, round numbers."""

    samples: tuple[int, int, int] = (2048, 20_480, 65_536)  # source words that bound densities: all, candidates, best
    min_targets: int = 8192  # targets from which a further sample is worth preparing
    candidates: int = 100  # targets compared for each query, beyond the k that are asked for


DEFAULT_EFFORT = Effort()


def translate_rows(
    x: Matrix,
    y: Matrix,
    queries: Rows,
    k: int = 10,
    *,
    neighbors: int = 10,
    device: str = "cpu",
    precision: torch.dtype | None = None,
    effort: Effort = DEFAULT_EFFORT,
) -> Neighbors:
    """The ``k`` best translations of some rows of ``x`` by CSLS: the same as of ``lexicon.search.csls.retrieve``.

    CSLS takes the density of a target word off its scores, and the density is a mean over all source words. A mean
    over a sample of them is never larger, so it bounds every score from above; only targets whose bound exceeds the
    best scores found so far need their true density.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        queries: The rows of ``x`` to translate.
        k: Translations for each word.
        neighbors: Nearest words whose mean cosine is a word's density.
        device: Where the products are computed.
        precision: Of the products that are looked through; by default bfloat16 where that is fast. All results are
            float32 and do not depend on it.
        effort: How many words bound densities, and how many candidates are compared.
    """
    source = as_tensor(np.ascontiguousarray(x, dtype=np.float32)).to(device)
    target = as_tensor(np.ascontiguousarray(y, dtype=np.float32)).to(device)
    words = as_tensor(np.ascontiguousarray(queries, dtype=np.int64)).to(device)
    precision = precision or fast_precision(device)
    with workers(device) as team:
        search = _Lazy(source, target, k, neighbors, precision, effort, team)
        rows = torch.zeros((len(words), search.k), dtype=torch.int64, device=source.device)
        scores = torch.zeros((len(words), search.k), device=source.device)
        density = torch.zeros(len(words), device=source.device)
        waiting = torch.arange(len(words), device=source.device)
        count = search.k + effort.candidates
        while len(waiting):
            candidates = search.candidates(words[waiting], count)
            search.learn(candidates)
            rows[waiting], scores[waiting] = search.best(candidates)
            density[waiting] = candidates.density
            waiting = waiting[scores[waiting, -1] < candidates.bound]
            count *= 4
    return Neighbors(rows.cpu().numpy(), (2 * scores - density[:, None]).cpu().numpy())


class _Candidates(NamedTuple):
    """Candidates of some queries, and what no other target's score exceeds."""

    entries: Entries
    bound: Tensor  # (queries,)
    density: Tensor  # of the queries


class _Lazy:
    """What is known of the density of each target so far."""

    def __init__(
        self, x: Tensor, y: Tensor, k: int, neighbors: int, precision: torch.dtype, effort: Effort, team: Team
    ) -> None:
        self.x, self.y, self.effort, self.team = x, y, effort, team
        self.k, self.neighbors, self.target_neighbors = min(k, len(y)), min(neighbors, len(x)), min(neighbors, len(y))
        self.precision = precision
        self.targets = Table(y, precision)
        self.margin = self.targets.margin(x)
        self.density = self._density(torch.arange(len(y), device=y.device), effort.samples[0])  # at least
        self.exact = torch.zeros(len(y), dtype=torch.bool, device=y.device)
        self.targets.arrange(self.density)
        self._half = self.targets.chunked(self.density / 2)

    def candidates(self, words: Tensor, count: int) -> _Candidates:
        """About ``count`` targets of each query with the highest scores, as far as densities are known."""
        self._half = self.targets.chunked(self.density / 2)
        size = fitting_rows(self.targets, len(self.team))
        buffers = [self.targets.buffer(min(size, len(words))) for _ in range(len(self.team))]
        parts: list[_Candidates] = []
        waiting = iter(slices(words, size))
        while batch := list(islice(waiting, len(self.team))):
            for results in self.team.map(self._candidates, batch, buffers, repeat(count)):
                parts += results
        starts = np.cumsum([0, *(len(part.bound) for part in parts)])
        query = torch.cat([part.entries.query + int(start) for part, start in zip(parts, starts, strict=False)])
        target = torch.cat([part.entries.target for part in parts])
        cosine = torch.cat([part.entries.cosine for part in parts])
        bound, density = (torch.cat(column) for column in zip(*((p.bound, p.density) for p in parts), strict=True))
        return _Candidates(Entries(query, target, cosine), bound, density)

    def learn(self, candidates: _Candidates) -> None:
        """Compute the density of all targets that may be among the best."""
        query, target, _ = candidates.entries
        self._tighten(target, self.effort.samples[1])
        index, _ = leaders(query, self._scores(candidates), self.k)
        self._settle(target[index])
        self._tighten(target[self._may_win(candidates)], self.effort.samples[2])
        self._settle(target[self._may_win(candidates)])

    def _may_win(self, candidates: _Candidates) -> Tensor:
        """Which entries may be among the best ``k``, as far as densities are known."""
        _, scores = self.best(candidates)
        return self._scores(candidates) >= scores[candidates.entries.query, -1]

    def _tighten(self, target: Tensor, sources: int) -> None:
        """Raise the least density of these targets by a larger sample, if the sample is small enough to pay."""
        target = self._unknown(target)
        if len(self.x) > 2 * sources and len(target) > self.effort.min_targets:
            self.density[target] = torch.maximum(self.density[target], self._density(target, sources))

    def best(self, candidates: _Candidates) -> tuple[Tensor, Tensor]:
        """The best targets of each query whose density is known, with ``cosine - density / 2``."""
        query, target, _ = candidates.entries
        rows = torch.zeros((len(candidates.bound), self.k), dtype=torch.int64, device=target.device)
        scores = torch.full((len(candidates.bound), self.k), -torch.inf, device=target.device)
        exact = self.exact[target]
        query, target, score = query[exact], target[exact], self._scores(candidates)[exact]
        index, place = leaders(query, score, self.k)
        rows[query[index], place], scores[query[index], place] = target[index], score[index]
        return rows, scores

    def _candidates(self, words: Tensor, buffer: Tensor, count: int) -> list[_Candidates]:
        try:
            block = self.targets.block(self.x[words], buffer)
            density = densities(block.best(self.target_neighbors, self.margin), len(words), self.target_neighbors)
            if count >= len(self.y) / 2:
                return [_Candidates(block.everything(), torch.full_like(density, -torch.inf), density)]
            return [_Candidates(*block.candidates(count, self.margin, self._half), density)]
        except TooManyEntriesError:
            return [part for half in halves(words) for part in self._candidates(half, buffer, count)]

    def _scores(self, candidates: _Candidates) -> Tensor:
        return candidates.entries.cosine - self.density[candidates.entries.target] / 2

    def _settle(self, target: Tensor) -> None:
        """Compute the density of these targets."""
        target = self._unknown(target)
        self.density[target] = self._density(target, len(self.x))
        self.exact[target] = True

    @cached_property
    def _sources(self) -> Table:
        return Table(self.x, self.precision)

    def _unknown(self, target: Tensor) -> Tensor:
        """Those of these targets, each once, whose density is not known."""
        named = torch.zeros_like(self.exact)
        named[target] = True
        return (named & ~self.exact).nonzero().squeeze(1)

    def _density(self, target: Tensor, sources: int) -> Tensor:
        """The density of some targets among ``sources`` of the source words, evenly spread."""
        rows = spread(len(self.x), max(sources, self.neighbors), self.x.device)
        table = self._sources if len(rows) == len(self.x) else Table(self.x[rows], self.precision)
        _, scores = nearest(self.y, target, table, self.neighbors, self.team)
        return scores.mean(dim=1)
