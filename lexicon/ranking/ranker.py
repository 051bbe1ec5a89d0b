"""Learned ranker: a small network from the features of a candidate pair to its probability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.logistic_regression import logistic_regression
from isogloss.data.vectors import Matrix
from isogloss.lexicon.ranking.combination import Combination
from isogloss.lexicon.ranking.features import FEATURES, RELATIVE
from isogloss.lexicon.ranking.teachers import Teachers

IDENTITY_LINE = np.array([1.0, 0.0])  # slope and offset of a calibration that changes nothing
PLATT_PENALTY = 1e-3  # nats a candidate for a squared distance 1 from it: keeps separable cases finite; round number
# Nats for a squared distance 1 from the calibration of other languages: the most of 100, 300 and 1,000 with which the
# calibration error of en-fr, en-ja and en-fi on known words stays below .03 (docs/decisions.md).
TRANSFER_PENALTY = 300
FEW_CANDIDATES = 100_000  # up to which a network is computed without torch; round number, not tuned
CLIP = 5.0  # standard deviations at which standardised features are cut off; round number, not tuned


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
        second_opinion: How its probability is combined with what an encoder says (``lexicon.alignment.encoded``).
        teachers: The dictionaries of other languages that it was trained on; empty for one trained on the seeds.
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
    second_opinion: Combination | None = None
    teachers: Teachers = ()

    def logits(self, features: Matrix) -> Matrix:
        """Before calibration, shape ``(n, k)``, of features, shape ``(n, k, len(FEATURES))``."""
        if len(features) == 0:
            return np.zeros(features.shape[:2], np.float32)
        inputs = self._standard(features)
        if inputs.shape[0] * inputs.shape[1] <= FEW_CANDIDATES:
            return self._few_logits(inputs)
        from isogloss.lexicon.ranking.training import logits

        return logits(self.weights, inputs)

    def _few_logits(self, inputs: Matrix) -> Matrix:
        """As ``lexicon.ranking.training.forward``, without torch: loading it takes longer than this."""
        values = inputs.reshape(-1, inputs.shape[-1])
        for name in ("first", "second"):
            values = _gelu(values @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"])
        values = values @ self.weights["last.weight"] + self.weights["last.bias"]
        return np.asarray(values.reshape(inputs.shape[:-1]), np.float32)

    def __call__(self, features: Matrix) -> Matrix:
        """Probabilities that pairs are right, shape ``(n, k)``, of features, shape ``(n, k, len(FEATURES))``."""
        probability = self.from_logits(self.logits(features))
        if self.second_opinion is None:
            return probability
        return self.second_opinion(probability, features[..., len(FEATURES) :])

    def from_logits(self, logits: Matrix) -> Matrix:
        """Calibrated probabilities, shape ``(n, k)``, without a second opinion."""
        logit = np.clip(self.slope * logits + self.offset, -30, 30)
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float32)

    def _standard(self, features: Matrix) -> Matrix:
        return standardised(features[..., columns_of(self.features)], self.centre, self.spread)


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
    columns = columns_of(ranker.features)
    return replace(
        ranker,
        centre=(centre[columns] + spread[columns] * ranker.centre).astype(np.float32),
        spread=(spread[columns] * ranker.spread).astype(np.float32),
        relative=False,
    )


def domain_statistics(features: Matrix) -> tuple[Matrix, Matrix]:
    """The ``moments`` of the relative features, 0 and 1 for all others, both shape ``(len(FEATURES),)``."""
    centre, spread = np.zeros(len(FEATURES), np.float32), np.ones(len(FEATURES), np.float32)
    columns = columns_of(RELATIVE)
    flat = features[..., columns].reshape(-1, len(columns))
    centre[columns], spread[columns] = moments(flat)
    return centre, spread


def moments(columns: Matrix) -> tuple[Matrix, Matrix]:
    """Mean and standard deviation of each column over the rows that have it: ``nan`` is a missing value.

    A column that no row has gets 0 and 0; the deviation is never quite 0.
    """
    present = ~np.isnan(columns)
    count = np.maximum(present.sum(axis=0), 1)
    mean = np.where(present, columns, 0).sum(axis=0) / count
    variance = np.square(np.where(present, columns - mean, 0)).sum(axis=0) / count
    return mean.astype(np.float32), (np.sqrt(variance) + 1e-6).astype(np.float32)


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


def columns_of(names: tuple[str, ...]) -> list[int]:
    """The places of features by name."""
    return [FEATURES.index(name) for name in names]


def standardised(columns: Matrix, centre: Matrix, spread: Matrix) -> Matrix:
    """Features in standard deviations from the mean of training, cut off at ``CLIP``; missing ones are at the mean."""
    standard = np.asarray(np.clip((columns - centre) / spread, -CLIP, CLIP), dtype=np.float32)
    standard[np.isnan(standard)] = 0
    return standard


def _gelu(x: Matrix) -> Matrix:
    """``x`` times the normal distribution at ``x``, with 1.5e-7 of error (Abramowitz and Stegun, 1964, 7.1.26)."""
    t = 1 / (1 + 0.3275911 * np.abs(x) / 2**0.5)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = series * np.exp(-(x**2) / 2) / 2  # of the distribution, beyond |x|
    return np.asarray(x * np.where(x < 0, tail, 1 - tail), np.float32)


def _platt(logits: Matrix, truth: NDArray[np.bool_], *, penalty: float) -> tuple[float, float]:
    """Slope and offset (Platt, 1999); a squared distance 1 from the identity costs ``penalty`` nats."""
    inputs = np.stack([logits.ravel(), np.ones(logits.size)], axis=1)
    slope, offset = logistic_regression(inputs, truth.ravel(), IDENTITY_LINE, 2 * penalty).tolist()
    return slope, offset


def tensors(ranker: Ranker) -> dict[str, NDArray[Any]]:
    """For a file; ``from_tensors`` reads them again."""
    line = np.array([ranker.slope, ranker.offset, float(ranker.reorder), float(ranker.relative)], np.float64)
    columns = np.array(columns_of(ranker.features), np.int32)
    named: dict[str, NDArray[Any]] = {f"ranker.{name}": value for name, value in ranker.weights.items()}
    if ranker.second_opinion is not None:
        named["ranker_opinion"] = ranker.second_opinion.weights
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
    opinion = Combination(tensors["ranker_opinion"]) if "ranker_opinion" in tensors else None
    return Ranker(names, bool(reorder), weights, centre, spread, slope, offset, bool(relative), second_opinion=opinion)
