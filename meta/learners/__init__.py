"""Learners on one functional core: MAML, first-order MAML, Reptile, ANIL, Meta-SGD, and heads in closed form."""

from __future__ import annotations

from typing import Literal, get_args

from torch import nn

from isogloss.meta.learners.anil import ANIL
from isogloss.meta.learners.closed_form import ClosedHead
from isogloss.meta.learners.learner import Episode, Learner, MetaGradient
from isogloss.meta.learners.maml import MAML
from isogloss.meta.learners.meta_sgd import MetaSGD
from isogloss.meta.learners.objective import Objective
from isogloss.meta.learners.reptile import Reptile

LearnerName = Literal["maml", "fomaml", "reptile", "anil", "meta-sgd", "prototypes", "ridge"]
LEARNERS: tuple[LearnerName, ...] = get_args(LearnerName)

__all__ = [
    "ANIL",
    "LEARNERS",
    "MAML",
    "ClosedHead",
    "Episode",
    "Learner",
    "LearnerName",
    "MetaGradient",
    "MetaSGD",
    "Reptile",
    "learner_named",
]


def learner_named(
    name: LearnerName, model: nn.Module, loss: Objective, *, steps: int, rate: float, proximity: float = 0.0
) -> Learner:
    """The learner that settings call ``name``; ``prototypes`` and ``ridge`` take no steps.

    Args:
        name: One of ``LEARNERS``.
        model: The network; with a head (``meta.learners.heads.Headed``) for ANIL, prototypes and ridge.
        loss: Of the model's output.
        steps: Of the inner loop.
        rate: Of the inner loop.
        proximity: Weight of half the squared distance that a task may move from φ.
    """
    match name:
        case "reptile":
            return Reptile(model, loss, steps, rate, proximity)
        case "anil":
            return ANIL(model, loss, steps, rate, proximity=proximity)
        case "meta-sgd":
            return MetaSGD(model, loss, steps, rate, proximity)
        case "prototypes" | "ridge":
            return ClosedHead(model, loss, name)
        case "maml" | "fomaml":
            return MAML(model, loss, steps, rate, second_order=name == "maml", proximity=proximity)
