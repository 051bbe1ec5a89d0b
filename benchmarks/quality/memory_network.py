"""A memory whose keys, values and reading are learned end to end, beside the table of past tasks and no memory.

Run ``python -m benchmarks.quality.memory_network``. Tasks are those of ``benchmarks.quality.meta_ablation`` on the
bundled sample (classes of words in a held-out language, ANIL). ``table`` stores how far each kind of task moved
(``meta.learners.memory``). ``attention`` has so many learned slots: a task asks with a projection of its mean support
vector, and what it reads by softmax attention is added to the features (memory networks; Sukhbaatar et al., 2015);
``no slots`` is the same loop without them. Gains with 95 % intervals, tasks resampled.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.quality.meta_ablation import (
    AUXILIARY,
    BASE,
    Counts,
    Hits,
    Round,
    Variant,
    answered,
    gain,
    prepared,
    trained_variant,
)
from benchmarks.tables import markdown, percent_with_interval
from isogloss.meta.learners import Episode
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.objective import CLASSES
from isogloss.meta.learners.weights import weights_of
from isogloss.meta.models.networks import MAIN
from isogloss.meta.models.word_classifier import Classifier
from isogloss.meta.training.any_module import Loops, train
from isogloss.meta.training.weighting import weighted

SETTINGS = replace(BASE, learner="anil", model="words")
LOOPS = Loops(
    steps=BASE.steps,
    tasks_per_step=BASE.tasks_per_step,
    inner_steps=BASE.inner_steps,
    inner_rate=BASE.inner_rate,
    outer_rate=BASE.outer_rate,
)


class Remembering(Classifier):
    """A classifier of words that reads a memory by the task; a row is a word and the mean of the task's support."""

    def __init__(self, dimensions: int, hidden: int, slots: int) -> None:
        super().__init__(dimensions, hidden)
        self.query = nn.Linear(dimensions, hidden)
        self.keys = nn.Parameter(torch.randn(max(1, slots), hidden))
        self.values = nn.Parameter(torch.zeros(max(1, slots), hidden), requires_grad=slots > 0)

    def features(self, x: Tensor) -> Tensor:
        """What the head sees, with what the memory has for the task."""
        words, task = x.chunk(2, dim=-1)
        attention = self.query((task - self.mean) / self.spread) @ self.keys.mT / self.keys.shape[-1] ** 0.5
        read: Tensor = super().features(words) + attention.softmax(dim=-1) @ self.values
        return read


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4, help="languages held out, of en, fi, fr, ja")
    parser.add_argument("--episodes", type=int, default=30, help="training tasks of each family")
    parser.add_argument("--tasks", type=int, default=30, help="test tasks in each held-out language")
    parser.add_argument("--slots", type=int, default=32, help="of either memory")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    started = time.process_time()
    counts = Counts(options.episodes, options.episodes, options.tasks)
    rounds = list(islice(prepared(counts, 6_000, 0.0, True), options.rounds))
    hits: dict[str, list[Hits]] = {}
    for fold in rounds:
        for name, figures in methods(fold, options.slots).items():
            hits.setdefault(name, []).append(figures)
            print(f"{fold.held_out} held out, {name}: {figures.mean():.3f}", file=sys.stderr, flush=True)
    tests = [task for fold in rounds for task in fold.test]
    task = np.concatenate([np.full(len(episode.query.x), number) for number, episode in enumerate(tests)])
    joined = {name: np.concatenate(parts) for name, parts in hits.items()}
    rows = [
        {
            "memory": name,
            "accuracy": f"{100 * joined[name].mean():.1f}",
            **{fold.held_out: f"{100 * part.mean():.1f}" for fold, part in zip(rounds, parts, strict=True)},
            "above the loop without": ""
            if without == name
            else percent_with_interval(gain(joined[name], joined[without], task)),
        }
        for name, parts in hits.items()
        for without in ["none" if name in ("none", "table") else "no slots"]
    ]
    print(markdown(rows))
    print(f"{len(tests)} test tasks; {time.process_time() - started:.0f} CPU seconds", file=sys.stderr)


def methods(fold: Round, slots: int) -> dict[str, Hits]:
    """The answers in one held-out language, by memory."""
    variants = {"none": Variant(), "table": Variant({"memory": slots})}
    hits = {name: answered(trained_variant(fold, SETTINGS, variant), fold.test) for name, variant in variants.items()}
    families = {MAIN["words"], *AUXILIARY["words"]}
    training = weighted([task for task in fold.training if task.family in families], MAIN["words"], BASE.auxiliary)
    return hits | {"no slots": by_module(training, fold.test, 0), "attention": by_module(training, fold.test, slots)}


def by_module(training: Sequence[Episode], test: Sequence[Episode], slots: int) -> Hits:
    """The answers of a network with so many slots, meta-trained on ``training``."""
    torch.manual_seed(BASE.seed)
    x = torch.cat([task.support.x for task in training])
    network = Remembering(x.shape[1], BASE.hidden, slots)
    keys = network.keys.detach().clone()
    network.initialise(x.mean(dim=0), x.std(dim=0), torch.Generator().manual_seed(BASE.seed))
    with torch.no_grad():
        network.keys.copy_(keys)
        network.values.zero_()
    trained = train(network, [with_task(task) for task in training], loss=CLASSES, learner="anil", loops=LOOPS)
    hits = []
    for one in map(with_task, test):
        own = trained.learner.adapt({**weights_of(network), **trained.weights}, one.support)
        with torch.no_grad():
            scores = torch.func.functional_call(network, dict(own), (one.query.x,))
        hits.append(one.query.y.gather(1, scores.argmax(dim=1, keepdim=True)).squeeze(1).double().numpy())
    return np.concatenate(hits)


def with_task(task: Episode) -> Episode:
    """``task`` with the mean of its support behind every word."""
    mean = task.support.x.mean(dim=0)
    support, query = (
        Batch(torch.cat([side.x, mean.expand_as(side.x)], dim=1), side.y) for side in (task.support, task.query)
    )
    return replace(task, support=support, query=query)


if __name__ == "__main__":
    main()
