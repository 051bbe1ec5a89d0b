"""Blocked products of two tables of vectors, and the few of their entries that matter.

A block holds the products of some query rows with all targets, in a fast low precision. The largest product of each
chunk of targets says where to look; only entries that might be wanted, up to the error of the low precision, are
computed again in float32. So the low precision costs time but never changes a result.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from isogloss.lexicon.search.low_precision import Rounding

LANES = 64  # chunks whose maxima are taken at a time; chosen by hand for speed, round number
MAX_ENTRIES = 8_000_000  # of a block at once, so that memory is bounded; round number, not tuned
CHUNKS = 65_536  # chunks read at a time, so that memory is bounded; round number, not tuned
LOWEST = -1e4  # below any product, above padding


class TooManyEntriesError(Exception):
    """So many products are nearly equal that the block has to be split; never leaves this package."""


class Entries(NamedTuple):
    """Single products of a block, by query."""

    query: Tensor  # the query's place in the block
    target: Tensor  # the target's row
    cosine: Tensor  # float32


class Chunked(NamedTuple):
    """A value of each target, and the least and most of it in each chunk of the table's present arrangement."""

    values: Tensor  # (targets,)
    least: Tensor  # (chunks,)
    most: Tensor  # (chunks,)


class Layout(NamedTuple):
    """How the products of a query lie in memory.

    The largest product of each ``chunk`` of targets is looked at first. Short products are compared fastest if
    ``lanes`` chunks are interleaved, so that as many maxima are taken at a time; others if each chunk is contiguous.
    """

    chunk: int
    lanes: int

    @classmethod
    def of(cls, product_bytes: int) -> Layout:
        """The faster layout for products of this size."""
        return cls(64, 1) if product_bytes == 4 else cls(32, LANES)

    @property
    def span(self) -> int:
        """Targets of the chunks that are interleaved."""
        return self.chunk * self.lanes

    @property
    def padded(self) -> int:
        """What the number of targets is filled up to a multiple of."""
        return max(self.span, 8 * self.chunk)


class Table:
    """Target vectors prepared for blocked products.

    Args:
        targets: Shape ``(m, d)``, float32, unit length (or zero), on the device to compute on.
        precision: Of the products that are only looked through: float32, bfloat16 or, where a result is allowed to
            be wrong once in a great many, int8.
        max_entries: Entries that a block may yield before it is split.
    """

    def __init__(self, targets: Tensor, precision: torch.dtype, *, max_entries: int = MAX_ENTRIES) -> None:
        _accept_sparse()
        self.max_entries = max_entries
        self.targets = targets
        self.rounding = Rounding(precision, targets.shape[1], targets.device)
        self.longest, self._rounded = self.rounding.lengths(targets)
        self.layout = Layout.of(self.rounding.product_bytes)
        self.width = max(1, -(-len(targets) // self.layout.padded)) * self.layout.padded  # products of one query
        self._low = self.rounding.apply(targets)
        self._arranged = self._low.new_empty((self.width, targets.shape[1]))
        self.arrange(torch.zeros(len(targets), device=targets.device))

    def __len__(self) -> int:
        return len(self.targets)

    def arrange(self, key: Tensor) -> None:
        """Put targets with a similar ``key``, shape ``(m,)``, into the same chunk, so that one limit fits them all."""
        places = torch.arange(self.width, device=key.device)
        order = key.argsort(descending=True)[places.clamp(max=len(key) - 1)]
        interleaved = places.view(-1, self.layout.lanes, self.layout.chunk).mT.reshape(-1)
        self.order = order[interleaved]  # the row at each place; padding repeats the last
        self._padding = (interleaved >= len(key))[-self.layout.padded :]
        torch.index_select(self._low, 0, self.order, out=self._arranged)

    def margin(self, queries: Tensor) -> float:
        """The most that a product in low precision can differ from the true one; for int8, is likely ever to."""
        longest, rounded = self.rounding.lengths(queries)
        inputs = rounded * self.longest + (longest + rounded) * self._rounded
        return self.rounding.margin(inputs, longest * self.longest)

    def block(self, queries: Tensor, buffer: Tensor) -> Block:
        """The products of ``queries``, shape ``(n, d)``, with all targets, computed in ``buffer``."""
        scores = buffer[: len(queries)]
        self.rounding.multiply(self.rounding.apply(queries), self._arranged.T, scores)
        lowest = -torch.inf if scores.is_floating_point() else torch.iinfo(scores.dtype).min
        scores[:, -self.layout.padded :].masked_fill_(self._padding, lowest)
        maxima = scores.view(-1, self.layout.chunk, self.layout.lanes).amax(dim=1).view(len(queries), -1)
        return Block(self, queries, scores, self.rounding.cosines(maxima))

    def products(self, places: Tensor, low: Tensor) -> Tensor:
        """The products of the targets at ``places`` with rounded queries, shape ``(len(places), len(low))``."""
        out = torch.empty((len(places), len(low)), dtype=self.rounding.products, device=low.device)
        self.rounding.multiply(self._arranged[places], low.T, out)
        return self.rounding.cosines(out)

    def buffer(self, rows: int) -> Tensor:
        """Room for the products of ``rows`` queries."""
        return torch.empty((rows, self.width), dtype=self.rounding.products, device=self.targets.device)

    def chunked(self, values: Tensor) -> Chunked:
        """``values`` of the targets, shape ``(m,)``, with their range in each chunk; holds until ``arrange``."""
        spread = values[self.order].view(-1, self.layout.chunk, self.layout.lanes)
        return Chunked(values, spread.amin(dim=1).view(-1), spread.amax(dim=1).view(-1))


@dataclass(frozen=True, eq=False)
class Block:
    """The products of some queries with all targets of a table, and the largest of each chunk."""

    table: Table
    queries: Tensor  # (rows, d), float32
    scores: Tensor  # (rows, width), low precision
    maxima: Tensor  # (rows, chunks), float32

    def best(self, k: int, margin: float, penalty: Chunked | None = None) -> Entries:
        """The ``k`` targets of each query with the highest ``cosine - penalty``, and a few more.

        Args:
            k: Targets wanted, at most as many as there are.
            margin: ``Table.margin`` of the queries.
            penalty: Taken off each target's products.

        Raises:
            TooManyEntriesError: Too many entries for a block of this size.
        """
        has_enough = -(-len(self.table) // self.table.layout.chunk) >= k  # as many chunks that are not all padding
        # The k-th best may be 2 margins worse than it looks: one too high, another too low.
        if penalty is None:
            kth = _kth(self.maxima if has_enough else self.seen(), k)
            return self.exact(self.above(kth[:, None] - 2 * margin))
        kth = _kth(self.maxima - penalty.most if has_enough else self.seen() - penalty.values[self.table.order], k)
        return self.exact(self._penalised(kth - 2 * margin, penalty))

    def candidates(self, k: int, margin: float, penalty: Chunked) -> tuple[Entries, Tensor]:
        """About ``k`` targets of each query with a high ``cosine - penalty``, and what all others stay below.

        Raises:
            TooManyEntriesError: Too many entries for a block of this size.
        """
        limit = _kth(self.maxima - (penalty.least + penalty.most) / 2, min(k, self.maxima.shape[1]))
        return self.exact(self._penalised(limit, penalty)), limit + margin

    def seen(self) -> Tensor:
        """All products in low precision, as cosines; the places of padding lie below any."""
        return self.table.rounding.cosines(self.scores)

    def everything(self) -> Entries:
        """All entries.

        Raises:
            TooManyEntriesError: Too many for a block of more than one query.
        """
        return self.exact(self.above(torch.full_like(self.maxima[:, :1], -torch.inf)))

    def _penalised(self, limit: Tensor, penalty: Chunked) -> Entries:
        """All entries whose ``cosine - penalty`` reaches the ``limit`` of their query, in low precision."""
        return self.above(limit[:, None] + penalty.least, lambda query, target: limit[query] + penalty.values[target])

    def above(self, limit: Tensor, fine: Callable[[Tensor, Tensor], Tensor] | None = None) -> Entries:
        """All entries that reach their limit, by query, in low precision.

        Args:
            limit: Of each chunk; broadcasts to ``maxima``.
            fine: Of single entries, from their queries and targets; at least the limit of the chunk.

        Raises:
            TooManyEntriesError: Too many entries for a block of more than one query.
        """
        limits = limit.clamp(min=LOWEST).expand_as(self.maxima).contiguous()  # padding lies lower
        chunks = (self.maxima >= limits).view(-1).nonzero().squeeze(1)
        limits = self.table.rounding.raw(limits.view(-1)[chunks])
        parts, count = [], 0
        for start in range(0, len(chunks), CHUNKS):
            part = self._within(chunks[start : start + CHUNKS], limits[start : start + CHUNKS])
            if fine is not None:
                reaching = (part.cosine >= fine(part.query, part.target)).nonzero().squeeze(1)
                part = Entries(part.query[reaching], part.target[reaching], part.cosine[reaching])
            parts.append(part)
            count += len(part.query)
            if count > self.table.max_entries and len(self.queries) > 1:
                raise TooManyEntriesError
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return Entries(chunks, chunks, limits)
        return Entries(*(torch.cat(column) for column in zip(*parts, strict=True)))

    def _within(self, chunks: Tensor, limits: Tensor) -> Entries:
        """The entries of these chunks, counted through all queries, that reach the chunk's limit."""
        size, lanes = self.table.layout
        if lanes == 1:
            seen = self.scores.view(-1, size).index_select(0, chunks)
        else:
            seen = self.scores.view(-1, size, lanes)[chunks // lanes, :, chunks % lanes]
        hits = (seen >= limits[:, None]).view(-1).nonzero().squeeze(1)
        line, place = hits // size, hits % size
        chunk = chunks[line]
        query = chunk // self.maxima.shape[1]
        chunk -= query * self.maxima.shape[1]
        target = self.table.order[chunk // lanes * (size * lanes) + chunk % lanes + place * lanes]
        return Entries(query, target, self.table.rounding.cosines(seen.view(-1)[hits]))

    def exact(self, entries: Entries) -> Entries:
        """The same entries, which stand by query, with their cosines in float32."""
        query, target, _ = entries
        return Entries(query, target, cosines(self.queries, self.table.targets, query, target))


def cosines(x: Tensor, y: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The products of single pairs, ``x[rows[i]] · y[columns[i]]``, with ``rows`` ascending."""
    starts = torch.zeros(len(x) + 1, dtype=torch.int64, device=x.device)
    starts[1:] = torch.bincount(rows, minlength=len(x)).cumsum(0)
    zeros = torch.zeros(len(rows), device=x.device)
    pairs = torch.sparse_csr_tensor(starts, columns, zeros, size=(len(x), len(y)), check_invariants=False)
    products: Tensor = torch.sparse.sampled_addmm(pairs, x, y.T, beta=0).values()
    return products


def densities(entries: Entries, rows: int, count: int) -> Tensor:
    """The mean of the ``count`` highest cosines of each query of a block."""
    index, place = leaders(entries.query, entries.cosine, count)
    table = torch.zeros((rows, count), device=entries.cosine.device)
    table[entries.query[index], place] = entries.cosine[index]
    return table.mean(dim=1)


@cache
def _accept_sparse() -> None:
    """Hear torch's only warning, that sparse rows are new to it, before threads use them: filters are not theirs."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        torch.zeros(1, 1).to_sparse_csr()


def leaders(group: Tensor, score: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The ``k`` highest scores of each group: their indices, by group and best first, and their places from 0."""
    bits = score.view(torch.int32).long()
    ascending = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits)  # floats as integers in the same order
    order = (group * 2**32 - ascending).argsort()
    ordered = group[order]
    index = torch.arange(len(order), device=group.device)
    first = torch.ones_like(ordered, dtype=torch.bool)
    first[1:] = ordered[1:] != ordered[:-1]
    place = index - torch.where(first, index, 0).cummax(dim=0).values
    leading = (place < k).nonzero().squeeze(1)
    return order[leading], place[leading]


def _kth(values: Tensor, k: int) -> Tensor:
    """A value that at least ``k`` of each row reach; the ``k``-th largest or a little less, shape ``(rows,)``."""
    for size in (8, 4, 2):  # the largest of a few far-apart columns stands for them
        if values.shape[1] % size == 0 and values.shape[1] // size >= 8 * k:
            values = values.view(len(values), size, -1).amax(dim=1)
            break
    return values.topk(k, dim=1).values[:, -1]
