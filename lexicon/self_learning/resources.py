"""What else may help to build a lexicon where the seeds are few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from isogloss.data.dictionary import Dictionary
from isogloss.lexicon.alignment.encoded import Encoded
from isogloss.lexicon.ranking.prior import Fallback, Prior


@dataclass(frozen=True, eq=False)
class Resources:
    """All that is known of two languages, or of languages in general, beside their vectors and the seeds.

    Args:
        extra: Dictionaries that join few seeds if that helps, by name.
        prior: Pre-trained on other languages; proposes a start of self-learning where the seeds are few, and its ranker
            is the one that adapts to them.
        fallback: Makes a prior that proposes a start only where no other start is clearly above chance.
        graph_evidence: Pairs that other sources make probable, probabilities as weights. Held-out seed words decide
            how much it counts beside the ranker, and whether it does; where the seeds are few, starts of self-learning
            are compared by it.
        encoded: The words of both languages by a pre-trained encoder. Held-out seed words decide whether it counts
            beside the ranker; where the seeds are few, it proposes a start of self-learning.
        rejected: Pairs that are no translations; the lexicon does not have them.
    """

    extra: Mapping[str, Dictionary] = field(default_factory=dict)
    prior: Prior | None = None
    fallback: Fallback | None = None
    graph_evidence: Dictionary | None = None
    encoded: Encoded | None = None
    rejected: Dictionary | None = None


NOTHING = Resources()
