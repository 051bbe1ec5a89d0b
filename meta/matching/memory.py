"""Memory of ranking tasks: for vectors of each kind, how the ranker's weights move from those of all tasks.

Similar tasks share a start (hierarchical meta-learning; Yao et al., 2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.adam import Adam
from isogloss.data.threads import single_thread
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.training import BATCH, network_inputs, optimise
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.ranking_task import RankingTask
from isogloss.meta.tasks.descriptors import effective_rank, spectrum_of

VOCABULARY = 4_000  # most frequent words of a language whose spectrum describes its vectors; round number
BANDWIDTH = (
    0.1  # difference of effective ranks (share of the dimensions) at which a task's weight is 1/e; round number,
)
# and not the spread of the tasks: docs/decisions.md
EPOCHS = 5  # passes over the tasks, as many words each as have full weight; chosen by hand, not tuned by a script
LABEL = "ranking "  # begins the label of an entry; the languages follow


def descriptor_of(space: Space) -> dict[str, float]:
    """The kind of vectors: their mean effective rank, as a share of the dimensions (Roy and Vetterli, 2007).

    How many directions carry something depends on the size of the corpus and on how vectors were trained, and changes
    what a cosine is worth beside spelling and frequency.
    """
    ranks = [effective_rank(spectrum_of(vectors[:VOCABULARY])) for vectors in (space.x, space.y)]
    return {"effective_rank": float(np.mean(ranks))}


@single_thread()
def task_memory(ranker: Ranker, tasks: Sequence[RankingTask], *, seed: int = 0) -> Memory:
    """One entry for each pair of languages: the change of ``ranker`` by training on tasks similar to its own.

    All similar tasks count, weighted by similarity: few pairs of languages stand for each kind of vectors, and one of
    them alone would teach what is peculiar to its languages.

    Args:
        ranker: Trained on all tasks; stays as it is.
        tasks: Each with the ``descriptor_of`` its languages.
        seed: Draws the batches.
    """
    together = Examples.concatenated(task.examples for task in tasks)
    inputs, labels = network_inputs(ranker, together.features), as_tensor(together.truth.astype(np.float32))
    descriptors = {task.languages: task.descriptor for task in tasks}
    memory = Memory(len(descriptors), gate=1.0, unit=BANDWIDTH)
    for languages, descriptor in descriptors.items():
        shares = [np.full(len(task.examples.words), _similarity(task.descriptor, descriptor)) for task in tasks]
        change = _change(ranker, inputs, labels, as_tensor(np.concatenate(shares)), seed)
        memory = memory.write(f"{LABEL}{' '.join(languages)}", descriptor, change)
    return memory


def conditioned(ranker: Ranker, memory: Memory, descriptor: Mapping[str, float]) -> Ranker:
    """``ranker``, its weights moved by what ``memory`` holds of tasks similar to ``descriptor``."""
    reading = memory.read(descriptor)
    if not reading.offset:
        return ranker
    weights = {name: value + reading.offset[name].numpy() for name, value in ranker.weights.items()}
    nearest = tuple((label.removeprefix(LABEL), share) for label, share in reading.sources)
    return replace(ranker, weights=weights, nearest_pairs=nearest)


def _change(ranker: Ranker, inputs: Tensor, labels: Tensor, shares: Tensor, seed: int) -> dict[str, Tensor]:
    """What training on words, each drawn in proportion to its share, adds to the weights of ``ranker``."""
    weights = {name: torch.tensor(value).requires_grad_() for name, value in ranker.weights.items()}
    steps = 1 + int(EPOCHS * float(shares.sum() / shares.max()) / BATCH)
    optimiser = Adam(weights.values())
    generator = torch.Generator().manual_seed(seed)
    batches = (torch.multinomial(shares, BATCH, replacement=True, generator=generator) for _ in range(steps))
    optimise(weights, optimiser, inputs, labels, batches, steps)
    return {name: weight.detach() - torch.tensor(ranker.weights[name]) for name, weight in weights.items()}


def _similarity(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """1 for equal descriptors; the kernel of the memory's attention."""
    gaps = [(a[name] - b[name]) / BANDWIDTH for name in b]
    return float(np.exp(-sum(gap**2 for gap in gaps) / max(len(gaps), 1)))
