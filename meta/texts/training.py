"""Two stages: all classes of all languages at once, then episodes whose support and query are in two languages.

Meta-training after pre-training does better than either alone (for parsing: Langedijk et al., 2022), and episodes that
cross languages better than those within one (Nooralahzadeh et al., 2020; M'hamdi et al., 2021).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from isogloss.data.compute import as_tensor
from isogloss.data.errors import VocabularyError
from isogloss.meta.learners.optimiser import Adam, Moments
from isogloss.meta.learners.weights import Weights, copied, leaves, weights_of
from isogloss.meta.texts.corpus import Corpus, TextTask, classes_of, draw_task, shared_classes
from isogloss.meta.texts.network import TextNetwork, features_of, prototypes, similarity

HEAD, SCALE, PLAIN = "head", "log scale", "log scale of plain cosines"
SHARPNESS = 10.0  # inverse temperature of cosine scores: of pre-training, and where meta-training starts; round number
MOST = 10_000_000  # of any setting; round number
SHARPEST = 64.0  # inverse temperature of plain cosines that is tried; round number
CALIBRATION_TASKS = 40  # from which that is chosen; round number
SHOTS = (1, 5, 10)  # labelled texts of a class in an episode; round numbers


@dataclass(frozen=True)
class TextSettings:
    """How a classifier of texts is trained.

    ``shift`` and ``dropout`` disturb the vectors as a language does that is aligned badly: each side of an episode is
    moved by a random vector of that length for each number, and each text loses that share of its numbers.
    """

    hidden: int = 256
    features: int = 128
    pretraining: int = 400  # steps
    steps: int = 200  # of meta-training
    texts_per_language: int = 48
    tasks_per_step: int = 4
    ways: int = 12
    queries: int = 4
    pretraining_rate: float = 2e-3
    rate: float = 5e-4
    shift: float = 0.05
    dropout: float = 0.3
    fewest: int = 5  # texts of a class, or it takes no part in pre-training
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that no training has: a file of settings that somebody changed must not run for ever."""
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST:
                raise ValueError(f"{name} is {value!r}, expected a number up to {MOST:,}")


class TextStep(NamedTuple):
    """A step of either stage: its number, its loss and where it led."""

    number: int
    loss: float
    weights: dict[str, Tensor]


def network_of(dimensions: int, settings: TextSettings) -> TextNetwork:
    """An untrained network, the same for the same settings."""
    generator = torch.Generator().manual_seed(settings.seed)
    return TextNetwork(dimensions, settings.hidden, settings.features).initialise(generator)


def pretrain(network: TextNetwork, corpora: Mapping[str, Corpus], settings: TextSettings) -> Iterator[TextStep]:
    """Multi-task training: one head for the classes of all languages, batches with all languages in equal shares.

    Raises:
        VocabularyError: Fewer than two classes have enough texts.
    """
    classes = classes_of(corpora, settings.fewest)
    if len(classes) < 2:
        raise VocabularyError(f"found {len(classes)} classes of {settings.fewest} texts or more, expected at least 2")
    random, generator = np.random.default_rng(settings.seed), torch.Generator().manual_seed(settings.seed)
    weights = weights_of(network)
    weights[HEAD] = torch.randn(len(classes), settings.features, generator=generator) * settings.features**-0.5
    moments, adam = Moments.of(weights), Adam(settings.pretraining_rate)
    for number in range(1, settings.pretraining + 1):
        x, y = _batch(corpora, classes, settings.texts_per_language, random)
        shared = leaves(weights)
        features = features_of(network, shared, _dropped(x, settings.dropout, generator))
        loss = nn.functional.cross_entropy(SHARPNESS * features @ shared[HEAD].mT, y)
        weights, moments = adam(weights, _gradient(loss, shared), moments)
        yield TextStep(number, float(loss.detach()), copied(weights))


def train_episodically(
    network: TextNetwork, weights: Weights, corpora: Mapping[str, Corpus], settings: TextSettings
) -> Iterator[TextStep]:
    """Prototypical networks (Snell et al., 2017) on episodes from one language to another, from ``weights`` on.

    The class prototypes are all that adapts to a task, in closed form; φ is what makes them tell apart texts of a
    language that the support has none of.

    Raises:
        VocabularyError: There are not two languages whose classes have enough texts.
    """
    random, generator = np.random.default_rng(settings.seed), torch.Generator().manual_seed(settings.seed)
    weights = {name: weights[name] for name, _ in network.named_parameters()} | {SCALE: torch.tensor(SHARPNESS).log()}
    weights, pairs = copied(weights), _pairs(corpora, settings)
    moments, adam = Moments.of(weights), Adam(settings.rate)
    for number in range(1, settings.steps + 1):
        shots = int(random.choice(SHOTS))
        drawn = [pairs[place] for place in random.integers(len(pairs), size=settings.tasks_per_step)]
        tasks = [draw_task(a, b, settings.ways, shots, settings.queries, random) for a, b in drawn]
        shared = leaves(weights)
        loss = torch.stack([_query_loss(network, shared, task, settings, generator) for task in tasks]).mean()
        weights, moments = adam(weights, _gradient(loss, shared), moments)
        yield TextStep(number, float(loss.detach()), copied(weights))


def plain_scale(corpora: Mapping[str, Corpus], settings: TextSettings) -> Tensor:
    """The logarithm of the inverse temperature at which plain prototypes give training tasks their best likelihood."""
    random, pairs = np.random.default_rng(settings.seed), _pairs(corpora, settings)
    answers = []
    for number in range(CALIBRATION_TASKS):
        source, target = pairs[int(random.integers(len(pairs)))]
        task = draw_task(source, target, settings.ways, SHOTS[number % len(SHOTS)], settings.queries, random)
        cosines = similarity(as_tensor(task.query).flatten(0, 1), prototypes(as_tensor(task.support)))
        answers.append((cosines, _truth(task)))
    scales = torch.linspace(0, math.log(SHARPEST), 50)
    losses = [
        sum(float(nn.functional.cross_entropy(scale.exp() * cosines, truth)) for cosines, truth in answers)
        for scale in scales
    ]
    return scales[int(np.argmin(losses))]


def _truth(task: TextTask) -> Tensor:
    """The places of the classes of the query texts."""
    return torch.arange(len(task.query)).repeat_interleave(task.query.shape[1])


def _pairs(corpora: Mapping[str, Corpus], settings: TextSettings) -> list[tuple[Corpus, Corpus]]:
    pairs = [
        (a, b)
        for a in corpora.values()
        for b in corpora.values()
        if a is not b and len(shared_classes(a, b, max(SHOTS), settings.queries)) >= 2
    ]
    if not pairs:
        raise VocabularyError(
            f"found texts in {', '.join(corpora) or 'no language'}, expected two languages with two classes in common "
            f"of {max(SHOTS) + settings.queries} texts each"
        )
    return pairs


def _query_loss(
    network: TextNetwork, weights: Weights, task: TextTask, settings: TextSettings, generator: torch.Generator
) -> Tensor:
    support, query = (
        _dropped(_shifted(as_tensor(side), settings.shift, generator), settings.dropout, generator)
        for side in (task.support, task.query)
    )
    centres = prototypes(features_of(network, weights, support))
    scores = weights[SCALE].exp() * similarity(features_of(network, weights, query).flatten(0, 1), centres)
    return nn.functional.cross_entropy(scores, _truth(task))


def _batch(
    corpora: Mapping[str, Corpus], classes: Sequence[str], count: int, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """``count`` texts of each language, classes in equal shares, and the numbers of their classes."""
    number = {label: place for place, label in enumerate(classes)}
    vectors, truth = [], []
    for corpus in corpora.values():
        labels = [label for label in corpus.rows if label in number]
        for place in random.integers(len(labels), size=count) if labels else ():
            rows = corpus.rows[labels[place]]
            vectors.append(corpus.vectors[rows[random.integers(len(rows))]])
            truth.append(number[labels[place]])
    return as_tensor(np.array(vectors)), torch.tensor(truth)


def _shifted(x: Tensor, shift: float, generator: torch.Generator) -> Tensor:
    """All texts of one side moved by one vector, as a language is whose mean is off."""
    if not shift:
        return x
    return nn.functional.normalize(x + shift * torch.randn(x.shape[-1], generator=generator), dim=-1)


def _dropped(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """``x`` with a share of its numbers at zero and the others raised to keep the sum."""
    if not share:
        return x
    return x * (torch.rand(x.shape, generator=generator) >= share) / (1 - share)


def _gradient(loss: Tensor, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return dict(zip(weights, torch.autograd.grad(loss, list(weights.values())), strict=True))
