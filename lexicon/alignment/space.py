"""Two languages normalised alike, ready to be aligned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from isogloss.data.numerics.normalisation import unit
from isogloss.data.text.ngrams import Ngrams
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.encoded import Encoded
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.normalisation import Normalisation, iterative_normalisation
from isogloss.lexicon.alignment.third_languages import ThirdLanguage


@dataclass(frozen=True, eq=False)
class Space:
    """Both languages normalised alike, with third languages if there are any: what all fits of a method share.

    ``encoded`` has the same words by a pre-trained encoder.
    """

    source: Vectors
    target: Vectors
    normalisation_x: Normalisation
    normalisation_y: Normalisation
    x: Matrix
    y: Matrix
    encoded: Encoded | None = None
    third: tuple[ThirdLanguage, ...] = ()

    @cached_property
    def spelling(self) -> tuple[Ngrams, Ngrams]:
        """The n-grams of both languages' words."""
        return Ngrams.of(self.source.words), Ngrams.of(self.target.words)

    @classmethod
    def of(cls, source: Vectors, target: Vectors, centring: int) -> Space:
        """Normalise two languages."""
        x = iterative_normalisation(source.matrix, rounds=centring)
        y = iterative_normalisation(target.matrix, rounds=centring)
        return cls(source, target, x, y, x(source.matrix), y(target.matrix))

    def first(self, count: int) -> Space:
        """The most frequent words of both languages only."""
        if count >= max(len(self.x), len(self.y)):
            return self
        cut = replace(self, source=self.source.first(count), target=self.target.first(count))
        encoded = None if self.encoded is None else self.encoded.first(count)
        third = tuple(language.first(count) for language in self.third)
        return replace(cut, x=self.x[:count], y=self.y[:count], encoded=encoded, third=third)

    def mapped(self, maps: Maps) -> tuple[Matrix, Matrix]:
        """Both languages in the shared space, unit length."""
        return unit(self.x @ maps.source), unit(self.y @ maps.target)
