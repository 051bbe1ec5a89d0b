"""The features that a classifier of texts works in, and the prototypes that stand for its classes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.func import functional_call

from isogloss.meta.learners.weights import Weights
from isogloss.meta.models.initialisation import initialise_parameters


class TextNetwork(nn.Module):
    """From vectors of texts, shape ``(..., d)``, to features of unit length, shape ``(..., features)``.

    Which language a text is from is no input: what is learned on some languages holds for any that is aligned to them.
    """

    def __init__(self, dimensions: int, hidden: int = 256, features: int = 128) -> None:
        super().__init__()
        self.first = nn.Linear(dimensions, hidden)
        self.second = nn.Linear(hidden, features)
        self.scale = dimensions**0.5  # inputs have unit length, so their numbers are about 1 / √d

    def forward(self, x: Tensor) -> Tensor:
        """The features of ``x``."""
        made: Tensor = self.second(nn.functional.gelu(self.first(x * self.scale)))
        return nn.functional.normalize(made, dim=-1)

    def initialise(self, generator: torch.Generator) -> TextNetwork:
        """Start afresh from ``generator``."""
        initialise_parameters(self, generator)
        return self


def features_of(network: TextNetwork, weights: Weights, x: Tensor) -> Tensor:
    """The features of ``x`` if the network's parameters were ``weights``."""
    named = {name: weights[name] for name, _ in network.named_parameters()}
    made: Tensor = functional_call(network, named, (x,))
    return made


def prototypes(support: Tensor) -> Tensor:
    """The direction of each class (Snell et al., 2017): shape ``(..., classes, shots, f)`` to ``(..., classes, f)``."""
    return nn.functional.normalize(support.mean(dim=-2), dim=-1)


def similarity(features: Tensor, prototypes: Tensor) -> Tensor:
    """Cosines, shape ``(..., n, classes)``, of features ``(..., n, f)`` and prototypes ``(..., classes, f)``."""
    return features @ prototypes.mT
