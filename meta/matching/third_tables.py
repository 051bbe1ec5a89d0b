"""The vectors and dictionaries of training languages that a prior keeps, to be third languages of a new pair."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.language import same_languages
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import TRANSLATIONS, ThirdLanguage
from isogloss.lexicon.search.index import Rows
from isogloss.meta.matching.training_cases import Dictionaries

VOCABULARY = 8_000  # most frequent words of a language that are kept, as for the multilingual mean; round number


@dataclass(frozen=True, eq=False)
class ThirdTables:
    """Words and normalised vectors by language, and dictionaries between them as row pairs, shape ``(pairs, 2)``."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vectors: Mapping[str, Matrix] = field(default_factory=dict)
    dictionaries: Mapping[tuple[str, str], Rows] = field(default_factory=dict)

    @classmethod
    def of(
        cls, dictionaries: Dictionaries, vectors: Mapping[str, Vectors], languages: Collection[str], *, centring: int
    ) -> ThirdTables:
        """Those of ``languages``; no other is looked at."""
        tables = {language: vectors[language].first(VOCABULARY) for language in sorted(languages)}
        pairs: dict[tuple[str, str], Rows] = {}
        for (source, target), dictionary in sorted(dictionaries.items()):
            if {source, target} <= set(tables) and tables[source].dimensions == tables[target].dimensions:
                usable = dictionary.within(tables[source], tables[target])
                ends = (
                    tables[source].indices([pair.source for pair in usable]),
                    tables[target].indices([pair.target for pair in usable]),
                )
                pairs[source, target] = np.stack(ends, axis=1)
        for source, target in list(pairs):
            pairs.setdefault((target, source), pairs[source, target][:, ::-1])
        normalised = {
            language: iterative_normalisation(table.matrix, rounds=centring)(table.matrix)
            for language, table in tables.items()
        }
        return cls({language: tuple(table.words) for language, table in tables.items()}, normalised, pairs)

    def languages_for(self, space: Space) -> tuple[ThirdLanguage, ...]:
        """Those with a dictionary of the source language, with vectors of the size of ``space``."""
        source, pair = space.source.language, (space.source.language, space.target.language)
        return tuple(
            ThirdLanguage(third, self.vectors[third], self._translations(space.source, third))
            for language, third in sorted(self.dictionaries)
            if language == source and not same_languages(pair, [third])
            if self.vectors[third].shape[1] == space.x.shape[1] and len(self.dictionaries[language, third])
        )

    def _translations(self, source: Vectors, third: str) -> Rows:
        """The most frequent translations of each word of ``source``, shape ``(n, TRANSLATIONS)``."""
        rows = [source.find(word) for word in self.words[source.language]]
        translations = np.full((len(source), TRANSLATIONS), -1, np.int64)
        filled = np.zeros(len(source), np.int64)
        for word, translation in sorted(self.dictionaries[source.language, third].tolist(), key=lambda pair: pair[1]):
            row = rows[word]
            if row >= 0 and filled[row] < TRANSLATIONS:
                translations[row, filled[row]] = translation
                filled[row] += 1
        return translations

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For a file, with ``account``; ``from_arrays`` reads both."""
        named: dict[str, NDArray[Any]] = {
            f"third_vectors_{language}": vectors.astype(np.float16) for language, vectors in self.vectors.items()
        }
        return named | {
            f"third_pairs_{source}_{target}": rows.astype(np.int32)
            for (source, target), rows in self.dictionaries.items()
        }

    def account(self) -> dict[str, Any]:
        """What is no array."""
        return {"words": self.words, "pairs": sorted(map(list, self.dictionaries))}

    @classmethod
    def from_arrays(cls, described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> ThirdTables:
        """The tables of a file.

        Raises:
            KeyError: Something is missing.
            ValueError: Rows and words do not belong together.
        """
        words = {language: tuple(listed) for language, listed in described.get("words", {}).items()}
        vectors = {language: unit(arrays[f"third_vectors_{language}"].astype(np.float32)) for language in words}
        pairs = {
            (source, target): arrays[f"third_pairs_{source}_{target}"].astype(np.int64)
            for source, target in described.get("pairs", ())
        }
        for (source, target), rows in pairs.items():
            limits = len(words[source]), len(words[target])
            if rows.ndim != 2 or rows.shape[1] != 2 or (rows.size and (rows.min() < 0 or (rows >= limits).any())):
                raise ValueError(f"pairs of {source} and {target} beyond their words")
        for language, table in vectors.items():
            if table.ndim != 2 or len(table) != len(words[language]):
                raise ValueError(f"{len(words[language])} words of {language} and vectors of shape {table.shape}")
        return cls(words, vectors, pairs)
