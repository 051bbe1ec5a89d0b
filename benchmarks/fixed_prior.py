"""A prior that says the same whatever it is asked: for comparisons with a given ranker or given first pairs."""

from __future__ import annotations

from dataclasses import dataclass, field

from isogloss.data.progress import Progress, silent
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.ranker import Ranker


@dataclass(frozen=True, eq=False)
class FixedPrior:
    """A ``Prior`` that ranks, and starts from the same ``pairs`` whatever the seeds, by default none."""

    name: str
    ranker: Ranker | None
    pairs: Seeds = field(default_factory=Seeds.none)

    def ranker_for(self, space: Space) -> Ranker | None:  # noqa: ARG002
        """The ranker."""
        return self.ranker

    def initial_pairs(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Seeds:  # noqa: ARG002
        """The pairs."""
        return self.pairs
