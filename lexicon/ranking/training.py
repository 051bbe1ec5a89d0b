"""Training of the ranker, and its adaptation to a language pair with few seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.adam import Adam, one_cycle
from isogloss.data.numerics.gradient_descent import descended
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.lexicon.ranking.ranker import Ranker, columns_of, moments, standardised

BATCH, RATE = 128, 1e-2  # words a step, and the peak of AdamW's one-cycle schedule; chosen by hand, not tuned
MIN_BATCH = 32  # words a step where few are labelled: better than more epochs of 128 (docs/decisions.md)
PAIR_WEIGHT = 3.0  # of the pairs' cross-entropy beside the list's; chosen by hand, not tuned by a script
INNER_STEPS, INNER_RATE = 3, 0.02  # of the adaptation to few seeds; chosen by hand, not tuned by a script
HALF_RATE_SEEDS = 50  # seed words with which a step of the adaptation has half its length; round number, not tuned
MIN_STEPS = 250  # few examples are seen in more epochs, or the order would not converge; round number, not tuned


class Training(NamedTuple):
    """Hyperparameters: hidden units of both layers, epochs, weight decay of AdamW, and steps there are at least."""

    hidden: int = 64
    epochs: int = 10
    decay: float = 1e-3
    steps: int | None = None  # ``MIN_STEPS`` by default


DEFAULT_TRAINING = Training()  # one network of 64 units ranks as well as three of 32 (docs/decisions.md)
TRANSFER = Training(
    16, 3, 0.1
)  # for unseen languages: chosen by training on two of fr, ja and fi for the third (same page)

# For a ranker that calibrates only: of 250 steps on sixty words hardly anything holds on others (docs/decisions.md).
CALIBRATING = Training(steps=40)


@single_thread()
def train(
    features: Matrix,
    truth: NDArray[np.bool_],
    names: tuple[str, ...],
    *,
    reorder: bool,
    training: Training = DEFAULT_TRAINING,
    seed: int = 0,
) -> Ranker:
    """Fit a ranker to labelled candidates.

    The loss adds the cross-entropy of each pair (for probabilities) to that of the list (the right one first;
    Cao et al., 2007).

    Args:
        features: Of each word's candidates, made by maps that did not see the word, shape ``(n, k, len(FEATURES))``.
        truth: Which candidates are translations, shape ``(n, k)``.
        names: The features to use.
        reorder: Whether candidates will be put in the order of probability.
        training: Hyperparameters; ``TRANSFER`` for a ranker of unseen languages.
        seed: Makes the fit repeat exactly.
    """
    columns = features[..., columns_of(names)]
    flat = columns.reshape(-1, columns.shape[-1])
    centre, spread = moments(flat)
    inputs = as_tensor(standardised(columns, centre, spread))
    labels = as_tensor(truth.astype(np.float32))
    generator = torch.Generator().manual_seed(seed)
    weights = _initial_weights(columns.shape[-1], training.hidden, generator)
    least = MIN_STEPS if training.steps is None else training.steps
    batch_size = _batch_size(len(inputs), training.epochs, least)
    batches_per_epoch = -(-len(inputs) // batch_size)
    epochs = max(training.epochs, -(-least // batches_per_epoch))
    steps = epochs * batches_per_epoch
    optimiser = Adam(weights.values(), decay=training.decay)
    batches = (
        batch
        for _ in range(epochs)
        for batch in torch.randperm(len(inputs), generator=generator).split(batch_size)  # type: ignore[no-untyped-call]
    )
    optimise(weights, optimiser, inputs, labels, batches, steps)
    fitted = {name: weight.detach().numpy() for name, weight in weights.items()}
    return Ranker(names, reorder, fitted, centre, spread)


def _batch_size(words: int, epochs: int, least: int) -> int:
    """Words a step: where words are few, so many that ``epochs`` have the ``least`` number of steps."""
    return min(BATCH, max(MIN_BATCH, words * epochs // least))


def optimise(
    weights: Mapping[str, Tensor],
    optimiser: Adam,
    inputs: Tensor,
    labels: Tensor,
    batches: Iterable[Tensor],
    steps: int,
) -> None:
    """Train ``weights`` in place, a step for each batch, with a one-cycle learning rate (Smith, 2018).

    Args:
        weights: Of the network; ``optimiser`` has them.
        optimiser: Makes the steps.
        inputs: As the network takes them, shape ``(n, k, f)``.
        labels: Which candidates are right, shape ``(n, k)``.
        batches: Rows of ``inputs``, each of shape ``(b,)``.
        steps: How many batches there are.
    """
    for batch, rate in zip(batches, one_cycle(RATE, steps), strict=True):
        optimiser.step(ranking_loss(forward(weights, inputs[batch]), labels[batch]), rate)


def network_inputs(ranker: Ranker, features: Matrix) -> Tensor:
    """Standardised inputs of the network, shape ``(n, k, inputs)``; features have shape ``(n, k, len(FEATURES))``."""
    columns = features[..., columns_of(ranker.features)]
    return as_tensor(standardised(columns, ranker.centre, ranker.spread))


def adapted_weights(
    weights: Mapping[str, Tensor], inputs: Tensor, labels: Tensor, *, second_order: bool = False
) -> Mapping[str, Tensor]:
    """New weights after ``INNER_STEPS`` of gradient descent; ``weights`` stay, and must require gradients.

    Steps are shorter with fewer words, whose mean gradient is noisier.

    With ``second_order`` the result stays differentiable through the steps (MAML; Finn et al., 2017).
    """
    rate = INNER_RATE * len(inputs) / (len(inputs) + HALF_RATE_SEEDS)

    def objective(weights: Mapping[str, Tensor]) -> Tensor:
        return ranking_loss(forward(weights, inputs), labels)

    def update(_: str, weight: Tensor, gradient: Tensor) -> Tensor:
        return weight - rate * gradient

    return descended(objective, weights, INNER_STEPS, update, second_order=second_order)


@single_thread()
def adapted(ranker: Ranker, features: Matrix, truth: NDArray[np.bool_]) -> Ranker:
    """``ranker`` after a few steps of gradient descent on labelled candidates (inner loop of MAML; Finn et al., 2017).

    Args:
        ranker: Trained on other languages; stays as it is.
        features: Of each seed's candidates, made by maps that did not see the seed, shape ``(n, k, len(FEATURES))``.
        truth: Which candidates are translations, shape ``(n, k)``.
    """
    if len(features) == 0:
        return ranker
    start = {name: torch.tensor(value).requires_grad_() for name, value in ranker.weights.items()}
    labels = as_tensor(truth.astype(np.float32))
    weights = adapted_weights(start, network_inputs(ranker, features), labels)
    return replace(ranker, weights={name: weight.detach().numpy() for name, weight in weights.items()})


def logits(weights: Mapping[str, Matrix], inputs: Matrix) -> Matrix:
    """What the network says of ``inputs``, shape ``(n, k, features)``, before calibration, shape ``(n, k)``."""
    with torch.no_grad():
        tensors = {name: as_tensor(value) for name, value in weights.items()}
        return np.asarray(forward(tensors, as_tensor(inputs)).numpy())


def _initial_weights(inputs: int, hidden: int, generator: torch.Generator) -> dict[str, Tensor]:
    def layer(name: str, rows: int, columns: int) -> dict[str, Tensor]:
        drawn = (torch.rand(rows, columns, generator=generator) * 2 - 1) / rows**0.5
        return {f"{name}.weight": drawn.requires_grad_(), f"{name}.bias": torch.zeros(columns).requires_grad_()}

    return layer("first", inputs, hidden) | layer("second", hidden, hidden) | layer("last", hidden, 1)


def forward(weights: Mapping[str, Tensor], inputs: Tensor) -> Tensor:
    """Logits, shape ``(n, k)``, of inputs, shape ``(n, k, features)``."""
    flat = inputs.reshape(-1, inputs.shape[-1])
    for name in ("first", "second"):
        flat = functional.gelu(torch.addmm(weights[f"{name}.bias"], flat, weights[f"{name}.weight"]))
    return torch.addmm(weights["last.bias"], flat, weights["last.weight"]).reshape(inputs.shape[:-1])


def ranking_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of all pairs plus listwise loss of all words that have a right candidate (Cao et al., 2007).

    Args:
        logits: Shape ``(n, k)``.
        labels: 1 for a translation, else 0, shape ``(n, k)``.
    """
    pairwise = PAIR_WEIGHT * functional.binary_cross_entropy_with_logits(logits, labels)
    answerable = labels.sum(dim=1) > 0
    if not answerable.any():
        return pairwise
    log_probability = torch.log_softmax(logits[answerable], dim=-1).masked_fill(labels[answerable] == 0, -torch.inf)
    return pairwise - torch.logsumexp(log_probability, dim=-1).mean()
