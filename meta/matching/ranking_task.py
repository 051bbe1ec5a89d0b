"""A task of the candidate ranker: one pair of languages, from whose words training episodes are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from isogloss.lexicon.induction.crossfit import Examples


@dataclass(frozen=True, eq=False)
class RankingTask:
    """Candidates of the words of two ``languages`` of which few translations were known, and which are right.

    An episode is any split of its words into a support and a query set. Features come from fits that did not have the
    word's own pair, and are relative to the pair of languages (``lexicon.ranking.ranker``). ``descriptor`` says what
    kind of vectors they were.
    """

    languages: tuple[str, str]
    examples: Examples
    descriptor: Mapping[str, float] = field(default_factory=dict)
