"""One retrieval divided by blocks of source words, each of which any process can compute, merged to the exact result.

A block compares its source words with all targets. What it knows of a target, its nearest of these words and its best
translations among them, is merged with what the other blocks know. What a block keeps for each source word are the
candidates that could win whatever the density of the targets turns out to be; the few words for which these do not
suffice are searched again at the end, as in one pass (``lexicon.search.symmetric``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.progress import Progress, silent
from isogloss.data.scratch import scratch_folder
from isogloss.data.tensors import read_tensors, save_array, write_tensors
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Neighbors
from isogloss.lexicon.search.nearest import fitting_rows, nearest
from isogloss.lexicon.search.symmetric import SPARE_CANDIDATES, Pass, Searching, compared
from isogloss.lexicon.search.tiles import Table, leaders
from isogloss.lexicon.search.workers import workers

SOURCE, TARGET = "source.npy", "target.npy"  # in the folder that all processes see
SPARE = 3 * SPARE_CANDIDATES  # a block knows less of the targets' densities than a whole pass; round number, not tuned


@dataclass(frozen=True)
class Block:
    """Source words from ``start`` to ``stop`` to compare with all targets; small, so that it can be sent anywhere."""

    folder: Path
    start: int
    stop: int
    k: int
    k_backward: int
    neighbors: int
    device: str
    precision: str  # of the products that are looked through, as torch names it

    @property
    def result(self) -> Path:
        """Where its part of the result goes."""
        return self.folder / f"{self.start}.safetensors"


Mapper = Callable[[Callable[[Block], Path], Sequence[Block]], Iterable[Path]]


@dataclass(frozen=True)
class Blocks:
    """Into how many blocks a pair is divided, how they are computed, and in which folder they meet."""

    count: int = 1
    mapper: Mapper = map
    folder: Path | None = None


WHOLE = Blocks()


def in_blocks(
    x: Matrix,
    y: Matrix,
    k: int,
    k_backward: int,
    blocks: Blocks,
    *,
    neighbors: int,
    device: str,
    precision: torch.dtype,
    progress: Progress = silent,
) -> Pass:
    """As ``lexicon.search.symmetric.symmetric``; results are float32 and do not depend on the blocks."""
    with scratch_folder(blocks.folder) as folder:
        save_array(folder / SOURCE, np.ascontiguousarray(x, dtype=np.float32))
        save_array(folder / TARGET, np.ascontiguousarray(y, dtype=np.float32))
        edges = np.linspace(0, len(x), min(blocks.count, len(x)) + 1).astype(int).tolist()
        name = str(precision).removeprefix("torch.")
        items = [Block(folder, start, stop, k, k_backward, neighbors, device, name) for start, stop in pairwise(edges)]
        for _ in progress(blocks.mapper(compute, items), "Comparing blocks", total=len(items)):
            pass
        return _merged(items, as_tensor(np.load(folder / SOURCE)), as_tensor(np.load(folder / TARGET)))


def compute(block: Block) -> Path:
    """Compare the words of a block with all targets, wherever this is called; where the result is."""
    source = np.load(block.folder / SOURCE, mmap_mode="r")[block.start : block.stop]
    x = as_tensor(np.array(source)).to(block.device)
    y = as_tensor(np.load(block.folder / TARGET)).to(block.device)
    table = Table(y, getattr(torch, block.precision))
    search = Searching(x, table, block.k, block.k_backward, block.neighbors, SPARE)
    with workers(block.device) as team:
        size = min(fitting_rows(table, len(team)), len(x))
        parts = compared(search, team, size, silent)
    entries = [
        (part.sources[part.forward.query.long()], part.forward.target, part.forward.cosine, part.bound)
        for part in parts
    ]
    query, target, cosine = (torch.cat([entry[column] for entry in entries]) for column in range(3))
    bound = torch.zeros(len(x), device=x.device)
    for part in parts:
        bound[part.sources] = part.bound
    order = query.argsort(stable=True)
    tensors = {
        "density": search.source_density,
        "near": search.dense.scores,
        "back_rows": search.backward.rows,
        "back_scores": search.backward.scores,
        "query": query[order].int(),
        "target": target[order].int(),
        "cosine": cosine[order],
        "bound": bound,
    }
    write_tensors(block.result, {name: tensor.cpu().numpy() for name, tensor in tensors.items()}, {})
    return block.result


class _Part(NamedTuple):
    """What a block has found."""

    density: Tensor
    near: Tensor
    back_rows: Tensor
    back_scores: Tensor
    query: Tensor
    target: Tensor
    cosine: Tensor
    bound: Tensor

    @classmethod
    def read(cls, block: Block) -> _Part:
        stored, _ = read_tensors(
            block.result, expected="a part of a retrieval", unbounded=("near", "back_scores", "bound")
        )
        return cls(*(as_tensor(stored[name]) for name in cls._fields))


def _merged(items: Sequence[Block], x: Tensor, y: Tensor) -> Pass:
    first = items[0]
    k, near = min(first.k, len(y)), min(first.neighbors, len(x))
    parts = [_Part.read(block) for block in items]
    target_density = torch.cat([part.near for part in parts], dim=1).topk(near, dim=1).values.mean(dim=1)
    back = torch.cat([part.back_scores for part in parts], dim=1).topk(min(first.k_backward, len(x)), dim=1)
    sources = torch.cat(
        [
            torch.where(part.back_rows < 0, -1, part.back_rows.long() + block.start)
            for part, block in zip(parts, items, strict=True)
        ],
        dim=1,
    )
    half = target_density / 2
    rows = torch.zeros((len(x), k), dtype=torch.int64)
    scores = torch.full((len(x), k), -torch.inf)
    unsure = []
    for part, block in zip(parts, items, strict=True):
        query, target = part.query.long(), part.target.long()
        score = part.cosine - half[target]
        index, place = leaders(query, score, k)
        line = query[index] + block.start
        rows[line, place], scores[line, place] = target[index], score[index]
        doubtful = scores[block.start : block.stop, -1] < part.bound
        unsure.append(doubtful.nonzero().squeeze(1) + block.start)
    again = torch.cat(unsure)
    if len(again):
        with workers(first.device) as team:
            table = Table(y.to(first.device), getattr(torch, first.precision))
            table.arrange(half.to(first.device))
            neighbors = nearest(
                x.to(first.device), again.to(first.device), table, k, team, penalty=half.to(first.device)
            )
            rows[again], scores[again] = neighbors[0].cpu(), neighbors[1].cpu()
    density = torch.cat([part.density for part in parts])
    return Pass(
        Neighbors(rows.numpy(), (2 * scores - density[:, None]).numpy()),
        Neighbors(sources.gather(1, back.indices).numpy(), (2 * back.values - target_density[:, None]).numpy()),
        density.numpy(),
        target_density.numpy(),
        len(again),
    )
