"""Baselines of the benchmark of new languages: no training on other languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.new_language_models import PARTNER, Setting, space_of, world
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.csls import csls
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds, identical_strings
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.self_learning.growth import SelfLearnedPairs, Stage, Start, grow
from isogloss.meta.matching.ranker_training import METHOD
from isogloss.meta.matching.training_cases import Dictionaries
from isogloss.meta.tasks.alignment_views import profile_view, truncated_view
from isogloss.meta.tasks.dense_csls import mutual_pairs

STAGES = tuple(Stage(words, 0.0) for words in (2_000, 2_000, 2_000, 2_000, 4_000, 4_000, 8_000))
DENSITY_WORDS = 3_000  # most frequent source words for the density of a target word; round number


def starts(space: Space, seeds: Seeds) -> dict[str, SelfLearnedPairs]:
    """Self-learning without any prior, from each start."""
    x, y = space.x, space.y
    views = {"profiles": profile_view(x[:2000], y[:2000], seeds) if _near(seeds) else profile_view(x, y, seeds)}
    views["cut"] = truncated_view(x, y, seeds)
    first = {name: Seeds(*mutual_pairs(view.source[:2000], view.target[:2000]).T) for name, view in views.items()}
    choices = {"plain": Start("plain", seeds)}
    choices |= {name: Start(name, seeds, pairs) for name, pairs in first.items()}
    return {name: _self_learned(space, start) for name, start in choices.items()}


def _self_learned(space: Space, start: Start) -> SelfLearnedPairs:
    """As the field does it: every pair counts alike, every direction too."""
    return grow(space, SelfLearnedPairs.begun(start), stages=STAGES, weighted=False)


def _near(seeds: Seeds) -> bool:
    return bool(max(seeds.source.max(), seeds.target.max()) < 2000)


def without_training(
    space: Space, seeds: Seeds, test: Seeds, started: Mapping[str, SelfLearnedPairs], setting: Setting, language: str
) -> dict[str, NDArray[np.float64]]:
    """The answers of every baseline but ``pooled``; ``started`` are those of ``starts``."""
    x, y = space.x, space.y
    maps = orthogonal(x[seeds.source], y[seeds.target])
    hits = {"Procrustes": translated(*space.mapped(maps), test)}
    hits["truncated"] = translated(*truncated_view(x, y, seeds), test)
    for name, grown in started.items():
        hits[name] = translated(*space.mapped(mapped_by(space, grown.pairs)), test)
    best = max(started, key=lambda name: started[name].agreement)
    hits["best start"] = hits[best]
    names, vocabulary = setting.world, setting.vocabulary
    alike = _identical(names, vocabulary, language)
    hits["identical"] = np.zeros(len(test.words)) if alike is None else translated(*space.mapped(alike), test)
    hits["pivot"] = _pivoted(world(names, vocabulary).dictionaries, space, seeds, test, language)
    return hits


def mapped_by(space: Space, pairs: Seeds) -> Maps:
    """The maps of ``lexicon build``, without fine-tuning, fitted to ``pairs``."""
    return METHOD.aligner(space.x[pairs.source], space.y[pairs.target])


@cache
def _identical(names: str, vocabulary: int, language: str) -> Maps | None:
    space = space_of(names, vocabulary, language)
    try:
        alike = Seeds.of(identical_strings(space.source, space.target), space.source, space.target)
    except VocabularyError:  # too few words are spelled alike
        return None
    return mapped_by(space, _self_learned(space, Start("identical", alike)).pairs)


def _pivoted(dictionaries: Dictionaries, space: Space, seeds: Seeds, test: Seeds, language: str) -> NDArray[np.float64]:
    """A word takes the translation of the seed that it shares most translations into other languages with."""
    partner = PARTNER[language]
    others = [dictionary for pair, dictionary in dictionaries.items() if pair[0] == partner and pair[1] != language]
    pivots: dict[tuple[int, str], set[int]] = {}
    for source, target in zip(seeds.source.tolist(), seeds.target.tolist(), strict=True):
        for number, pivot_dictionary in enumerate(others):
            for middle in pivot_dictionary.by_source.get(space.source.words[source], ()):
                pivots.setdefault((number, middle), set()).add(target)
    hits = []
    for word in test.words.tolist():
        votes = Counter(
            target
            for number, pivot_dictionary in enumerate(others)
            for middle in pivot_dictionary.by_source.get(space.source.words[word], ())
            for target in pivots.get((number, middle), ())
        )
        hits.append(float(bool(votes) and votes.most_common(1)[0][0] in test.gold[word]))
    return np.array(hits)


def translated(x: Matrix, y: Matrix, test: Seeds) -> NDArray[np.float64]:
    """1 for each asked word whose first translation by CSLS is right."""
    cosine = y @ x[:DENSITY_WORDS].T
    density = np.partition(cosine, cosine.shape[1] - 10, axis=1)[:, -10:].mean(axis=1)
    best = csls(unit(x[test.words]) @ y.T, np.zeros((len(test.words), 1), np.float32), density).argmax(axis=1)
    return np.array(
        [float(row in test.gold[word]) for word, row in zip(test.words.tolist(), best.tolist(), strict=True)]
    )
