"""Both directions of CSLS retrieval from one blocked product."""

from __future__ import annotations

from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import DEFAULT, Compute, as_tensor
from isogloss.data.progress import Progress
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Cutoffs, Neighbors, Retrieval
from isogloss.lexicon.search.low_precision import fast_precision
from isogloss.lexicon.search.nearest import fitting_rows, halves, nearest, slices, spread
from isogloss.lexicon.search.tiles import MAX_ENTRIES, Block, Entries, Table, TooManyEntriesError, densities, leaders
from isogloss.lexicon.search.workers import Team, workers

# Chosen by hand for speed, not tuned by a script; exact results do not depend on them.
SAMPLE = 2048  # source words, at most, that set the first floors
STRIP = 2048  # targets sorted at a time
LEARNING = 8  # rounds between updates of the bounds, after as many with one each
SPARE_CANDIDATES = 45  # kept for each source word beyond the k that are asked for
REARRANGED = {
    round(2 ** (i / 2)) for i in range(40)
}  # rounds after which chunks follow what was learnt: 1, 2, 3, 4, 6 …


class Sizes(NamedTuple):
    """How much a pass holds at a time; results do not depend on it."""

    block_rows: int | None = None  # source words compared at a time; by default as many as fit 256 MB
    spare_candidates: int = SPARE_CANDIDATES  # with fewer, more words are searched again
    max_entries: int = MAX_ENTRIES  # products of a block handled at once; a block with more is split


USUAL_SIZES = Sizes()


class _Lists:
    """The ``k`` highest scores of every target word so far."""

    def __init__(self, targets: int, k: int, device: torch.device) -> None:
        self.k = k
        self.scores = torch.full((targets, k), -torch.inf, device=device)
        self.rows = torch.full((targets, k), -1, dtype=torch.int32, device=device)
        self.floor = torch.full((targets,), -torch.inf, device=device)  # the k-th best is known to reach this

    def add(self, target: Tensor, score: Tensor, row: Tensor) -> None:
        improving = (score > self.scores[target, -1]).nonzero().squeeze(1)
        target, score, row = target[improving], score[improving], row[improving]
        k = self.k
        index, place = leaders(target, score, k)
        first = place == 0
        words, line = target[index][first], first.cumsum(0) - 1
        scores = torch.full((len(words), 2 * k), -torch.inf, device=score.device)
        rows = torch.full((len(words), 2 * k), -1, dtype=torch.int32, device=score.device)
        scores[:, :k], rows[:, :k] = self.scores[words], self.rows[words]
        scores[line, k + place], rows[line, k + place] = score[index], row[index].int()
        best = scores.topk(k, dim=1)
        self.scores[words], self.rows[words] = best.values, rows.gather(1, best.indices)
        self.floor[words] = torch.maximum(self.floor[words], best.values[:, -1])


class Part(NamedTuple):
    """What comparing a block of source words with all targets yields."""

    sources: Tensor  # their rows
    density: Tensor  # of each
    backward: Entries | None  # what may stand in the lists of the targets; dropped once it does
    forward: Entries  # what the words may translate to, once the density of the targets is known
    bound: Tensor  # no other target's score exceeds this, shape (sources,)


class TargetBounds(NamedTuple):
    """What is known of the targets before a block of source words is compared, from other source words."""

    nearest_floor: Tensor  # the least that the last of the nearest words reaches, shape (targets,)
    best_floor: Tensor  # the same of the best translations
    nearest_scores: Tensor  # scores of the nearest words so far, shape (targets, neighbors); -inf where there are fewer


class SearchState:
    """The state of one pass: what is known of each word so far.

    ``compare`` reads the state and ``add`` writes it, so several blocks can be compared at the same time.
    """

    def __init__(
        self,
        x: Tensor,
        table: Table,
        cutoffs: Cutoffs,
        spare_candidates: int = SPARE_CANDIDATES,
        total: int | None = None,
    ) -> None:
        y = table.targets
        total = total or len(x)  # source words, of which x may be a part
        self.x, self.table, self.k = x, table, min(cutoffs.k, len(y))
        self.margin = self.table.margin(x)
        self.longest = self.table.longest * float(x.norm(dim=1).max())  # no product is larger
        self.neighbors = min(cutoffs.neighbors, len(y))
        self.wide = min(len(y), cutoffs.k + spare_candidates)
        self.dense = _Lists(len(y), min(cutoffs.neighbors, total), y.device)  # scored by cosine
        # Scored by cosine less half the source's density:
        self.backward = _Lists(len(y), min(cutoffs.backward, total), y.device)
        self.source_density = torch.zeros(len(x), device=x.device)
        self.rows = torch.zeros((len(x), self.k), dtype=torch.int64, device=x.device)
        self.scores = torch.full((len(x), self.k), -torch.inf, device=x.device)
        self.nearest_before: Tensor | None = None
        self.learn()

    def begin(self, bounds: TargetBounds) -> None:
        """Start from what other source words have shown."""
        self.dense.floor, self.backward.floor = bounds.nearest_floor.clone(), bounds.best_floor.clone()
        self.nearest_before = bounds.nearest_scores
        self.arrange()

    def sample(self, team: Team) -> None:
        """Let some source words set the first floors of the targets, and the chunks that the targets share."""
        rows = spread(len(self.x), min(SAMPLE, max(len(self.x) // 10, 256)), self.x.device)
        if len(rows) < max(self.dense.k, self.backward.k):
            return
        half = nearest(self.x, rows, self.table, self.neighbors, team, margin=self.margin)[1].mean(dim=1) / 2
        low = self.table.rounding.apply(self.x[rows])
        strips = slices(torch.arange(self.table.width, device=self.x.device), STRIP)
        team.map(self._sample, strips, repeat(low), repeat(half))
        self.arrange()

    def _sample(self, places: Tensor, low: Tensor, half: Tensor) -> None:
        targets = self.table.order[places]
        cosine, row = self.table.products(places, low).topk(
            min(2 * max(self.dense.k, self.backward.k), len(low)), dim=1
        )
        best = (cosine - half[row]).topk(self.backward.k, dim=1).values[:, -1]
        self.dense.floor[targets] = cosine[:, self.dense.k - 1] - self.margin
        self.backward.floor[targets] = best - self.margin

    def compare(self, sources: Tensor, buffer: Tensor) -> list[Part]:
        """Compare the words of ``sources`` with all targets."""
        try:
            block = self.table.block(self.x[sources], buffer)
            nearest_targets = block.best(self.neighbors, self.margin)
            density = densities(nearest_targets, len(sources), self.neighbors)
            backward = self._backward_entries(block, density / 2)
            forward, bound = block.candidates(self.wide, self.margin, self.half)
        except TooManyEntriesError:
            return [part for half in halves(sources) for part in self.compare(half, buffer)]
        forward = Entries(forward.query.short(), forward.target.int(), forward.cosine)
        return [Part(sources, density, backward, forward, bound)]

    def _backward_entries(self, block: Block, half: Tensor) -> Entries:
        """What may enter the lists of the targets, given half the density of each source word of the block."""
        nearest_floor, best_floor = self.nearest_floor, self.best_floor
        limit = torch.minimum(nearest_floor.least, best_floor.least + half[:, None])

        def fine(query: Tensor, target: Tensor) -> Tensor:
            return torch.minimum(nearest_floor.values[target], best_floor.values[target] + half[query])

        return block.exact(block.above(limit, fine))

    def arrange(self) -> None:
        """Let targets share a chunk as they are now known."""
        self.table.arrange(self.dense.floor)
        self.learn()

    def learn(self) -> None:
        """Let blocks to come use what is now known of the targets."""
        self.nearest_floor = self.table.chunked(self.dense.floor - self.margin)
        self.best_floor = self.table.chunked(self.backward.floor - self.margin)
        cosines = self.dense.scores
        if self.nearest_before is not None:
            cosines = torch.cat([cosines, self.nearest_before], dim=1).topk(self.dense.k, dim=1).values
        least = torch.maximum(cosines, self.dense.floor[:, None]).clamp(min=-self.longest)
        self.half = self.table.chunked(least.mean(dim=1) / 2)

    def add(self, parts: list[Part], team: Team) -> None:
        """Note what the targets learn from ``parts``."""
        backward = [(part.sources, part.backward) for part in parts if part.backward is not None]
        target = torch.cat([entries.target for _, entries in backward])
        cosine = torch.cat([entries.cosine for _, entries in backward])
        rows = torch.cat([sources[entries.query] for sources, entries in backward])
        for part in parts:
            self.source_density[part.sources] = part.density
        scores = (cosine, cosine - self.source_density[rows] / 2)
        team.map(_Lists.add, (self.dense, self.backward), repeat(target), scores, repeat(rows))

    def settle(self, part: Part, half: Tensor) -> Tensor:
        """Score the candidates of ``part``, given half the density of each target; the sources left in doubt."""
        self._fill(part.sources, part.forward, half)
        return part.sources[self.scores[part.sources, -1] < part.bound]

    def _fill(self, sources: Tensor, entries: Entries, half: Tensor) -> None:
        query, target = entries.query.long(), entries.target.long()
        score = entries.cosine - half[target]
        index, place = leaders(query, score, self.k)
        line = sources[query[index]]
        self.rows[line, place], self.scores[line, place] = target[index], score[index]


def symmetric(
    x: Matrix,
    y: Matrix,
    cutoffs: Cutoffs,
    *,
    precision: torch.dtype | None = None,
    sizes: Sizes = USUAL_SIZES,
    compute: Compute = DEFAULT,
) -> Retrieval:
    """The best translations of every row, in both directions, by CSLS, from one product of the tables.

    Each block of products is looked through once, for the source words and for the target words. What a target's
    density takes off its scores is known only at the end, but never less than what the words seen so far give; so
    each source word keeps the candidates that could win, and the few for which these turn out not to suffice are
    searched again.

    Args:
        x: Source vectors in the shared space, shape ``(n, d)``, unit length.
        y: Target vectors in the shared space, shape ``(m, d)``, unit length.
        cutoffs: Translations for each word.
        precision: Of the products that are looked through; by default bfloat16 where that is fast. All results are
            float32 and do not depend on it.
        sizes: Set the memory.
        compute: Where the products are computed, and what watches them.
    """
    device = compute.device
    source = as_tensor(np.ascontiguousarray(x, dtype=np.float32)).to(device)
    target = as_tensor(np.ascontiguousarray(y, dtype=np.float32)).to(device)
    table = Table(target, precision or fast_precision(device), max_entries=sizes.max_entries)
    search = SearchState(source, table, cutoffs, sizes.spare_candidates)
    with workers(device) as team:
        size = min(sizes.block_rows or fitting_rows(search.table, len(team)), len(x))
        search.sample(team)
        parts = compared(search, team, size, compute.progress)
        target_density = search.dense.scores.mean(dim=1)
        half = target_density / 2
        unsure = torch.cat(team.map(search.settle, parts, repeat(half)))
        search.table.arrange(half)
        search.rows[unsure], search.scores[unsure] = nearest(
            source, unsure, search.table, search.k, team, penalty=half, margin=search.margin
        )
    return Retrieval(
        Neighbors(search.rows.cpu().numpy(), (2 * search.scores - search.source_density[:, None]).cpu().numpy()),
        Neighbors(
            search.backward.rows.long().cpu().numpy(),
            (2 * search.backward.scores - target_density[:, None]).cpu().numpy(),
        ),
        search.source_density.cpu().numpy(),
        target_density.cpu().numpy(),
        len(unsure),
    )


def compared(search: SearchState, team: Team, size: int, progress: Progress) -> list[Part]:
    """Compare all source words with all targets, ``size`` at a time, each time with what was learnt before."""
    x = search.x
    buffers = [search.table.buffer(size) for _ in range(len(team))]
    parts: list[Part] = []
    count = -(-len(x) // size)  # each block is a fair sample of the frequent and the rare
    blocks = (torch.arange(start, len(x), count, device=x.device) for start in range(count))
    watched = progress(blocks, "Comparing", total=count)
    for number, batch in enumerate(iter(lambda: list(islice(watched, len(team))), []), start=1):
        new_parts = [part for parts in team.map(search.compare, batch, buffers) for part in parts]
        search.add(new_parts, team)
        parts += [part._replace(backward=None) for part in new_parts]
        if number in REARRANGED:
            search.arrange()
        elif number < LEARNING or number % LEARNING == 0:
            search.learn()
    return parts
