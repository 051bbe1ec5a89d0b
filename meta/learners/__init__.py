"""Learners: MAML, first-order MAML and Reptile on one functional core."""

from __future__ import annotations

from typing import Literal

from torch import nn

from meta.adapt import Loss
from meta.learners.learner import Episode, Learner, MetaGradient
from meta.learners.maml import MAML
from meta.learners.reptile import Reptile

LearnerName = Literal["maml", "fomaml", "reptile"]
LEARNERS: tuple[LearnerName, ...] = ("maml", "fomaml", "reptile")

__all__ = ["LEARNERS", "MAML", "Episode", "Learner", "LearnerName", "MetaGradient", "Reptile", "learner_named"]


def learner_named(name: LearnerName, model: nn.Module, loss: Loss, *, steps: int, rate: float) -> Learner:
    """The learner that settings call ``name``."""
    if name == "reptile":
        return Reptile(model, loss, steps=steps, rate=rate)
    return MAML(model, loss, steps=steps, rate=rate, second_order=name == "maml")
