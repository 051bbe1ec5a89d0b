"""One retrieval divided by blocks of source words, each of which any process can compute, merged to the exact result.

A block compares its source words, every n-th, with all targets. What it knows of a target, its nearest of these words
and its best translations among them, is merged with what the other blocks know. A sample of all source words says
first how near the targets have words at least, and a block starts from that and from the blocks that are done. What it
keeps for each source word are the candidates that could win whatever the density of the targets turns out to be; the
few words for which these do not suffice are searched again at the end, as in one pass (``lexicon.search.symmetric``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import Compute, as_tensor
from isogloss.data.progress import silent
from isogloss.data.scratch import scratch_folder
from isogloss.data.tensors import read_tensors, save_array, write_tensors
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Cutoffs, Neighbors, Retrieval
from isogloss.lexicon.search.nearest import fitting_rows, nearest
from isogloss.lexicon.search.symmetric import SearchState, TargetBounds, compared
from isogloss.lexicon.search.tiles import Table, leaders
from isogloss.lexicon.search.workers import workers

SOURCE, TARGET = "source.npy", "target.npy"  # in the folder that all processes see
FLOORS = "floors.safetensors"


@dataclass(frozen=True)
class Block:
    """Every ``count``-th source word from ``number`` on, to compare with all targets; can be sent anywhere."""

    folder: Path
    number: int
    count: int
    cutoffs: Cutoffs
    device: str
    precision: str  # of the products that are looked through, as torch names it

    @property
    def result(self) -> Path:
        """Where what it says of its source words goes."""
        return self.folder / f"{self.number}.safetensors"

    @property
    def targets(self) -> Path:
        """Where what it says of the targets goes, which is written last."""
        return self.folder / f"{self.number}.targets.safetensors"

    def others(self) -> list[Block]:
        """The other blocks that are done."""
        listed = (replace(self, number=number) for number in range(self.count) if number != self.number)
        return [block for block in listed if block.targets.exists()]


Mapper = Callable[[Callable[[Block], Path], Sequence[Block]], Iterable[Path]]


@dataclass(frozen=True)
class Blocks:
    """Into how many blocks a pair is divided, how they are computed, and in which folder they meet."""

    count: int = 1
    mapper: Mapper = map
    folder: Path | None = None


WHOLE = Blocks()


def in_blocks(
    x: Matrix, y: Matrix, cutoffs: Cutoffs, blocks: Blocks, *, precision: torch.dtype, compute: Compute
) -> Retrieval:
    """As ``lexicon.search.symmetric.symmetric``; results are float32 and do not depend on the blocks."""
    with scratch_folder(blocks.folder) as folder:
        source, target = (np.ascontiguousarray(table, dtype=np.float32) for table in (x, y))
        save_array(folder / SOURCE, source)
        save_array(folder / TARGET, target)
        count, name = min(blocks.count, len(x)), str(precision).removeprefix("torch.")
        items = [Block(folder, number, count, cutoffs, compute.device, name) for number in range(count)]
        search = _searching(items[0], as_tensor(source), as_tensor(target))
        with workers(compute.device) as team:
            search.sample(team)
        floors = {"nearest": search.dense.floor.cpu().numpy(), "best": search.backward.floor.cpu().numpy()}
        write_tensors(folder / FLOORS, floors, {})
        for _ in compute.progress(blocks.mapper(compare, items), "Comparing blocks", total=count):
            pass
        return _merged(items, search)


def _searching(block: Block, x: Tensor, y: Tensor, total: int | None = None) -> SearchState:
    table = Table(y.to(block.device), getattr(torch, block.precision))
    x = x.to(block.device)
    return SearchState(x, table, block.cutoffs, total=total)


def compare(block: Block) -> Path:
    """Compare the words of a block with all targets, wherever this is called; where the result is."""
    source = np.load(block.folder / SOURCE, mmap_mode="r")
    x, y = np.array(source[block.number :: block.count]), np.load(block.folder / TARGET)
    search = _searching(block, as_tensor(x), as_tensor(y), len(source))
    search.begin(_bounds(block, search))
    with workers(block.device) as team:
        size = min(fitting_rows(search.table, len(team)), len(x))
        parts = compared(search, team, size, silent)
    entries = [
        (part.sources[part.forward.query.long()], part.forward.target, part.forward.cosine, part.bound)
        for part in parts
    ]
    query, target, cosine = (torch.cat([entry[column] for entry in entries]) for column in range(3))
    bound = torch.zeros(len(x), device=search.x.device)
    for part in parts:
        bound[part.sources] = part.bound
    order = query.argsort(stable=True)
    of_sources = {
        "density": search.source_density,
        "query": query[order].int(),
        "target": target[order].int(),
        "cosine": cosine[order],
        "bound": bound,
    }
    of_targets = {
        "nearest": search.dense.scores,
        "back_rows": search.backward.rows,
        "back_scores": search.backward.scores,
    }
    for path, tensors in ((block.result, of_sources), (block.targets, of_targets)):
        write_tensors(path, {name: tensor.cpu().numpy() for name, tensor in tensors.items()}, {})
    return block.result


def _bounds(block: Block, search: SearchState) -> TargetBounds:
    """What a sample and the blocks that are done say of the targets."""
    floors = _tensors(block.folder / FLOORS, ("nearest", "best"))
    unseen = torch.full_like(search.dense.scores, -torch.inf, device="cpu")
    bounds = TargetBounds(floors["nearest"], floors["best"], unseen)
    results = [_tensors(done.targets, ("nearest", "back_scores")) for done in block.others()]
    if results:
        nearest_scores = torch.cat([part["nearest"] for part in results], dim=1).topk(search.dense.k, dim=1).values
        best = torch.cat([part["back_scores"] for part in results], dim=1).topk(search.backward.k, dim=1).values
        bounds = TargetBounds(
            torch.maximum(bounds.nearest_floor, nearest_scores[:, -1]),
            torch.maximum(bounds.best_floor, best[:, -1]),
            nearest_scores,
        )
    return TargetBounds(*(tensor.to(block.device) for tensor in bounds))


def _tensors(path: Path, unbounded: tuple[str, ...]) -> dict[str, Tensor]:
    stored, _ = read_tensors(path, expected="a part of a retrieval", unbounded=unbounded)
    return {name: as_tensor(array) for name, array in stored.items()}


def _merged(items: Sequence[Block], search: SearchState) -> Retrieval:
    first, total = items[0], len(search.x)
    targets = [_tensors(block.targets, ("nearest", "back_scores")) for block in items]
    target_density = (
        torch.cat([part["nearest"] for part in targets], dim=1).topk(search.dense.k, dim=1).values.mean(dim=1)
    )
    back = torch.cat([part["back_scores"] for part in targets], dim=1).topk(search.backward.k, dim=1)
    sources = torch.cat(
        [
            torch.where(part["back_rows"] < 0, -1, part["back_rows"].long() * block.count + block.number)
            for part, block in zip(targets, items, strict=True)
        ],
        dim=1,
    )
    half = target_density / 2
    rows = torch.zeros((total, search.k), dtype=torch.int64)
    scores = torch.full((total, search.k), -torch.inf)
    density = torch.zeros(total)
    unsure = []
    for block in items:
        part = _tensors(block.result, ("bound",))
        own = slice(block.number, None, block.count)
        query, target = part["query"].long(), part["target"].long()
        score = part["cosine"] - half[target]
        index, place = leaders(query, score, search.k)
        line = query[index] * block.count + block.number
        rows[line, place], scores[line, place] = target[index], score[index]
        density[own] = part["density"]
        doubtful = scores[own, -1] < part["bound"]
        unsure.append(doubtful.nonzero().squeeze(1) * block.count + block.number)
    searched_again = torch.cat(unsure)
    if len(searched_again):
        penalty = half.to(first.device)
        search.table.arrange(penalty)
        with workers(first.device) as team:
            rescored = nearest(search.x, searched_again.to(first.device), search.table, search.k, team, penalty=penalty)
        rows[searched_again], scores[searched_again] = rescored[0].cpu(), rescored[1].cpu()
    return Retrieval(
        Neighbors(rows.numpy(), (2 * scores - density[:, None]).numpy()),
        Neighbors(sources.gather(1, back.indices).numpy(), (2 * back.values - target_density[:, None]).numpy()),
        density.numpy(),
        target_density.numpy(),
        len(searched_again),
    )
