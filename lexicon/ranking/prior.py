"""What other languages have taught, as far as a lexicon makes use of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from isogloss.data.progress import Progress, silent
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.ranker import Ranker


class Prior(Protocol):
    """A model of how translations show, learned elsewhere: it finds first pairs where seeds are few, and ranks."""

    @property
    def name(self) -> str:
        """For the report and the run in the graph."""
        ...

    def ranker_for(self, space: Space) -> Ranker | None:
        """Where the training of a ranker starts between these languages; ``None`` starts afresh."""
        ...

    def initial_pairs(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Seeds:
        """Pairs of frequent words that self-learning may start from, found with ``seeds``."""
        ...


Fallback = Callable[[], Prior]  # made only where it is needed: it may take time to load


@dataclass(frozen=True, eq=False)
class RankerPrior:
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
