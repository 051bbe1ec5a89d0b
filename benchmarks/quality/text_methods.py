"""Is meta-training any use for texts in a language that it never saw? The same tasks for every method."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.bootstrap import Interval, paired_bootstrap
from isogloss.meta.learners.inner_loop import Batch, adapt, task_loss
from isogloss.meta.learners.weights import Weights, leaves
from isogloss.meta.texts.corpus import Corpus, TextTask, draw_task
from isogloss.meta.texts.network import TextNetwork, features_of, prototypes, similarity
from isogloss.meta.texts.run import last
from isogloss.meta.texts.training import SHARPNESS, SHOTS, TextSettings, network_of, pretrain, train_episodically

OURS = "meta_trained"
METHODS = ("plain", "untrained", "pretrained", "fine_tuned", OURS)
MEANING: Mapping[str, str] = {
    "plain": "prototypes of the encoder's vectors, nothing trained",
    "untrained": "prototypes in the features of the network before training",
    "pretrained": "prototypes in the features of multi-task pre-training",
    "fine_tuned": "the same, fine-tuned on the labelled texts as was best on other texts of the training languages",
    OURS: "prototypes in the features of meta-training after pre-training",
}
RECIPES = tuple(product((False, True), (3, 10), (0.003, 0.03, 0.3)))  # only the head or all, steps, rate


class Recipe(NamedTuple):
    """How to fine-tune: the head alone or everything, for so many steps at this rate."""

    everything: bool
    steps: int
    rate: float


@dataclass(frozen=True, eq=False)
class Trained:
    """The parameters of every method, none of which has seen the language held out."""

    network: TextNetwork
    untrained: Weights
    pretrained: Weights
    meta_trained: Weights
    recipes: Mapping[int, Recipe]  # by the number of labelled texts


class Row(NamedTuple):
    """Accuracy of each method on the tasks of one direction, and how far ours is above it.

    ``gain`` has the interval over tasks and ``gain_over_texts`` that over the texts asked.
    """

    held_out: str
    source: str
    target: str
    shots: int
    tasks: int
    accuracy: Mapping[str, float]
    gain: Mapping[str, Interval]
    gain_over_texts: Mapping[str, Interval]


class Outcome(NamedTuple):
    """Who was right, by method, shape ``(answers,)``, in which task and about which text."""

    hits: Mapping[str, NDArray[np.float64]]
    task: NDArray[np.int64]
    text: NDArray[np.int64]


def trained_without(
    corpora: Mapping[str, Corpus],
    dev: Mapping[str, Corpus],
    settings: TextSettings,
    *,
    shots: Sequence[int] = SHOTS,
    tasks: int = 20,
) -> Trained:
    """Train every method.

    Args:
        corpora: The texts of the training languages.
        dev: Other texts of the same languages, on which fine-tuning is chosen.
        settings: How to train.
        shots: Numbers of labelled texts that fine-tuning is chosen for.
        tasks: How many tasks fine-tuning is chosen on, for each number of labelled texts.
    """
    network = network_of(next(iter(corpora.values())).vectors.shape[1], settings)
    untrained = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    pretrained = last(pretrain(network, corpora, settings)).weights
    ours = last(train_episodically(network, pretrained, corpora, settings)).weights
    started = {name: pretrained[name] for name in untrained}
    recipes = {count: best_recipe(network, started, dev, count, settings, tasks) for count in shots}
    return Trained(network, untrained, started, {name: ours[name] for name in untrained}, recipes)


def best_recipe(
    network: TextNetwork, weights: Weights, dev: Mapping[str, Corpus], shots: int, settings: TextSettings, tasks: int
) -> Recipe:
    """The fine-tuning that does best on tasks across the training languages, from one to another."""
    random = np.random.default_rng(settings.seed + shots)
    pairs = [(a, b) for a in dev.values() for b in dev.values() if a is not b]
    drawn = [draw_task(*pairs[number % len(pairs)], 5, shots, 5, random) for number in range(tasks)]
    recipes = [Recipe(*recipe) for recipe in RECIPES]
    scores = [
        np.mean([_right(fine_tuned(network, weights, task, recipe), task).mean() for task in drawn])
        for recipe in recipes
    ]
    return recipes[int(np.argmax(scores))]


def fine_tuned(network: TextNetwork, weights: Weights, task: TextTask, recipe: Recipe) -> Tensor:
    """Scores of the query, shape ``(classes · queries, classes)``, after gradient descent on the support set.

    The head starts from the prototypes, so that no step is prototypes themselves.
    """
    support, query = (as_tensor(side).flatten(0, 1) for side in (task.support, task.query))
    truth = torch.arange(len(task.support)).repeat_interleave(task.support.shape[1])
    with torch.no_grad():
        support_features, query_features = (features_of(network, weights, side) for side in (support, query))
    head = prototypes(support_features.reshape(*task.support.shape[:2], -1))
    if recipe.everything:
        model: nn.Module = _Headed(network, head)
        moved = _moved(
            model, {**{f"network.{name}": w for name, w in weights.items()}, "head": head}, support, truth, recipe
        )
        with torch.no_grad():
            scores: Tensor = torch.func.functional_call(model, dict(moved), (query,))
        return scores
    model = _Head(head)
    moved = _moved(model, {"head": head}, support_features, truth, recipe)
    return query_features @ moved["head"].detach().mT


def outcome(trained: Trained, tasks: Sequence[TextTask]) -> Outcome:
    """What every method says to the same tasks."""
    hits: dict[str, list[NDArray[np.float64]]] = {name: [] for name in METHODS}
    for task in tasks:
        for name, scores in _answers(trained, task):
            hits[name].append(_right(scores, task))
    number = np.concatenate([np.full(len(task.asked), place) for place, task in enumerate(tasks)])
    _, text = np.unique([name for task in tasks for name in task.asked], return_inverse=True)
    return Outcome({name: np.concatenate(values) for name, values in hits.items()}, number, text)


def row(held_out: str, source: str, target: str, shots: int, result: Outcome) -> Row:
    """The figures of an outcome."""
    baselines = [name for name in METHODS if name != OURS]
    ours = result.hits[OURS]

    def gain(groups: NDArray[np.int64]) -> dict[str, Interval]:
        return {
            name: paired_bootstrap(ours, result.hits[name], groups, np.random.default_rng(shots)) for name in baselines
        }

    accuracy = {name: float(hits.mean()) for name, hits in result.hits.items()}
    return Row(
        held_out, source, target, shots, len(np.unique(result.task)), accuracy, gain(result.task), gain(result.text)
    )


def pooled(outcomes: Sequence[tuple[Hashable, Outcome]]) -> Outcome:
    """Several outcomes as one; those of one key are about the same tasks, whoever was trained on whatever."""
    keys = list(dict.fromkeys(key for key, _ in outcomes))
    first = [next(outcome for key, outcome in outcomes if key == wanted) for wanted in keys]
    tasks = np.cumsum([0, *(result.task.max() + 1 for result in first[:-1])])
    texts = np.cumsum([0, *(result.text.max() + 1 for result in first[:-1])])
    place = [keys.index(key) for key, _ in outcomes]
    hits = {name: np.concatenate([outcome.hits[name] for _, outcome in outcomes]) for name in METHODS}
    return Outcome(
        hits,
        np.concatenate([outcome.task + tasks[at] for at, (_, outcome) in zip(place, outcomes, strict=True)]),
        np.concatenate([outcome.text + texts[at] for at, (_, outcome) in zip(place, outcomes, strict=True)]),
    )


def _answers(trained: Trained, task: TextTask) -> Iterator[tuple[str, Tensor]]:
    support, query = as_tensor(task.support), as_tensor(task.query).flatten(0, 1)
    yield "plain", similarity(query, prototypes(support))
    for name in ("untrained", "pretrained", OURS):
        weights: Weights = getattr(trained, name)
        with torch.no_grad():
            support_features, query_features = (
                features_of(trained.network, weights, side) for side in (support, query)
            )
        yield name, similarity(query_features, prototypes(support_features))
    recipe = trained.recipes[task.support.shape[1]]
    yield "fine_tuned", fine_tuned(trained.network, trained.pretrained, task, recipe)


def _right(scores: Tensor, task: TextTask) -> NDArray[np.float64]:
    truth = torch.arange(len(task.query)).repeat_interleave(task.query.shape[1])
    return (scores.argmax(dim=-1) == truth).double().numpy()


def _moved(model: nn.Module, weights: Weights, x: Tensor, y: Tensor, recipe: Recipe) -> Weights:
    objective = partial(task_loss, model, loss=nn.functional.cross_entropy, batch=Batch(x, y))
    return adapt(objective, leaves(weights), steps=recipe.steps, rate=recipe.rate, second_order=False)


class _Head(nn.Module):
    """A linear head on features."""

    def __init__(self, head: Tensor) -> None:
        super().__init__()
        self.head = nn.Parameter(head)

    def forward(self, x: Tensor) -> Tensor:
        return SHARPNESS * x @ self.head.mT


class _Headed(_Head):
    """The network with a linear head."""

    def __init__(self, network: TextNetwork, head: Tensor) -> None:
        super().__init__(head)
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(self.network(x))
