"""Few seeds made many: self-learning that begins with the most frequent words and grows with the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from data.progress import Progress, silent
from lexicon.csls import retrieve
from lexicon.fit import Space
from lexicon.maps import Aligner, Maps
from lexicon.normalisation import unit
from lexicon.procrustes import orthogonal, truncated
from lexicon.profiles import seed_profiles
from lexicon.seeds import Seeds, together

STAGES = (2_000, 2_000, 4_000, 4_000, 8_000, 8_000, 12_000)  # most frequent words that may become pairs, by round
TRIAL = 3  # stages after which the starts are compared
FILLING = 150  # words above which a rotation has no free directions worth cutting off


@dataclass(frozen=True, eq=False)
class Start:
    """A way to begin: some pairs and how the first maps are fitted to them.

    ``seeds`` keep their translations throughout; ``first`` are guesses that the first maps are fitted to besides, and
    that may go again.
    """

    name: str
    seeds: Seeds
    aligner: Aligner
    first: Seeds = field(default_factory=Seeds.none)

    @property
    def pairs(self) -> Seeds:
        """All that the first maps are fitted to."""
        return self.seeds.with_those(self.first)


@dataclass(frozen=True, eq=False)
class Grown:
    """Pairs found by self-learning from ``start``; ``agreement`` is the sum of their CSLS over the words tried."""

    start: Start
    pairs: Seeds
    agreement: float

    def summary(self) -> dict[str, object]:
        """For a report."""
        words = len(self.start.pairs.words)
        return {"start": self.start.name, "words": words, "agreement": round(self.agreement, 4)}


def starts(space: Space, trusted: Mapping[str, Seeds], guessed: Mapping[str, Seeds]) -> tuple[Start, ...]:
    """Every way to begin, by itself and with others.

    Args:
        space: Both languages.
        trusted: Pairs by their origin, the most reliable first; what is known stays.
        guessed: Likewise, of pairs that may be wrong.
    """
    names = [*trusted, *guessed]
    sets = [[name] for name in names] + ([names] if len(names) > 1 else [])
    if trusted and len(names) > 2:
        first = next(iter(trusted))
        sets += [[first, name] for name in names if name != first]
    found = []
    for some in sets:
        known = together(trusted[name] for name in some if name in trusted)
        found += _ways(space, " + ".join(some), known, together(guessed[name] for name in some if name in guessed))
    return tuple(found)


def _ways(space: Space, name: str, known: Seeds, guesses: Seeds) -> list[Start]:
    """How first maps can be had from these pairs."""
    found = [Start(f"{name}, procrustes", known, orthogonal, guesses)]
    words = len(known.words) + len(guesses.words)
    if words < FILLING:
        found.append(Start(f"{name}, truncated", known, truncated, guesses))
    if words < FILLING and len(known):
        alike = seed_profiles(space.x, space.y, known)
        found.append(Start(f"{name}, profiles", known, orthogonal, guesses.with_those(alike)))
    return found


def grow(
    space: Space, start: Start, *, stages: Sequence[int] = STAGES, device: str = "cpu", progress: Progress = silent
) -> Grown:
    """Align, take the mutual nearest neighbours among ever more words, align again (after Artetxe et al., 2018).

    The seeds of ``start`` keep their translations throughout.
    """
    pairs, aligner = start.pairs, start.aligner
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
