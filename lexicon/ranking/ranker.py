"""Learned ranker: a small network from the features of a candidate pair to its probability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from isogloss.data.numerics.gradient_descent import descended
from isogloss.data.numerics.logistic_regression import logistic_regression
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.lexicon.ranking.features import FEATURES, RELATIVE

BATCH, RATE = 128, 1e-2  # words a step, and the peak of AdamW's one-cycle schedule; chosen by hand, not tuned
PAIR_WEIGHT = 3.0  # of the pairs' cross-entropy beside the list's; chosen by hand, not tuned by a script
INNER_STEPS, INNER_RATE = 3, 0.02  # of the adaptation to few seeds; chosen by hand, not tuned by a script
HALF_RATE_SEEDS = 50  # seed words with which a step of the adaptation has half its length; round number, not tuned
MIN_STEPS = 250  # few examples are seen in more epochs, or probabilities would not converge; round number, not tuned
IDENTITY_LINE = np.array([1.0, 0.0])  # slope and offset of a calibration that changes nothing
PLATT_PENALTY = 1e-3  # nats a candidate for a squared distance 1 from it: keeps separable cases finite; round number
# Nats for a squared distance 1 from the calibration of other languages: the most of 100, 300 and 1,000 with which the
# calibration error of en-fr, en-ja and en-fi on known words stays below .03 (docs/decisions.md).
TRANSFER_PENALTY = 300
CLIP = 5.0  # standard deviations at which standardised features are cut off; round number, not tuned


class Training(NamedTuple):
    """Hyperparameters: hidden units of both layers, epochs, weight decay of AdamW."""

    hidden: int = 64
    epochs: int = 10
    decay: float = 1e-3


DEFAULT_TRAINING = Training()  # one network of 64 units ranks as well as three of 32 (docs/decisions.md)
TRANSFER = Training(
    16, 3, 0.1
)  # for unseen languages: chosen by training on two of fr, ja and fi for the third (same page)


@dataclass(frozen=True, eq=False)
class Ranker:
    """A multi-layer perceptron over ``features`` with Platt calibration (Platt, 1999).

    Attributes:
        features: Names of its inputs.
        reorder: Whether candidates are put in the order of probability; else they stay in that of CSLS.
        weights: Of the network, by layer.
        centre: Mean of each input in training, shape ``(inputs,)``.
        spread: Standard deviation, likewise.
        slope: Of the calibration line, from logit to log-odds.
        offset: Likewise.
        relative: Whether it was trained on ``features.RELATIVE`` standardised by language pair, and needs
            ``with_domain_statistics`` of a new one first.
        nearest_pairs: Language pairs whose training weighed most in its weights, with their shares; empty where none
            was preferred.
    """

    features: tuple[str, ...]
    reorder: bool
    weights: Mapping[str, Matrix]
    centre: Matrix
    spread: Matrix
    slope: float = 1.0
    offset: float = 0.0
    relative: bool = False
    nearest_pairs: tuple[tuple[str, float], ...] = ()

    def logits(self, features: Matrix) -> Matrix:
        """Before calibration, shape ``(n, k)``, of features, shape ``(n, k, len(FEATURES))``."""
        if len(features) == 0:
            return np.zeros(features.shape[:2], np.float32)
        inputs = torch.from_numpy(self._standard(features))
        weights = {name: torch.from_numpy(value) for name, value in self.weights.items()}
        with torch.no_grad():
            return np.asarray(forward(weights, inputs).numpy())

    def __call__(self, features: Matrix) -> Matrix:
        """Probabilities that pairs are right, shape ``(n, k)``, of features, shape ``(n, k, len(FEATURES))``."""
        logit = np.clip(self.slope * self.logits(features) + self.offset, -30, 30)
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float32)

    def _standard(self, features: Matrix) -> Matrix:
        return _standardised(features[..., _columns(self.features)], self.centre, self.spread)


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
    columns = features[..., _columns(names)]
    flat = columns.reshape(-1, columns.shape[-1])
    centre, spread = flat.mean(axis=0), flat.std(axis=0) + 1e-6
    inputs = torch.from_numpy(_standardised(columns, centre, spread))
    labels = torch.from_numpy(truth.astype(np.float32))
    generator = torch.Generator().manual_seed(seed)
    weights = _initial_weights(columns.shape[-1], training.hidden, generator)
    batches_per_epoch = -(-len(inputs) // BATCH)
    epochs = max(training.epochs, -(-MIN_STEPS // batches_per_epoch))
    steps = epochs * batches_per_epoch
    optimiser = torch.optim.AdamW(list(weights.values()), lr=RATE, weight_decay=training.decay)
    batches = (
        batch
        for _ in range(epochs)
        for batch in torch.randperm(len(inputs), generator=generator).split(BATCH)  # type: ignore[no-untyped-call]
    )
    optimise(weights, optimiser, inputs, labels, batches, steps)
    fitted = {name: weight.detach().numpy() for name, weight in weights.items()}
    return Ranker(names, reorder, fitted, centre, spread)


def optimise(
    weights: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
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
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1)
    for batch in batches:
        loss = ranking_loss(forward(weights, inputs[batch]), labels[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()


def network_inputs(ranker: Ranker, features: Matrix) -> Tensor:
    """Standardised inputs of the network, shape ``(n, k, inputs)``; features have shape ``(n, k, len(FEATURES))``."""
    columns = features[..., _columns(ranker.features)]
    return torch.from_numpy(_standardised(columns, ranker.centre, ranker.spread))


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
    labels = torch.from_numpy(truth.astype(np.float32))
    weights = adapted_weights(start, network_inputs(ranker, features), labels)
    return replace(ranker, weights={name: weight.detach().numpy() for name, weight in weights.items()})


def with_domain_statistics(ranker: Ranker, features: Matrix) -> Ranker:
    """A relative ``ranker`` with the mean and deviation of these languages' features in place of those of training.

    Scales of cosines and densities differ from vectors to vectors (adaptive normalisation of an unlabelled target
    domain, as in Li et al., 2017). Other rankers stay as they are.

    Args:
        ranker: Trained on other languages.
        features: Of candidates of this language pair, shape ``(n, k, len(FEATURES))``.
    """
    if not ranker.relative or features.size == 0:
        return ranker
    centre, spread = domain_statistics(features)
    columns = _columns(ranker.features)
    return replace(
        ranker,
        centre=(centre[columns] + spread[columns] * ranker.centre).astype(np.float32),
        spread=(spread[columns] * ranker.spread).astype(np.float32),
        relative=False,
    )


def domain_statistics(features: Matrix) -> tuple[Matrix, Matrix]:
    """Mean and standard deviation of the relative features, 0 and 1 for all others, both shape ``(len(FEATURES),)``."""
    centre, spread = np.zeros(len(FEATURES), np.float32), np.ones(len(FEATURES), np.float32)
    columns = _columns(RELATIVE)
    flat = features[..., columns].reshape(-1, len(columns))
    centre[columns], spread[columns] = flat.mean(axis=0), flat.std(axis=0) + 1e-6
    return centre, spread


def calibrated(ranker: Ranker, logits: Matrix, truth: NDArray[np.bool_]) -> Ranker:
    """``ranker`` with probabilities fitted to logits of words it had not seen (Platt, 1999), shapes ``(n, k)``."""
    slope, offset = _platt(logits, truth, penalty=PLATT_PENALTY * logits.size)
    return replace(ranker, slope=slope, offset=offset)


def recalibrated(ranker: Ranker, logits: Matrix, truth: NDArray[np.bool_]) -> Ranker:
    """``calibrated`` with a Gaussian prior around the calibration of ``ranker``, fitted on other languages.

    Both arrays have shape ``(n, k)``. Known words of a new pair are few, and may be names of things only.
    """
    slope, offset = _platt(ranker.slope * logits + ranker.offset, truth, penalty=TRANSFER_PENALTY)
    return replace(ranker, slope=slope * ranker.slope, offset=slope * ranker.offset + offset)


def _columns(names: tuple[str, ...]) -> list[int]:
    return [FEATURES.index(name) for name in names]


def _standardised(columns: Matrix, centre: Matrix, spread: Matrix) -> Matrix:
    return np.asarray(np.clip((columns - centre) / spread, -CLIP, CLIP), dtype=np.float32)


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


def _platt(logits: Matrix, truth: NDArray[np.bool_], *, penalty: float) -> tuple[float, float]:
    """Slope and offset (Platt, 1999); a squared distance 1 from the identity costs ``penalty`` nats."""
    inputs = np.stack([logits.ravel(), np.ones(logits.size)], axis=1)
    slope, offset = logistic_regression(inputs, truth.ravel(), IDENTITY_LINE, 2 * penalty).tolist()
    return slope, offset


def tensors(ranker: Ranker) -> dict[str, NDArray[Any]]:
    """For a file; ``from_tensors`` reads them again."""
    line = np.array([ranker.slope, ranker.offset, float(ranker.reorder), float(ranker.relative)], np.float64)
    columns = np.array(_columns(ranker.features), np.int32)
    named = {f"ranker.{name}": value for name, value in ranker.weights.items()}
    return named | {
        "ranker_scale": np.stack([ranker.centre, ranker.spread]),
        "ranker_line": line,
        "ranker_features": columns,
    }


def from_tensors(tensors: Mapping[str, NDArray[Any]]) -> Ranker:
    """The ranker of a file.

    Raises:
        KeyError: A tensor is missing.
    """
    weights = {name.removeprefix("ranker."): value for name, value in tensors.items() if name.startswith("ranker.")}
    slope, offset, reorder, relative = tensors["ranker_line"].tolist()
    names = tuple(FEATURES[column] for column in tensors["ranker_features"].tolist())
    centre, spread = tensors["ranker_scale"]
    return Ranker(names, bool(reorder), weights, centre, spread, slope, offset, bool(relative))
