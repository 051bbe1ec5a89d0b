"""The nearest vectors in a table, block by block."""

from __future__ import annotations

from itertools import islice

import torch
from torch import Tensor

from isogloss.lexicon.search.tiles import Table, TooManyEntriesError, leaders
from isogloss.lexicon.search.workers import Team

BLOCK_BYTES = 256 * 2**20  # products held at a time, by all workers; round number, not tuned
MIN_ROWS, MAX_ROWS = 64, 2048  # of a block: fewer make the product slow, more no faster; round numbers, not tuned


def nearest(
    x: Tensor,
    rows: Tensor,
    table: Table,
    k: int,
    team: Team,
    *,
    penalty: Tensor | None = None,
    margin: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The ``k`` targets with the highest ``cosine - penalty`` for each of some vectors, exact in float32.

    Args:
        x: Vectors, shape ``(n, d)``.
        rows: Those of ``x`` to search for.
        table: The targets.
        k: Targets wanted, at most as many as there are.
        team: Who computes.
        penalty: Taken off each target's cosines, shape ``(m,)``.
        margin: ``table.margin(x)``, where it is known.

    Returns:
        The targets and their scores, both ``(len(rows), k)``, best first.
    """
    chunked = None if penalty is None else table.chunked(penalty)
    margin = table.margin(x) if margin is None else margin
    size = min(fitting_rows(table, len(team)), max(len(rows), 1))
    buffers = [table.buffer(size) for _ in range(len(team))]
    targets = torch.zeros((len(rows), k), dtype=torch.int64, device=x.device)
    scores = torch.full((len(rows), k), -torch.inf, device=x.device)

    def search(part: Tensor, buffer: Tensor) -> None:
        try:
            entries = table.block(x[rows[part]], buffer).best(k, margin, chunked)
        except TooManyEntriesError:
            for half in halves(part):
                search(half, buffer)
            return
        score = entries.cosine if penalty is None else entries.cosine - penalty[entries.target]
        index, place = leaders(entries.query, score, k)
        line = part[entries.query[index]]
        targets[line, place], scores[line, place] = entries.target[index], score[index]

    parts = iter(slices(torch.arange(len(rows), device=x.device), size))
    while batch := list(islice(parts, len(team))):
        team.map(search, batch, buffers)
    return targets, scores


def fitting_rows(table: Table, workers: int) -> int:
    """How many vectors each worker compares with ``table`` at a time."""
    products = BLOCK_BYTES // max(2, table.rounding.precision.itemsize)  # 8 bits save enough elsewhere to pay for more
    size = products // workers // table.width
    return min(max(size, MIN_ROWS), MAX_ROWS)


def spread(count: int, wanted: int, device: torch.device) -> Tensor:
    """``wanted`` row numbers below ``count``, or all of them, evenly spread."""
    wanted = min(wanted, count)
    return torch.arange(wanted, device=device) * count // wanted


def slices(rows: Tensor, size: int) -> list[Tensor]:
    """``rows`` in pieces of ``size``; none of them is empty."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def halves(rows: Tensor) -> tuple[Tensor, Tensor]:
    """``rows`` cut in two."""
    middle = len(rows) // 2
    return rows[:middle], rows[middle:]
