"""A prior that says the same whatever it is asked: for comparisons with a given ranker or given first pairs."""

from __future__ import annotations

from dataclasses import dataclass, field

from isogloss.data.progress import Progress, silent
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.teachers import Teachers


@dataclass(frozen=True, eq=False)
class FixedPrior:
    """A ``Prior`` that ranks, and starts from the same ``pairs`` whatever the seeds, by default none."""

    name: str
    ranker: Ranker | None
    pairs: Seeds = field(default_factory=Seeds.none)

    @property
    def teachers(self) -> Teachers:
        """Those of the ranker."""
        return () if self.ranker is None else self.ranker.teachers

    def third_languages(self, space: Space) -> tuple[ThirdLanguage, ...]:  # noqa: ARG002
        """None."""
        return ()

    def ranker_for(self, space: Space) -> Ranker | None:  # noqa: ARG002
        """The ranker."""
        return self.ranker

    def initial_pairs(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Seeds:  # noqa: ARG002
        """The pairs."""
        return self.pairs
