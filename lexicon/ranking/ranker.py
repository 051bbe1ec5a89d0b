"""A small network that judges candidate pairs from their features and says how probable each is."""

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
from isogloss.data.vectors import Matrix
from isogloss.lexicon.ranking.features import FEATURES, RELATIVE
from isogloss.lexicon.search.threads import single_thread

BATCH, RATE = 128, 1e-2
PAIRS = 3.0  # the weight of a pair's loss beside its list's
INNER_STEPS, INNER_RATE = 3, 0.02  # by which a ranker learned on other languages adapts to a few seeds
DOUBT = 50  # seeds that are followed half as far as a great many would be
FEWEST_STEPS = 250  # few examples are seen more often, or probabilities would not come to rest
AS_IT_IS = np.array([1.0, 0.0])  # a calibration line
SLIGHT = 1e-3  # what the square of leaving that line costs for each candidate: all right or all wrong stays finite
HELD = 300  # nats that the square of leaving a line costs which other languages taught
LIMIT = 5.0  # standardised features beyond this many deviations are cut off


class Training(NamedTuple):
    """How large a network is, how long it is trained, and how strongly its weights are held back."""

    hidden: int = 64
    epochs: int = 10
    decay: float = 1e-3


USUAL = Training()
TRANSFER = Training(16, 3, 0.1)  # what shall be true of languages that were not seen has to be simpler


@dataclass(frozen=True, eq=False)
class Ranker:
    """A multi-layer perceptron over ``features``, and the straight line that calibrates it (Platt, 1999).

    ``reorder`` says whether candidates are put in the order of their probability or stay in that of CSLS. A
    ``relative`` ranker was taught with features of ``features.RELATIVE`` standardised pair by pair, and
    needs ``with_domain_statistics`` of a language pair. ``nearest_pairs`` are the pairs of languages whose
    lessons it goes by most, with their shares, where it was made for such as are like them.
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
    training: Training = USUAL,
    seed: int = 0,
) -> Ranker:
    """Fit a ranker to candidates whose truth is known.

    The loss adds the cross-entropy of each pair (for probabilities) to that of the list (the right one first;
    Cao et al., 2007).

    Args:
        features: Of each word's candidates, made by maps that did not see the word, shape ``(n, k, len(FEATURES))``.
        truth: Which candidates are translations, shape ``(n, k)``.
        names: The features to use.
        reorder: Whether candidates will be put in the order of probability.
        training: How large and how long; ``TRANSFER`` for languages that were not seen.
        seed: Makes the fit repeat exactly.
    """
    columns = features[..., _columns(names)]
    flat = columns.reshape(-1, columns.shape[-1])
    centre, spread = flat.mean(axis=0), flat.std(axis=0) + 1e-6
    inputs = torch.from_numpy(_standardised(columns, centre, spread))
    wanted = torch.from_numpy(truth.astype(np.float32))
    generator = torch.Generator().manual_seed(seed)
    weights = _fresh(columns.shape[-1], training.hidden, generator)
    each = -(-len(inputs) // BATCH)
    epochs = max(training.epochs, -(-FEWEST_STEPS // each))
    steps = epochs * each
    optimiser = torch.optim.AdamW(list(weights.values()), lr=RATE, weight_decay=training.decay)
    batches = (
        batch
        for _ in range(epochs)
        for batch in torch.randperm(len(inputs), generator=generator).split(BATCH)  # type: ignore[no-untyped-call]
    )
    optimise(weights, optimiser, inputs, wanted, batches, steps)
    fitted = {name: weight.detach().numpy() for name, weight in weights.items()}
    return Ranker(names, reorder, fitted, centre, spread)


def optimise(
    weights: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    inputs: Tensor,
    wanted: Tensor,
    batches: Iterable[Tensor],
    steps: int,
) -> None:
    """Change ``weights`` in place, a step for each of so many ``batches``, at one cycle of rates (Smith, 2018).

    Args:
        weights: Of the network; ``optimiser`` has them.
        optimiser: Makes the steps.
        inputs: As the network takes them, shape ``(n, k, f)``.
        wanted: Which candidates are right, shape ``(n, k)``.
        batches: Rows of ``inputs``, each of shape ``(b,)``.
        steps: How many batches there are.
    """
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1)
    for batch in batches:
        loss = ranking_loss(forward(weights, inputs[batch]), wanted[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()


def network_inputs(ranker: Ranker, features: Matrix) -> Tensor:
    """What the network of ``ranker`` takes, of features, shape ``(n, k, len(FEATURES))``."""
    columns = features[..., _columns(ranker.features)]
    return torch.from_numpy(_standardised(columns, ranker.centre, ranker.spread))


def adapted_weights(
    weights: Mapping[str, Tensor], inputs: Tensor, wanted: Tensor, *, second_order: bool = False
) -> Mapping[str, Tensor]:
    """New weights after ``INNER_STEPS`` of gradient descent; ``weights`` stay, and must require gradients.

    The fewer words there are, the less their mean gradient says, and the shorter are the steps.

    With ``second_order`` the result stays differentiable through the steps (MAML; Finn et al., 2017).
    """
    rate = INNER_RATE * len(inputs) / (len(inputs) + DOUBT)

    def objective(weights: Mapping[str, Tensor]) -> Tensor:
        return ranking_loss(forward(weights, inputs), wanted)

    def update(_: str, weight: Tensor, gradient: Tensor) -> Tensor:
        return weight - rate * gradient

    return descended(objective, weights, INNER_STEPS, update, second_order=second_order)


@single_thread()
def adapted(ranker: Ranker, features: Matrix, truth: NDArray[np.bool_]) -> Ranker:
    """``ranker`` after a few steps towards candidates whose truth is known; the inner loop of meta-learning.

    Args:
        ranker: Learned on other languages; stays as it is.
        features: Of each seed's candidates, made by maps that did not see the seed, shape ``(n, k, len(FEATURES))``.
        truth: Which candidates are translations, shape ``(n, k)``.
    """
    if len(features) == 0:
        return ranker
    start = {name: torch.tensor(value).requires_grad_() for name, value in ranker.weights.items()}
    wanted = torch.from_numpy(truth.astype(np.float32))
    found = adapted_weights(start, network_inputs(ranker, features), wanted)
    return replace(ranker, weights={name: weight.detach().numpy() for name, weight in found.items()})


def with_domain_statistics(ranker: Ranker, features: Matrix) -> Ranker:
    """``ranker`` for the languages of these candidates' ``features``, shape ``(n, k, len(FEATURES))``.

    What cosines and densities are usual differs from vectors to vectors; a relative ranker takes them from here.
    """
    if not ranker.relative or features.size == 0:
        return ranker
    centre, spread = domain_statistics(features)
    chosen = _columns(ranker.features)
    return replace(
        ranker,
        centre=(centre[chosen] + spread[chosen] * ranker.centre).astype(np.float32),
        spread=(spread[chosen] * ranker.spread).astype(np.float32),
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
    slope, offset = _platt(logits, truth, held=SLIGHT * logits.size)
    return replace(ranker, slope=slope, offset=offset)


def recalibrated(ranker: Ranker, logits: Matrix, truth: NDArray[np.bool_]) -> Ranker:
    """As ``calibrated``, but the line that other languages taught ``ranker`` is only left as far as ``truth`` tells.

    Both arrays have shape ``(n, k)``. Known words of a new pair are few, and names of things are not like others.
    """
    slope, offset = _platt(ranker.slope * logits + ranker.offset, truth, held=HELD)
    return replace(ranker, slope=slope * ranker.slope, offset=slope * ranker.offset + offset)


def _columns(names: tuple[str, ...]) -> list[int]:
    return [FEATURES.index(name) for name in names]


def _standardised(columns: Matrix, centre: Matrix, spread: Matrix) -> Matrix:
    return np.asarray(np.clip((columns - centre) / spread, -LIMIT, LIMIT), dtype=np.float32)


def _fresh(inputs: int, hidden: int, generator: torch.Generator) -> dict[str, Tensor]:
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


def ranking_loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """The loss that rankers are trained by: of every pair, and of every word that has a right candidate."""
    pairs = PAIRS * functional.binary_cross_entropy_with_logits(logits, wanted)
    found = wanted.sum(dim=1) > 0
    if not found.any():
        return pairs
    chance = torch.log_softmax(logits[found], dim=-1).masked_fill(wanted[found] == 0, -torch.inf)
    return pairs - torch.logsumexp(chance, dim=-1).mean()


def _platt(logits: Matrix, truth: NDArray[np.bool_], *, held: float) -> tuple[float, float]:
    """Slope and offset (Platt, 1999); the squared distance from those that leave all as it is costs ``held`` nats."""
    inputs = np.stack([logits.ravel(), np.ones(logits.size)], axis=1)
    slope, offset = logistic_regression(inputs, truth.ravel(), AS_IT_IS, 2 * held).tolist()
    return slope, offset


def tensors(ranker: Ranker) -> dict[str, NDArray[Any]]:
    """For a file; ``from_tensors`` reads them again."""
    line = np.array([ranker.slope, ranker.offset, float(ranker.reorder), float(ranker.relative)], np.float64)
    chosen = np.array(_columns(ranker.features), np.int32)
    named = {f"ranker.{name}": value for name, value in ranker.weights.items()}
    return named | {
        "ranker_scale": np.stack([ranker.centre, ranker.spread]),
        "ranker_line": line,
        "ranker_features": chosen,
    }


def from_tensors(found: Mapping[str, NDArray[Any]]) -> Ranker:
    """The ranker of a file.

    Raises:
        KeyError: A tensor is missing.
    """
    weights = {name.removeprefix("ranker."): value for name, value in found.items() if name.startswith("ranker.")}
    slope, offset, reorder, relative = found["ranker_line"].tolist()
    names = tuple(FEATURES[column] for column in found["ranker_features"].tolist())
    centre, spread = found["ranker_scale"]
    return Ranker(names, bool(reorder), weights, centre, spread, slope, offset, bool(relative))
