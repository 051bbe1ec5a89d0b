"""Finding languages and words of a graph by what people call them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.kg.query import asking, lookup
from isogloss.kg.query.catalogue import Catalogue
from isogloss.kg.query.snapshot import in_one_snapshot
from isogloss.kg.results import Match, Word
from isogloss.kg.storage.damage import telling_damage
from isogloss.kg.storage.store import Store


class EntryLookup(ABC):
    """The part of a graph that knows which entries and languages are meant."""

    path: Path | str
    _store: Store
    _catalogue: Catalogue

    @abstractmethod
    def _settled(self) -> Store:
        """The tables with everything in them that was added."""

    def find(self, word: str, language: str) -> list[Match]:
        """The entries that ``word`` means, each with how it was found.

        As it is written; or else without regard to case, hyphens, ligatures and kind of characters; without regard to
        accents; by its base form.

        Raises:
            VocabularyError: There is none; the message suggests words that are written much like it.
        """
        return next(self._matches(word, language))

    @telling_damage
    @in_one_snapshot
    def lookup(self, word: str, language: str) -> list[Word]:
        """The entries of a word; where it is not written just so, those that ``find`` finds.

        Raises:
            VocabularyError: There is none; the message suggests words that are written much like it.
        """
        exact = asking.written(self._settled(), word, self._meant(language))
        return [match.entry for match in exact or self.find(word, language)]

    @telling_damage
    @in_one_snapshot
    def suggestions(self, word: str, language: str, *, k: int = 5) -> list[str]:
        """Words that are written nearly as ``word``, the nearest first."""
        from isogloss.kg.query.near import suggestions

        store = self._settled()
        by_language = (suggestions(store, word, code, number, k) for number, code in self._meant(language))
        return list(dict.fromkeys(chain.from_iterable(by_language)))[:k]

    @telling_damage
    @in_one_snapshot
    def search(self, text: str, language: str, *, k: int = 20) -> list[Word]:
        """Words that begin with ``text``, then words that hold it anywhere, whatever their case and accents."""
        store, matches = self._settled(), dict[Word, None]()
        for seek in (lookup.starting, lookup.containing):
            for number, code in self._meant(language):
                matches.update(dict.fromkeys(seek(store, text, code, number, k)))
        return list(matches)[:k]

    def language_number(self, language: str) -> int:
        """The number of a language in the tables; of several that mean it, the one most like it.

        Raises:
            VocabularyError: The graph has no words of it.
        """
        return self.language_numbers(language)[0]

    def language_numbers(self, language: str) -> tuple[int, ...]:
        """The numbers of all languages that a code means: itself, its macrolanguage, its scripts, the most alike first.

        Raises:
            VocabularyError: The graph has no words of any.
        """
        self._settled()
        meant = self._catalogue.matching_numbers(
            language if language in self._catalogue.numbers else language_code(language)
        )
        if not meant:
            languages = ", ".join(sorted(self._catalogue.numbers)) or "none at all"
            raise VocabularyError(
                f"{self.path} has no words of {language_code(language)}; its languages are: {languages}"
            )
        return meant

    def _meant(self, language: str) -> list[tuple[int, str]]:
        """Number and code of each language that a code means."""
        codes = self._catalogue.codes
        return [(number, codes[number]) for number in self.language_numbers(language)]

    def _matches(self, word: str, language: str) -> Iterator[list[Match]]:
        """Groups of entries for a word, the most alike first; one at least.

        Raises:
            VocabularyError: There is none.
        """
        none = True
        for group in asking.matches(self._settled(), word, self._meant(language), forms=self._catalogue.has_forms):
            none = False
            yield group
        if none:
            similar = self.suggestions(word, language)
            hint = f"did you mean {', '.join(similar)}?" if similar else "nothing is written much like it"
            code = self._meant(language)[0][1]
            raise VocabularyError(f"{word!r} is not among the {code} words of {self.path}; {hint}")
