"""A candidate ranker together with the memory that moves its weights for vectors of each kind."""

from __future__ import annotations

from typing import NamedTuple

from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.memory import conditioned, descriptor_of


class RankerWithMemory(NamedTuple):
    """A ranker trained on all tasks, and how its weights move for vectors of each kind."""

    ranker: Ranker
    memory: Memory

    def ranker_for(self, space: Space) -> Ranker:
        """The start of the ranker for these two languages."""
        return conditioned(self.ranker, self.memory, descriptor_of(space))
