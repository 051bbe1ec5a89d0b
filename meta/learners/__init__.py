"""Learners on one functional core: MAML (also first-order and implicit), Reptile, ANIL, Meta-SGD, closed-form heads."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Literal, cast, get_args

from torch import nn

from isogloss.meta.learners.anil import ANIL
from isogloss.meta.learners.closed_form import ClosedHead
from isogloss.meta.learners.implicit_maml import PROXIMITY, ImplicitMAML
from isogloss.meta.learners.inner_loop import Loss
from isogloss.meta.learners.learner import Episode, Learner, MetaGradient
from isogloss.meta.learners.maml import MAML
from isogloss.meta.learners.meta_sgd import MetaSGD
from isogloss.meta.learners.objective import Objective
from isogloss.meta.learners.reptile import Reptile

LearnerName = Literal["maml", "fomaml", "reptile", "anil", "meta-sgd", "prototypes", "ridge", "imaml"]
LEARNERS: tuple[LearnerName, ...] = get_args(LearnerName)
PLUGINS = "isogloss.learners"  # group of entry points under which other packages register theirs

__all__ = [
    "ANIL",
    "LEARNERS",
    "MAML",
    "ClosedHead",
    "Episode",
    "ImplicitMAML",
    "Learner",
    "LearnerName",
    "MetaGradient",
    "MetaSGD",
    "Reptile",
    "learner_named",
]


def learner_named(
    name: str, model: nn.Module, loss: Loss, *, steps: int, rate: float, proximity: float = 0.0
) -> Learner:
    """The learner that settings call ``name``; ``prototypes`` and ``ridge`` take no steps.

    Args:
        name: One of ``LEARNERS``, or of an entry point in the group ``isogloss.learners``: a function of these
            arguments but the name.
        model: The network; with a head (``meta.learners.heads.Headed``) for ANIL, prototypes and ridge.
        loss: Of the model's output; for ANIL an ``Objective``.
        steps: Of the inner loop.
        rate: Of the inner loop.
        proximity: Weight of half the squared distance that a task may move from φ.

    Raises:
        ValueError: The name is unknown, or the learner needs a head that the model does not have.
    """
    if name in ("anil", "prototypes", "ridge") and not (hasattr(model, "head_of") and hasattr(loss, "slope")):
        raise ValueError(f"learner {name} needs a module with a head (isogloss.meta.learners.heads) and an Objective")
    match name:
        case "reptile":
            return Reptile(model, loss, steps, rate, proximity)
        case "anil":
            return ANIL(model, cast("Objective", loss), steps, rate, proximity=proximity)
        case "meta-sgd":
            return MetaSGD(model, loss, steps, rate, proximity)
        case "prototypes" | "ridge":
            return ClosedHead(model, loss, name)
        case "maml" | "fomaml":
            return MAML(model, loss, steps, rate, second_order=name == "maml", proximity=proximity)
        case "imaml":
            return ImplicitMAML(model, loss, steps, rate, proximity or PROXIMITY)
    for plugin in entry_points(group=PLUGINS, name=name):
        made: Learner = plugin.load()(model, loss, steps=steps, rate=rate, proximity=proximity)
        return made
    raise ValueError(f"learner is {name!r}, expected one of {', '.join(LEARNERS)} or an entry point of {PLUGINS}")
