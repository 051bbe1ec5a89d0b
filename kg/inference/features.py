"""Features of a candidate that are comparable between any two languages and the same in both directions.

A feature of one word stands twice: the lesser value of the two words (``_less``) and the greater (``_more``), so that
it does not matter which language is the source. Probabilities and shares are logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from isogloss.data.text.scripts import script_of_word
from isogloss.data.text.spelling import search_form
from isogloss.kg.inference.cycles import density
from isogloss.kg.inference.otic import consult
from isogloss.kg.inference.paths import Candidates, times
from isogloss.kg.inference.translation_links import CONCEPTS, INDUCED, Links, Numbers, Weights, pair_keys
from isogloss.kg.inference.walks import walk

Table = NDArray[np.float64]

BY_VECTORS = ("compared", "vector_similarity")  # of the vectors of both words (``kg.inference.vector_similarity``)
# Of a multilingual encoder (``kg.inference.encoder_similarity``).
BY_ENCODER = ("encoded", "encoder_cosine", "encoder_csls", "encoder_behind_less", "encoder_behind_more")


@dataclass(frozen=True)
class Described:
    """Candidates with the scores of the single methods and, by name, the features of the ensemble."""

    candidates: Candidates
    otic: Weights
    cycles: Weights
    walks: Weights
    columns: dict[str, Weights]

    def without(self, names: tuple[str, ...]) -> Described:
        """The same, as if nothing were known of some features."""
        return replace(self, columns={**self.columns, **{name: np.zeros(len(self.candidates)) for name in names}})

    def table(self, names: tuple[str, ...]) -> Table:
        """Some of the features, shape ``(candidates, len(names))``."""
        return np.stack([self.columns[name] for name in names], axis=1)


def describe(candidates: Candidates) -> Described:
    """Scores of all methods and features of candidates; of stated translations, vectors and encoders they are 0."""
    otic, cycles, walks = consult(candidates), density(candidates), walk(candidates).score
    columns: dict[str, Weights] = {"otic": _log(otic), "cycle_density": cycles}
    columns |= of_both("otic_part", *(_log(_part(words, otic)) for words in (candidates.source, candidates.target)))
    columns |= of_both("walk_part", *(_log(_part(words, walks)) for words in (candidates.source, candidates.target)))
    shares = (walks / np.maximum(best_of_word(words, walks), 1e-9) for words in (candidates.source, candidates.target))
    columns |= of_both("walk_share", *shares)
    columns |= of_both("rivals", *(_log2(_count(words)) for words in (candidates.source, candidates.target)))
    columns["clearest_path"] = _clearest(candidates)
    columns |= _dictionary_paths(candidates)
    columns |= _familiarity(candidates)
    columns |= _spelling(candidates)
    columns["induced"] = _induced(candidates)
    later = ("known_less", "known_more", "absent", *BY_VECTORS, *BY_ENCODER)
    columns |= {name: np.zeros(len(candidates)) for name in later}
    return Described(candidates, otic, cycles, walks, columns)


def known_words(candidates: Candidates, links: Links) -> dict[str, Weights]:
    """Whether a translation of either word is stated already: then another one is less likely."""
    source_known, target_known = np.isin(candidates.source, links.source), np.isin(candidates.target, links.target)
    return of_both("known", source_known.astype(np.float64), target_known.astype(np.float64))


def _clearest(candidates: Candidates) -> Weights:
    """The score of the best path: its strength, discounted by the translations of its pivot on either side."""
    paths = candidates.paths
    return _log(candidates.highest(paths.strength / np.sqrt(paths.ambiguity_here * paths.ambiguity_there)))


def _dictionary_paths(candidates: Candidates) -> dict[str, Weights]:
    """The number of paths, and the number and the best score of those whose edges are in dictionaries."""
    paths = candidates.paths
    by_dictionary = (~paths.concept).astype(np.float64)
    worth = by_dictionary * paths.strength / np.sqrt(paths.ambiguity_here * paths.ambiguity_there)
    return {
        "paths": _log2(candidates.total(np.ones(len(by_dictionary)))),
        "dictionary_path": candidates.highest(by_dictionary),
        "dictionary_paths": _log2(1 + candidates.total(by_dictionary)),
        "clearest_dictionary_path": _log(candidates.highest(worth)),
    }


def _familiarity(candidates: Candidates) -> dict[str, Weights]:
    """How familiar each word is: its translations, their languages, and whether it belongs to a concept.

    Dictionaries are more complete for common words than for rare ones.
    """
    translations, ends = candidates.languages.translations, (candidates.languages.source, candidates.languages.target)
    other_languages = [number for number in sorted(translations.languages.values()) if number not in ends]
    sides = []
    for end, words in zip(ends, (candidates.source, candidates.target), strict=True):
        counts = np.stack([times(translations.between(end, language).source, words) for language in other_languages])
        concepts = np.stack(
            [np.isin(words, translations.between(end, language, CONCEPTS).source) for language in other_languages]
        )
        sides.append((_log2(1 + counts.sum(axis=0)), (counts > 0).sum(axis=0), concepts.any(axis=0)))
    columns = zip(("translations", "languages", "named"), *sides, strict=True)
    return {
        key: values.astype(np.float64)
        for name, source_values, target_values in columns
        for key, values in of_both(name, source_values, target_values).items()
    }


def _induced(candidates: Candidates) -> Weights:
    """The probability of a candidate in lexicons induced from vectors, 0 where it is in none."""
    links, values = candidates.languages.stated(INDUCED), np.zeros(len(candidates))
    if links.size:
        keys, candidate_keys = pair_keys(links.source, links.target), pair_keys(candidates.source, candidates.target)
        place = np.minimum(np.searchsorted(keys, candidate_keys), len(keys) - 1)
        values = np.where(keys[place] == candidate_keys, links.weight[place], 0.0)
    return values


def _spelling(candidates: Candidates) -> dict[str, Weights]:
    """Jaro-Winkler similarity of the spellings, without case and accents; 0 for different scripts."""
    from rapidfuzz.distance import JaroWinkler

    source, target = (
        [search_form(word) for word in candidates.languages.translations.words(numbers)]
        for numbers in (candidates.source, candidates.target)
    )
    alike = _similar(source, target, JaroWinkler.similarity)
    script = np.array(
        [script_of_word(a) == script_of_word(b) for a, b in zip(source, target, strict=True)], dtype=np.float64
    )
    return {"spelling": alike * script, "same_script": script}


def _similar(sources: list[str], targets: list[str], scorer: Callable[..., float]) -> Weights:
    from rapidfuzz.process import cpdist

    return np.asarray(cpdist(sources, targets, scorer=scorer), dtype=np.float64)


def of_both(name: str, source: Weights, target: Weights) -> dict[str, Weights]:
    """A feature of either word, as the lesser and the greater value of the two."""
    return {f"{name}_less": np.minimum(source, target), f"{name}_more": np.maximum(source, target)}


def best_of_word(words: Numbers, score: Weights) -> Weights:
    """The highest score among all candidates of the same word."""
    groups, place = np.unique(words, return_inverse=True)
    highest = np.full(len(groups), -np.inf)
    np.maximum.at(highest, place, score)
    return highest[place]


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
