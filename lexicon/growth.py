"""Few seeds made many: self-learning that begins with the most frequent words and grows with the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.progress import Progress, silent
from lexicon.csls import retrieve
from lexicon.fit import Space
from lexicon.maps import Aligner, Maps
from lexicon.normalisation import unit
from lexicon.procrustes import orthogonal, truncated
from lexicon.seeds import Seeds

STAGES = (2_000, 2_000, 4_000, 4_000, 8_000, 8_000, 12_000)  # most frequent words that may become pairs, by round
TRIAL = 3  # stages after which the starts are compared


@dataclass(frozen=True, eq=False)
class Start:
    """A way to begin: some pairs and how the first maps are fitted to them."""

    name: str
    seeds: Seeds
    aligner: Aligner
    first: Seeds | None = None  # pairs that the first maps are fitted to besides the seeds, and that may go again


@dataclass(frozen=True, eq=False)
class Grown:
    """Pairs found by self-learning from ``start``; ``agreement`` is the sum of their CSLS over the words tried."""

    start: Start
    pairs: Seeds
    agreement: float

    def summary(self) -> dict[str, object]:
        """For a report."""
        words = len(self.start.seeds.words)
        return {"start": self.start.name, "words": words, "agreement": round(self.agreement, 4)}


def starts(named: dict[str, Seeds]) -> tuple[Start, ...]:
    """Every set of seeds with both ways to fit a first map."""
    ways: dict[str, Aligner] = {"procrustes": orthogonal, "truncated": truncated}
    return tuple(
        Start(f"{name}, {way}", seeds, aligner)
        for name, seeds in named.items()
        for way, aligner in ways.items()
        if way == "procrustes" or len(seeds.words) < seeds_that_fill(seeds)
    )


def seeds_that_fill(seeds: Seeds) -> int:
    """Above this many seeds a rotation has no free directions worth cutting off."""
    return 300 if len(seeds) else 0


def grow(
    space: Space, start: Start, *, stages: Sequence[int] = STAGES, device: str = "cpu", progress: Progress = silent
) -> Grown:
    """Align, take the mutual nearest neighbours among ever more words, align again (after Artetxe et al., 2018).

    The seeds of ``start`` keep their translations throughout.
    """
    pairs, aligner = start.seeds, start.aligner
    if start.first is not None:
        pairs = pairs.and_pairs(np.stack([start.first.source, start.first.target], axis=1))
    agreement = 0.0
    for cut in progress(stages, f"Growing from {start.name}", len(stages)):
        maps = aligner(space.x[pairs.source], space.y[pairs.target])
        pairs, agreement = _mutual(space, maps, start.seeds, cut, device)
        aligner = orthogonal
    return Grown(start, pairs, agreement)


def first_steps(
    space: Space, choices: Sequence[Start], *, device: str = "cpu", progress: Progress = silent
) -> list[Grown]:
    """Try every start on the most frequent words; the one whose pairs agree best is worth going on with."""
    return [grow(space, start, stages=STAGES[:TRIAL], device=device, progress=progress) for start in choices]


def _mutual(space: Space, maps: Maps, seeds: Seeds, cut: int, device: str) -> tuple[Seeds, float]:
    found = retrieve(unit(space.x[:cut] @ maps.source), unit(space.y[:cut] @ maps.target), 1, device=device)
    mutual = found.mutual()
    agreement = float(np.clip(found.forward.scores[mutual[:, 0], 0], 0, None).sum()) / max(1, min(cut, len(space.x)))
    return seeds.and_pairs(mutual), agreement
