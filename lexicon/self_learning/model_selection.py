"""Model selection: the number of refinement rounds, chosen on held-out seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from isogloss.data.compute import DEFAULT, Compute
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.refinement import refine
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import Validation, pooled, validate

PATIENCE = 2  # refinement rounds without improvement after which it stops; chosen by hand, not tuned


@dataclass(frozen=True, eq=False)
class Trial:
    """One method with one number of refinement rounds, validated on seeds that it was not fitted to."""

    method: Method
    rounds: int
    validation: Validation

    def summary(self) -> dict[str, object]:
        """For a report."""
        return {"method": self.method.name, "rounds": self.rounds, **self.validation.summary()}


def trials(
    space: Space, method: Method, folds: Sequence[tuple[Seeds, Seeds]], *, cut: int, compute: Compute = DEFAULT
) -> tuple[Trial, ...]:
    """Validate ``method`` after every refinement on the held-out part of each fold.

    Refinement stops when ``PATIENCE`` rounds brought the mean reciprocal rank no further.
    """
    by_round = [
        _rounds(space, method, train, test, cut, compute.device)
        for train, test in compute.progress(folds, "Choosing refinements")
    ]
    shared = min(len(rounds) for rounds in by_round)
    return tuple(Trial(method, number, pooled([rounds[number] for rounds in by_round])) for number in range(shared))


def best(trials: Iterable[Trial]) -> Trial:
    """The trial of the highest mean reciprocal rank on held-out words; of equals the first, the simplest."""
    return max(trials, key=lambda trial: trial.validation.mean_reciprocal_rank)


def refined(space: Space, method: Method, seeds: Seeds, rounds: int, *, cut: int, device: str = "cpu") -> Seeds:
    """The pairs that the maps of ``method`` are fitted to after exactly ``rounds`` refinements."""
    *_, last = refine(space.x, space.y, seeds, method.aligner, rounds=rounds, cut=cut, device=device)
    return last.pairs


def _rounds(space: Space, method: Method, train: Seeds, test: Seeds, cut: int, device: str) -> list[Validation]:
    validations: list[Validation] = []
    for turn in refine(space.x, space.y, train, method.aligner, rounds=method.refinements, cut=cut, device=device):
        x, y = space.mapped(turn.maps)
        validations.append(validate(x, y, test, device=device))
        if _stalled([validation.mean_reciprocal_rank for validation in validations]):
            break
    return validations


def _stalled(scores: Sequence[float]) -> bool:
    return len(scores) > PATIENCE and int(np.argmax(scores)) < len(scores) - PATIENCE
