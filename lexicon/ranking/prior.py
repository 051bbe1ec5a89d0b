"""The interface of a prior: a model trained on other languages, as far as a lexicon uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from isogloss.data.progress import Progress, silent
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.teachers import Teachers


class Prior(Protocol):
    """A model trained on other languages: it finds initial pairs where seeds are few, and ranks candidates."""

    @property
    def name(self) -> str:
        """For the report and the run in the graph."""
        ...

    @property
    def teachers(self) -> Teachers:
        """The dictionaries that it was trained on; all other languages are new to it."""
        ...

    def third_languages(self, space: Space) -> tuple[ThirdLanguage, ...]:
        """Languages that it has a dictionary of with the source, neither of the two in ``space``."""
        ...

    def ranker_for(self, space: Space) -> Ranker | None:
        """Where the training of a ranker starts between these languages; ``None`` if it has no ranker.

        With features of third languages where ``space`` has some.
        """
        ...

    def initial_pairs(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Seeds:
        """Pairs of frequent words that self-learning may start from, found with ``seeds``."""
        ...


Fallback = Callable[[], Prior]  # made only where it is needed: it may take time to load
