"""What some features gain on held-out candidates: the ensemble with them against the ensemble without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from isogloss.kg.inference.ensemble import fit
from isogloss.kg.inference.examples import Examples
from isogloss.kg.inference.features import Described
from isogloss.kg.inference.translation_links import Flags, Numbers, Weights

ODD = np.uint64(0x9E3779B97F4A7C15)  # of multiplicative hashing (Knuth): 2**64 by the golden ratio


def gain(training: Sequence[Examples], described: Described, names: tuple[str, ...]) -> dict[str, Any]:
    """What features ``names`` gain: each half of the examples is predicted by the ensemble of the other.

    Returns:
        ``examples``, their log loss ``without`` and ``with`` the features, in nats, and whether they ``help``.
    """
    sufficient = [examples for examples in training if examples.enough]
    if not sufficient:
        return {"examples": 0, "helps": False}
    plain = [replace(examples, described=examples.described.without(names)) for examples in sufficient]
    losses = [_held_out_loss(examples, described) for examples in (plain, sufficient)]
    count = sum(len(examples.rows) for examples in sufficient)
    return {
        "examples": count,
        "without": round(losses[0], 4),
        "with": round(losses[1], 4),
        "helps": losses[1] < losses[0],
    }


def _held_out_loss(training: Sequence[Examples], described: Described) -> float:
    halves = [_half(examples.words) for examples in training]
    losses = []
    for turned in (False, True):
        seen = [examples.some(half ^ turned) for examples, half in zip(training, halves, strict=True)]
        unseen = [examples.some(~half ^ turned) for examples, half in zip(training, halves, strict=True)]
        ensemble = fit(seen, described)
        losses += [_loss(ensemble.probability(fold.described)[fold.rows], fold.truth) for fold in unseen]
    return float(np.concatenate(losses).mean())


def _half(words: Numbers) -> Flags:
    """Which words are in the first half: the same in all examples, whichever of them they have."""
    return np.asarray((words.astype(np.uint64) * ODD) >> np.uint64(63) == 0)


def _loss(probability: Weights, truth: Flags) -> Weights:
    return np.asarray(-np.log(np.clip(np.where(truth, probability, 1 - probability), 1e-12, None)))
