"""What a ranker learns from, one pair of languages at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from isogloss.lexicon.induction.crossfit import Examples


@dataclass(frozen=True, eq=False)
class Lesson:
    """What fits to few known words of two ``languages`` left to be judged, and the truth; any words make an episode.

    Every word was judged by a fit that did not have its pair. Features are relative (``lexicon.ranking.ranker``). The
    ``descriptor`` says what kind of vectors it was.
    """

    languages: tuple[str, str]
    examples: Examples
    descriptor: Mapping[str, float] = field(default_factory=dict)
