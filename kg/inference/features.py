"""What is known of a candidate, in numbers that mean the same for every two languages and in both directions.

Where a number belongs to one of the two words, the lesser of both comes first and then the greater, so that it does
not matter which language is the source. Chances and shares are logarithms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.text.spelling import search_form
from isogloss.kg.inference.cycles import density
from isogloss.kg.inference.otic import consult
from isogloss.kg.inference.paths import Candidates, times
from isogloss.kg.inference.translation_links import CONCEPTS, INDUCED, Links, Numbers, Web, Weights, pair_keys
from isogloss.kg.inference.walks import walk

Table = NDArray[np.float64]

BY_VECTORS = ("compared", "likeness")  # of the vectors of both words (``kg.inference.vector_similarity``)


@dataclass(frozen=True)
class Described:
    """Candidates with the scores of the single methods and, by name, the features that the ensemble looks at."""

    found: Candidates
    otic: Weights
    cycles: Weights
    walks: Weights
    columns: dict[str, Weights]

    def table(self, names: tuple[str, ...]) -> Table:
        """Some of the features, shape ``(candidates, len(names))``."""
        return np.stack([self.columns[name] for name in names], axis=1)


def describe(web: Web, found: Candidates, here: int, there: int) -> Described:
    """Score candidates by each method and lay out their features; nothing is known of either word or its vector yet."""
    otic, cycles = consult(web, found, here, there), density(web, found, here, there)
    score = walk(web, found, here, there).score
    columns: dict[str, Weights] = {"otic": _log(otic), "cycle_density": cycles}
    columns |= _both("otic_part", *(_log(_part(words, otic)) for words in (found.source, found.target)))
    columns |= _both("walk_part", *(_log(_part(words, score)) for words in (found.source, found.target)))
    columns |= _both("walk_share", *(score / _best(words, score) for words in (found.source, found.target)))
    columns |= _both("rivals", *(_log2(_count(words)) for words in (found.source, found.target)))
    columns["clearest_path"] = _clearest(found)
    columns |= _dictionary_paths(found)
    columns |= _standing(web, found, here, there)
    columns |= _spelling(web, found)
    columns["induced"] = _induced(web.links(here, there, INDUCED), found)
    columns |= {name: np.zeros(len(found)) for name in ("known_less", "known_more", "silent", *BY_VECTORS)}
    return Described(found, otic, cycles, score, columns)


def known_words(found: Candidates, known: Links) -> dict[str, Weights]:
    """Whether something is known already of either word: then another translation of it is less likely."""
    mine, theirs = np.isin(found.source, known.source), np.isin(found.target, known.target)
    return _both("known", mine.astype(np.float64), theirs.astype(np.float64))


def _clearest(found: Candidates) -> Weights:
    """The worth of the clearest path: its strength, the less the more translations its pivot has on either side."""
    paths = found.paths
    return _log(found.highest(paths.strength / np.sqrt(paths.ambiguity_here * paths.ambiguity_there)))


def _dictionary_paths(found: Candidates) -> dict[str, Weights]:
    """How many paths there are, and what those are worth of which no half is a concept alone."""
    paths = found.paths
    by_dictionary = (~paths.concept).astype(np.float64)
    worth = by_dictionary * paths.strength / np.sqrt(paths.ambiguity_here * paths.ambiguity_there)
    return {
        "paths": _log2(found.total(np.ones(len(by_dictionary)))),
        "dictionary_path": found.highest(by_dictionary),
        "dictionary_paths": _log2(1 + found.total(by_dictionary)),
        "clearest_dictionary_path": _log(found.highest(worth)),
    }


def _standing(web: Web, found: Candidates, here: int, there: int) -> dict[str, Weights]:
    """How well known each word is: its translations, into how many languages, and whether it names a concept.

    Dictionaries leave out less of common words than of rare ones.
    """
    others = [number for number in sorted(web.languages.values()) if number not in (here, there)]
    sides = []
    for end, words in ((here, found.source), (there, found.target)):
        counts = np.stack([times(web.links(end, other).source, words) for other in others])
        concepts = np.stack([np.isin(words, web.links(end, other, CONCEPTS).source) for other in others])
        sides.append((_log2(1 + counts.sum(axis=0)), (counts > 0).sum(axis=0), concepts.any(axis=0)))
    both = zip(("translations", "languages", "named"), *sides, strict=True)
    return {
        key: values.astype(np.float64)
        for name, mine, theirs in both
        for key, values in _both(name, mine, theirs).items()
    }


def _induced(links: Links, found: Candidates) -> Weights:
    """The probability that vectors gave a candidate, 0 where they gave none."""
    values = np.zeros(len(found))
    if links.size:
        keys, asked = pair_keys(links.source, links.target), pair_keys(found.source, found.target)
        place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        values = np.where(keys[place] == asked, links.weight[place], 0.0)
    return values


def _spelling(web: Web, found: Candidates) -> dict[str, Weights]:
    """How alike words are written, without case and accents; words of different scripts are not compared."""
    from rapidfuzz.distance import JaroWinkler

    here, there = ([search_form(word) for word in web.words(numbers)] for numbers in (found.source, found.target))
    alike = _similar(here, there, JaroWinkler.similarity)
    script = np.array([_script(a) == _script(b) for a, b in zip(here, there, strict=True)], dtype=np.float64)
    return {"spelling": alike * script, "same_script": script}


def _similar(one: list[str], other: list[str], scorer: Callable[..., float]) -> Weights:
    from rapidfuzz.process import cpdist

    return np.asarray(cpdist(one, other, scorer=scorer), dtype=np.float64)


def _script(word: str) -> str:
    """The script of the first letter: the first word of its Unicode name."""
    return next((unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()), "")


def _both(name: str, one: Weights, other: Weights) -> dict[str, Weights]:
    return {f"{name}_less": np.minimum(one, other), f"{name}_more": np.maximum(one, other)}


def _best(words: Numbers, score: Weights) -> Weights:
    """The highest score among all candidates of the same word."""
    groups, place = np.unique(words, return_inverse=True)
    best = np.full(len(groups), 1e-9)
    np.maximum.at(best, place, score)
    return best[place]


def _part(words: Numbers, score: Weights) -> Weights:
    """The score as a share of the scores of all candidates of the same word."""
    groups, place = np.unique(words, return_inverse=True)
    return score / np.maximum(np.bincount(place, score, minlength=len(groups)), 1e-9)[place]


def _count(words: Numbers) -> Weights:
    """How many candidates the same word has."""
    _, place, counts = np.unique(words, return_inverse=True, return_counts=True)
    return counts[place].astype(np.float64)


def _log(chance: Weights) -> Weights:
    return np.log(np.maximum(chance, 1e-4))


def _log2(count: Weights) -> Weights:
    return np.log2(np.maximum(count, 1))
