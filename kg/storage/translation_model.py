"""The probability that a reference dictionary has a stated translation: logistic regression, with shipped coefficients.

Its log-odds have two parts. The *prior* of a pair is what its two words tell without regard to who states it: how many
entries either stands in, in how many translations both, how many translations the word has, case, length, hyphens. It
is computed when edges are loaded and kept with them (``priors``). The other part is what *claims* add: the place of the
translation in an article on the word, that of the word in an article on the translation, and how many independent
sources there are. It is computed when a question is asked, from the sources that the question allows (``fusion``).

A translation through pivot words has a regression of its own, on the products of the probabilities along its paths and
on how alike both words translate into the languages of the pivots.

``benchmarks.quality.answers_teaching`` fits the coefficients, ``docs/scores.md`` has its figures;
``benchmarks.quality.answers`` measures the answers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from math import log, log2
from pathlib import Path

FILE = Path(__file__).with_name("translation_model.json")
THOUSANDTHS = 1000  # of log-odds, in which a prior is stored
PLACES = 64  # of an article, from which on later ones make no difference; round number
BLANKS = 3  # that a phrase has more than the word, from which on more make no difference; round number
FAINT = 1e-4  # probability of a path below which less makes no difference; round number
MOST_SOURCES = 8  # sources from which on more make no difference; round number

_PARTS = ("prior", "claims", "pivots")


@dataclass(frozen=True)
class Model:
    """Coefficients by the names of the features, an intercept among those of the prior and of pivots."""

    prior: Mapping[str, float]
    claims: Mapping[str, float]
    pivots: Mapping[str, float]

    @classmethod
    def read(cls, text: str) -> Model:
        """The model of a JSON text."""
        return cls(**json.loads(text))

    def written(self) -> str:
        """The model as JSON."""
        parts = {name: {k: round(v, 4) for k, v in part.items()} for name, part in vars(self).items() if name in _PARTS}
        return json.dumps(parts, ensure_ascii=False, indent=1) + "\n"

    @cached_property
    def claim_odds(self) -> tuple[list[float], list[float], list[float]]:
        """What is added by each place in an article on the word, on the translation, and by each number of sources."""
        forward = [self._odds(claim_features(place, 0, 1)) for place in range(PLACES + 1)]
        backward = [self._odds(claim_features(0, place, 1)) for place in range(PLACES + 1)]
        sources = [self._odds(claim_features(0, 0, count)) for count in range(MOST_SOURCES + 1)]
        return forward, backward, sources

    def _odds(self, features: Mapping[str, float]) -> float:
        return sum(weight * features[name] for name, weight in self.claims.items())


@cache
def model() -> Model:
    """The shipped model."""
    return Model.read(FILE.read_text(encoding="utf-8"))


def claim_features(forward: int, backward: int, sources: int) -> dict[str, float]:
    """The features that claims are weighed by.

    Args:
        forward: The first place of the translation in any article on the word, 0 where there is none.
        backward: The first place of the word in any article on the translation, 0 where there is none.
        sources: How many independent sources there are.
    """
    return {
        "forward": float(forward > 0),
        "first": float(forward == 1),
        "place": log2(min(max(forward, 1), PLACES)),
        "backward": float(backward > 0),
        "first_backward": float(backward == 1),
        "place_backward": log2(min(max(backward, 1), PLACES)),
        "sources": log2(min(max(sources, 1), MOST_SOURCES)),
    }


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths from a word to one translation: the probability of any of them and of the best, and how many.

    ``cosine`` is that between the translations of both words into the languages of the pivots. ``computed`` is the
    probability of the best path by what was computed or is in a concept: the regression was fitted to dictionaries, and
    these probabilities are calibrated already.
    """

    any: float
    best: float
    count: int
    cosine: float = 0.0
    computed: float = 0.0


@dataclass(frozen=True, slots=True)
class Rivals:
    """All translations of a word through pivots: the surest of the paths, the highest cosine, and how many."""

    any: float
    cosine: float
    count: int

    @classmethod
    def of(cls, paths: Collection[Paths]) -> Rivals:
        """Those with some paths each."""
        return cls(
            max((path.any for path in paths), default=0.0),
            max((path.cosine for path in paths), default=0.0),
            len(paths),
        )


def pivot_features(
    word: tuple[str, int], translation: tuple[str, int], paths: Paths, rivals: Rivals
) -> dict[str, float]:
    """The features of a translation through pivot words.

    Args:
        word: What is asked for, and the number of entries that it stands in.
        translation: The same of the translation.
        paths: What leads to it.
        rivals: All translations that the word has through pivots.
    """
    (word_form, word_articles), (translation_form, translation_articles) = word, translation
    return {
        "intercept": 1.0,
        "any": log(max(paths.any, FAINT)),
        "below_surest": log(max(paths.any, FAINT)) - log(max(rivals.any, FAINT)),
        "best": log(max(paths.best, FAINT)),
        "paths": log2(paths.count),
        "candidates": log2(max(rivals.count, 1)),
        "cosine": paths.cosine,
        "below_cosine": paths.cosine - rivals.cosine,
        "articles": log2(1 + translation_articles),
        "unlike": abs(log2(1 + translation_articles) - log2(1 + word_articles)),
        "lengths": abs(log2(1 + len(translation_form)) - log2(1 + len(word_form))),
        "same": float(translation_form.lower() == word_form.lower()),
        "phrase": float(min(max(translation_form.count(" ") - word_form.count(" "), 0), BLANKS)),
    }
