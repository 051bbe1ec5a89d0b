"""A prior that comes along: how words of two languages are matched from a handful of seeds, whatever the languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from isogloss.meta.matching.prior import MatchingPrior, load

FOLDER = Path(__file__).parent


@cache
def pretrained_prior(folder: Path = FOLDER) -> MatchingPrior:
    """The prior in ``folder``; ``benchmarks/pretraining.py`` makes the one that comes along.

    Raises:
        CheckpointError: The folder holds no prior of this version.
    """
    return load(folder)
