"""Near pairs of languages share a start: how each kind of vectors leads away from the ranker that all have taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.ranker import BATCH, RATE, Ranker, improve, standardised
from isogloss.lexicon.search.threads import single_thread
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.ranker_lesson import Lesson
from isogloss.meta.tasks.descriptors import effective_rank, spectrum_of

FREQUENT = 4_000  # words that describe a language
APART = 0.1  # of the effective rank, by which a lesson counts for 1/e
EPOCHS = 5


def descriptor_of(space: Space) -> dict[str, float]:
    """What tells one kind of vectors from another: the effective rank, as a share of the dimensions.

    How many directions carry something goes by how large a corpus was and how vectors were trained, and changes what a
    cosine is worth beside spelling and frequency (effective rank: Roy and Vetterli, 2007).
    """
    ranks = [effective_rank(spectrum_of(each[:FREQUENT])) for each in (space.x, space.y)]
    return {"effective_rank": float(np.mean(ranks))}


@single_thread()
def remembered(ranker: Ranker, lessons: Sequence[Lesson], *, seed: int = 0) -> Memory:
    """One entry for each pair of languages: how the lessons that are like its own lead away from ``ranker``.

    Near tasks share a start (hierarchical meta-learning; Yao et al., 2019). Few pairs stand for each kind, and one of
    them alone would teach what is peculiar to its languages.

    Args:
        ranker: What all lessons have taught; stays as it is.
        lessons: Each with the ``descriptor_of`` its languages.
        seed: Draws the batches.
    """
    together = Examples.together(each.examples for each in lessons)
    inputs, wanted = standardised(ranker, together.features), torch.from_numpy(together.truth.astype(np.float32))
    pairs = {each.languages: each.descriptor for each in lessons}
    memory = Memory(len(pairs), gate=1.0, unit=APART)
    for languages, descriptor in pairs.items():
        shares = [np.full(len(each.examples.words), _alike(each.descriptor, descriptor)) for each in lessons]
        change = _led_away(ranker, inputs, wanted, torch.from_numpy(np.concatenate(shares)), seed)
        memory = memory.write(f"ranking {' '.join(languages)}", descriptor, change)
    return memory


def recalled(ranker: Ranker, memory: Memory, descriptor: Mapping[str, float]) -> Ranker:
    """``ranker``, moved to where lessons led that are like what ``descriptor`` describes."""
    reading = memory.read(descriptor)
    if not reading.offset:
        return ranker
    weights = {name: value + reading.offset[name].numpy() for name, value in ranker.weights.items()}
    near = tuple((label.removeprefix("ranking "), share) for label, share in reading.sources)
    return replace(ranker, weights=weights, near=near)


def _led_away(ranker: Ranker, inputs: Tensor, wanted: Tensor, shares: Tensor, seed: int) -> dict[str, Tensor]:
    """How far training on words, each drawn as often as its share has it, moves the weights of ``ranker``."""
    weights = {name: torch.tensor(value).requires_grad_() for name, value in ranker.weights.items()}
    steps = 1 + int(EPOCHS * float(shares.sum() / shares.max()) / BATCH)
    optimiser = torch.optim.Adam(list(weights.values()), lr=RATE)
    generator = torch.Generator().manual_seed(seed)
    batches = (torch.multinomial(shares, BATCH, replacement=True, generator=generator) for _ in range(steps))
    improve(weights, optimiser, inputs, wanted, batches, steps)
    return {name: each.detach() - torch.tensor(ranker.weights[name]) for name, each in weights.items()}


def _alike(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """1 for the same descriptor; it falls as the memory's attention does."""
    gaps = [(a[name] - b[name]) / APART for name in b]
    return float(np.exp(-sum(gap**2 for gap in gaps) / max(len(gaps), 1)))
