"""What all learners have in common: they adapt to a task, and say where the shared parameters should go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from torch import Tensor

from meta.adapt import Batch
from meta.weights import Weights


@dataclass(frozen=True, eq=False)
class Episode:
    """A task as tensors: adapt on ``support``, be judged on ``query``.

    ``languages`` are those it was drawn from; ``weight`` is the task's share in the objective ``Σ wᵢ E[fᵢ(adapt(φ))]``.
    """

    support: Batch
    query: Batch
    family: str = "task"
    languages: tuple[str, ...] = ()
    weight: float = 1.0


class MetaGradient(NamedTuple):
    """Where φ should move away from, and the query loss of each episode after adaptation."""

    gradient: dict[str, Tensor]
    losses: tuple[float, ...]


class Learner(Protocol):
    """A way to learn parameters from which few steps lead to any task."""

    def adapt(self, weights: Weights, support: Batch) -> dict[str, Tensor]:
        """A task's own parameters θ, cut off from φ: new tensors outside any graph."""
        ...

    def meta_gradient(self, weights: Weights, episodes: Sequence[Episode]) -> MetaGradient:
        """The direction of the outer step over ``episodes``; ``weights`` stay as they are."""
        ...
