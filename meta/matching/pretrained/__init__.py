"""The bundled pre-trained prior: weights of the soft assignment that fit any two languages with a handful of seeds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from isogloss.meta.matching.prior import MatchingPrior, load

FOLDER = Path(__file__).parent


@cache
def pretrained_prior(folder: Path = FOLDER) -> MatchingPrior:
    """The prior in ``folder``; ``benchmarks/pretraining.py`` makes the bundled one.

    Raises:
        CheckpointError: The folder holds no prior of this version.
    """
    return load(folder)
