"""Which pre-trained ranker is adapted where few words are known."""

from __future__ import annotations

from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.pretrained import pretrained_ranker
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.teachers import is_blind
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs


def starting_ranker(space: Space, training_pairs: TrainingPairs, method: Method, prior: Prior | None) -> Ranker | None:
    """The ranker to adapt where few words are known: that of ``prior``, or else the bundled pre-trained one.

    The bundled one does not take the place of that of a ``prior`` where it has seen a language that is new to this.
    """
    if training_pairs.supervised or not method.reranked:
        return None
    if prior is not None and (ranker := prior.ranker_for(space)) is not None:
        return ranker
    if not (method.self_training_rounds and method.spelling):
        return None
    bundled = pretrained_ranker()
    if prior is None:
        return bundled
    languages = space.source.language, space.target.language
    new = {language for language in languages if is_blind(prior.teachers, [language])}
    return bundled if is_blind(bundled.teachers, new) else None
