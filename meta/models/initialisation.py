"""First values of parameters."""

from __future__ import annotations

import torch
from torch import nn


def initialise_parameters(module: nn.Module, generator: torch.Generator) -> None:
    """Draw the parameters of ``module`` anew, in place: normal with variance one over the fan-in, biases zero.

    The usual start of networks (LeCun et al., 1998).
    """
    with torch.no_grad():
        for parameter in module.parameters():
            scale = parameter.shape[-1] ** -0.5 if parameter.ndim > 1 else 0.0
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale)
